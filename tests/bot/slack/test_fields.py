"""Arguments as fields and back: what comes out is what went in, typed by the tool's schema."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.fields import MisfilledError, arguments, editable, inputs
from bot.slack.limits import checked
from tools import CATALOGUE
from tools.contract import Change, JsonObject
from tools.declare import arguments_of, function_of

SCHEMA: JsonObject = {
    "properties": {
        "name": {"type": "string"},
        "size": {"enum": ["small", "large"], "type": "string"},
        "replicas": {"type": "integer", "minimum": 0, "maximum": 100},
        "share": {"type": "number"},
        "force": {"type": "boolean"},
        "labels": {"type": "object"},
        "zones": {"type": "array", "default": ["a"]},
    },
    "required": ["name", "replicas"],
}
values = st.fixed_dictionaries(
    {
        "name": st.text(min_size=1, max_size=60),
        "size": st.sampled_from(["small", "large"]),
        "replicas": st.integers(0, 100),
        "share": st.floats(allow_nan=False, allow_infinity=False),
        "force": st.booleans(),
        "labels": st.dictionaries(st.text(max_size=5), st.integers()),
        "zones": st.lists(st.text(max_size=5)),
    }
)


def left_alone(blocks: list[JsonObject]) -> JsonObject:
    """Return the window as Slack sends it if somebody submits it without touching anything."""
    return {"state": {"values": {str(block["block_id"]): _held(block) for block in blocks}}}


def _held(block: JsonObject) -> JsonObject:
    element = block["element"]
    assert isinstance(element, dict)
    chosen = {"selected_option": element.get("initial_option"), "value": element.get("initial_value")}
    return {str(element["action_id"]): chosen}


@given(values)
@settings(max_examples=40, deadline=None)
def test_untouched_fields_are_the_same_arguments(args: JsonObject) -> None:
    """Whatever the values, submitting the window as it is changes nothing; types are kept."""
    blocks = inputs(SCHEMA, args)

    back = arguments(SCHEMA, left_alone(checked(blocks)))

    assert back == args
    assert {name: type(value) for name, value in back.items()} == {name: type(value) for name, value in args.items()}


@pytest.mark.parametrize(
    ("field", "text"),
    [("replicas", "3.5"), ("replicas", "three"), ("labels", "{"), ("force", "maybe"), ("zones", "[" * 100_000)],
)
def test_what_a_field_cannot_hold_is_said_of_that_field(field: str, text: str) -> None:
    """The sentence belongs to the field, and says what would fit."""
    view: JsonObject = {"state": {"values": {field: {field: {"value": text}}}}}

    with pytest.raises(MisfilledError, match="write one") as wrong:
        arguments(SCHEMA, view)

    assert wrong.value.field == field


def test_an_empty_field_is_left_to_the_tool() -> None:
    """What is not filled in is not an argument, so the default holds."""
    assert arguments(SCHEMA, {"state": {"values": {"name": {"name": {"value": None}}}}}) == {}


def test_what_a_window_cannot_hold_cannot_be_edited() -> None:
    """A value that does not fit into a field is not cut; it is not edited at all."""
    assert editable(SCHEMA, {"name": "x" * 3000})
    assert not editable(SCHEMA, {"name": "x" * 3001})


CHANGES = [tool for tool in CATALOGUE.values() if isinstance(tool, Change)]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_every_change_can_be_edited(change: Change) -> None:
    """The window of every change keeps Slack's rules, with one field an argument."""
    schema = arguments_of(function_of(change)).model_json_schema()

    blocks = inputs(schema, {})

    assert len(checked(blocks)) == len(schema["properties"])
    assert "required" in json.dumps(schema)
