"""Whatever is sent to the sandbox Slack, it answers as Slack does: done, or refused by name."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.clock import Clock
from sandbox.slack import schema
from sandbox.slack.messages import Message
from sandbox.slack.methods import METHODS
from sandbox.slack.wire import Body, Refused
from sandbox.slack.workspace import Workspace

ROOT = "1.000001"
KNOWN = ["C0INCIDEN", "U0ANA0001", "U0INFRA01", "B0INFRA01", "S0ONCALL1", "T0ACME001", ROOT, "2.000002", "eyes", ""]
TEXTS = st.sampled_from([*KNOWN, "\ud800"]) | st.text(max_size=20)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXTS,
    "boolean": st.booleans() | st.sampled_from(["0", "true", "maybe"]),
    "number": st.integers(-5, 2000) | FLOATS | st.sampled_from(["10", "ten", "1e999"]),
    "array": st.lists(st.dictionaries(st.sampled_from(["type", "text", "id"]), TEXTS, max_size=3), max_size=3),
    "object": st.dictionaries(st.sampled_from(["type", "event_type", "event_payload", "blocks"]), TEXTS, max_size=3),
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | FLOATS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def plausible(method: str) -> st.SearchStrategy[Body]:
    """Return arguments a clumsy caller might give a method."""
    properties = schema.accepted(method)
    kinds = {name: VALUES.get(str(shape.get("type", "object")), ANYTHING) for name, shape in properties.items()}
    needed = {name: kinds.pop(name) for name in schema.required(method)}
    return st.fixed_dictionaries(needed, optional={name: kind | ANYTHING for name, kind in kinds.items()})


def workspace() -> Workspace:
    """Return a workspace with a thread in it."""
    made = Workspace(Clock())
    made.origin = "http://localhost"
    made.add(Message("C0INCIDEN", ROOT, "hello", user="U0ANA0001"))
    made.add(Message("C0INCIDEN", "2.000002", "mine", user="U0INFRA01", bot_id="B0INFRA01", thread_ts=ROOT))
    return made


@pytest.mark.parametrize("method", sorted(METHODS))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
async def test_any_arguments_are_answered(method: str, data: st.DataObject) -> None:
    """No arguments, however clumsy, break a method: it does something or says what is wrong."""
    args = data.draw(plausible(method))
    place = workspace()

    try:
        answer = METHODS[method].call(place, schema.understood(method, args))
    except Refused as refused:
        answer = refused.body()

    await place.deliveries.close()
    assert isinstance(answer, dict)
