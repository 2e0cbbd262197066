"""A tool's arguments as fields of a window, and what somebody filled in as arguments again; typed by the schema."""

import json

from bot.slack.escape import cut, plain
from bot.slack.forms import filled
from tools.contract import JsonObject

LONG = 80
"""Characters from which a text gets more than one line."""
MOST = 3000
"""Characters of a plain-text input: https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element"""
MOST_FIELDS = 80
_HINT = 2000
_LABEL = 200


class MisfilledError(Exception):
    """A field holds what its argument cannot be; `field` says which."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


def editable(schema: JsonObject, args: JsonObject) -> bool:
    """Tell whether a window can hold all of the arguments."""
    values = [_shown(args.get(name), spec) for name, spec in _properties(schema).items()]
    return len(values) <= MOST_FIELDS and all(len(value) <= MOST for value in values)


def inputs(schema: JsonObject, args: JsonObject) -> list[JsonObject]:
    """Return an input block for each argument, holding its value."""
    needed = schema.get("required")
    required = needed if isinstance(needed, list) else []
    return [
        {
            "type": "input",
            "block_id": name,
            "optional": name not in required,
            "label": {"type": "plain_text", "text": cut(plain(name), _LABEL)},
            **_hint(spec),
            "element": _element(name, spec, args.get(name)),
        }
        for name, spec in _properties(schema).items()
    ]


def arguments(schema: JsonObject, view: JsonObject) -> JsonObject:
    """Return the arguments somebody filled in; an empty field is left to the tool's default.

    Raises:
        MisfilledError: A field holds something else than the schema wants there.
    """
    told = {name: (spec, _said(filled(view, name))) for name, spec in _properties(schema).items()}
    return {name: _value(name, spec, text) for name, (spec, text) in told.items() if text}


def _element(name: str, spec: JsonObject, value: object) -> JsonObject:
    shown = _shown(value, spec)
    if choices := _choices(spec):
        options = [_option(choice) for choice in choices]
        chosen = {"initial_option": _option(shown)} if shown in choices else {}
        return {"type": "static_select", "action_id": name, "options": options, **chosen}
    if spec.get("type") in {"integer", "number"}:
        element: JsonObject = {"type": "number_input", "is_decimal_allowed": spec["type"] == "number"}
        bounds = {"minimum": "min_value", "maximum": "max_value"}
        element |= {ours: str(spec[theirs]) for theirs, ours in bounds.items() if theirs in spec}
    else:
        element = {"type": "plain_text_input", "multiline": len(shown) > LONG or "\n" in shown, "max_length": MOST}
    return element | {"action_id": name} | ({"initial_value": shown} if shown else {})


def _value(name: str, spec: JsonObject, text: str) -> object:
    try:
        match spec.get("type"):
            case "string":
                return text
            case "integer":
                return int(text)
            case "boolean":
                return {"true": True, "false": False}[text]
            case _:
                return json.loads(text)
    except (ValueError, KeyError, RecursionError) as error:
        wanted = spec.get("type") or "JSON value"
        raise MisfilledError(name, f"{cut(text, 40)} is no {wanted}; write one.") from error


def _shown(value: object, spec: JsonObject) -> str:
    if value is None and "default" not in spec:
        return ""
    held = spec["default"] if value is None else value
    return held if isinstance(held, str) and spec.get("type") == "string" else json.dumps(held, ensure_ascii=False)


def _choices(spec: JsonObject) -> list[str]:
    named = spec.get("enum")
    if spec.get("type") == "string" and isinstance(named, list):
        return [str(one) for one in named]
    return ["true", "false"] if spec.get("type") == "boolean" else []


def _option(value: str) -> JsonObject:
    return {"text": {"type": "plain_text", "text": cut(value, 75)}, "value": value}


def _hint(spec: JsonObject) -> JsonObject:
    words = str(spec.get("description") or "")
    return {"hint": {"type": "plain_text", "text": cut(plain(words), _HINT)}} if words else {}


def _said(held: JsonObject) -> str:
    chosen = held.get("selected_option")
    return str((chosen.get("value") if isinstance(chosen, dict) else held.get("value")) or "")


def _properties(schema: JsonObject) -> dict[str, JsonObject]:
    found = schema.get("properties")
    return {str(name): spec for name, spec in found.items()} if isinstance(found, dict) else {}
