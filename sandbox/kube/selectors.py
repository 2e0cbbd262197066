"""Label and field selectors, as `kubectl -l` and `--field-selector` write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from sandbox.kube.kinds import Object
from sandbox.kube.refusals import bad_request

Test: TypeAlias = Callable[[Object], bool]

_SET = re.compile(r"^(?P<key>[^\s!=(),]+)\s+(?P<how>in|notin)\s*\((?P<values>[^)]*)\)$")
_EQUAL = re.compile(r"^(?P<key>[^\s!=(),]+)\s*(?P<how>==|=|!=)\s*(?P<value>[^\s!=(),]*)$")
_EXISTS = re.compile(r"^(?P<no>!?)\s*(?P<key>[^\s!=(),]+)$")
_COMMA = re.compile(r",(?![^(]*\))")


def by_labels(selector: str) -> Test:
    """Return a test for a label selector.

    Raises:
        Refusal: It cannot be parsed.
    """
    tests = [_label(part.strip()) for part in _COMMA.split(selector) if part.strip()]
    return lambda object_: all(test(object_["metadata"].get("labels") or {}) for test in tests)


def by_fields(selector: str) -> Test:
    """Return a test for a field selector such as `status.phase!=Running`.

    Raises:
        Refusal: It cannot be parsed.
    """
    tests = []
    for part in filter(None, selector.split(",")):
        found = re.match(r"^(?P<path>[^!=]+)(?P<how>==|=|!=)(?P<value>.*)$", part)
        if not found:
            raise bad_request(f"invalid field selector: {part!r}; can't understand it")
        tests.append((found["path"], found["how"] != "!=", found["value"]))
    return lambda object_: all((field(object_, path) == value) is wanted for path, wanted, value in tests)


def chosen_by(selector: Mapping[str, object] | None) -> Callable[[Mapping[str, str]], bool]:
    """Return a test of labels for a LabelSelector (matchLabels, matchExpressions); an empty one chooses nothing."""
    wanted = (selector or {}).get("matchLabels") or {}
    expressions = (selector or {}).get("matchExpressions") or []
    if not (wanted or expressions) or not isinstance(wanted, dict) or not isinstance(expressions, list):
        return lambda _: False
    tests = [_expression(expression) for expression in expressions]
    return lambda labels: wanted.items() <= labels.items() and all(test(labels) for test in tests)


def field(object_: Object, path: str) -> str:
    """Return the text at a dotted path, empty where there is nothing."""
    at: object = object_
    for part in path.split("."):
        at = at.get(part) if isinstance(at, dict) else None
    return "" if at is None else str(at).lower() if isinstance(at, bool) else str(at)


def _label(part: str) -> Callable[[Mapping[str, str]], bool]:
    if found := _SET.match(part):
        key, values = found["key"], {value.strip() for value in found["values"].split(",")}
        wanted = found["how"] == "in"
        return lambda labels: (labels.get(key) in values) is wanted
    if found := _EQUAL.match(part):
        key, value, same = found["key"], found["value"], found["how"] != "!="
        return lambda labels: (labels.get(key) == value) is same
    if found := _EXISTS.match(part):
        key, absent = found["key"], bool(found["no"])
        return lambda labels: (key in labels) is not absent
    raise bad_request(f"unable to parse requirement: {part!r} is not a valid label selector")


def _expression(expression: Mapping[str, object]) -> Callable[[Mapping[str, str]], bool]:
    key = str(expression.get("key"))
    listed = expression.get("values")
    values = set(listed) if isinstance(listed, list) else set()
    match expression.get("operator"):
        case "In":
            return lambda labels: labels.get(key) in values
        case "NotIn":
            return lambda labels: labels.get(key) not in values
        case "Exists":
            return lambda labels: key in labels
        case _:
            return lambda labels: key not in labels
