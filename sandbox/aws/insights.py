"""Run a Logs Insights query over log events."""

from __future__ import annotations

import json
import operator as operators
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sandbox.aws.estate import LogEvent
from sandbox.aws.insights_functions import aggregate, bin_of, is_aggregate, scalar
from sandbox.aws.insights_parse import parse
from sandbox.aws.insights_query import Command, Expression, Field, Func, Literal, Named, Test, malformed

Row: TypeAlias = dict[str, Any]

COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operators.eq,
    "!=": operators.ne,
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
}

DEFAULT_LIMIT = 10_000
"""https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Limit.html"""


def run(query: str, events: Iterable[tuple[str, LogEvent]], limit: int | None = None) -> tuple[list[Row], int]:
    """Return the result rows, and how many events matched the filters.

    Raises:
        AwsError: The query cannot be read.
    """
    commands = parse(query)
    rows = sorted((_row(log, event) for log, event in events), key=lambda row: row["@timestamp"], reverse=True)
    shown: list[str] = []
    matched = len(rows)
    for command in commands:
        rows = _step(command, rows)
        matched = len(rows) if command.verb == "filter" else matched
        shown = _shown(command, shown)
    kept = rows[: limit or DEFAULT_LIMIT]
    return [
        {name: text(row[name]) for name in shown or _default(row) if row.get(name) is not None} for row in kept
    ], matched


def text(value: Any) -> str:
    """Write a value as the service does: milliseconds for times, no needless decimals."""
    match value:
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M:%S.") + f"{value.microsecond // 1000:03d}"
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def _row(log: str, event: LogEvent) -> Row:
    row: Row = _discovered(event.message)
    row["@timestamp"] = datetime.fromtimestamp(event.at / 1000, UTC)
    row["@message"] = event.message
    row["@logStream"] = event.stream
    row["@log"] = log
    row["@ptr"] = event.id
    return row


def _discovered(message: str) -> Row:
    """Return the fields of a JSON message, nested ones by dotted names."""
    start = message.find("{")
    if start < 0:
        return {}
    try:
        held = json.loads(message[start:])
    except ValueError:
        return {}
    return _flat(held, "") if isinstance(held, dict) else {}


def _flat(held: Mapping[str, Any], prefix: str) -> Row:
    row: Row = {}
    for name, value in held.items():
        row |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return row


def _step(command: Command, rows: list[Row]) -> list[Row]:
    match command.verb:
        case "fields" | "display":
            return [row | {each.name: value(each.expression, row) for each in command.values} for row in rows]
        case "filter":
            return [row for row in rows if truth(command.test, row)]
        case "parse":
            return [row | _parsed(command, row) for row in rows]
        case "limit":
            return rows[: command.count]
        case verb:
            return WHOLE[verb](command, rows)


def value(expression: Expression | None, row: Row) -> Any:
    """Return what an expression is for a row; None where a field is missing."""
    match expression:
        case Field(name):
            return row.get(name)
        case Literal(held, "regex"):
            return str(held)
        case Literal(held):
            return held
        case Func("bin", (Literal(span, "span"),)):
            return bin_of(row["@timestamp"], str(span))
        case Func(name, args):
            return scalar(name, [value(each, row) for each in args])
        case _:
            return truth(expression, row)


def truth(expression: Expression | None, row: Row) -> bool:
    """Tell whether a filter lets a row through."""
    if not isinstance(expression, Test):
        return bool(value(expression, row))
    left, *rest = expression.sides
    match expression.operator:
        case "and":
            return all(truth(side, row) for side in expression.sides)
        case "or":
            return any(truth(side, row) for side in expression.sides)
        case "not":
            return not truth(left, row)
        case "like":
            return _like(value(left, row), rest[0])
        case operator:  # `in` compares with each of a list, the others with one
            sign = "=" if operator == "in" else operator
            return any(_compare(sign, value(left, row), value(each, row)) for each in rest)


def _like(held: Any, pattern: Expression) -> bool:
    if held is None or not isinstance(pattern, Literal):
        return False
    if pattern.kind == "regex":
        return _compiled(str(pattern.value)).search(str(held)) is not None
    return str(pattern.value) in str(held)


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise malformed(f"the regular expression {pattern} is not valid: {error}") from error


def _compare(operator: str, left: Any, right: Any) -> bool:
    """Compare as numbers where both are, else as text; what is missing equals nothing."""
    if left is None or right is None:
        return operator == "!=" and left is not right
    one, other = _number(left), _number(right)
    if one is None or other is None:
        return bool(COMPARE[operator](text(left), text(right)))
    return bool(COMPARE[operator](one, other))


def _number(held: Any) -> float | None:
    try:
        return float(held)
    except (TypeError, ValueError):
        return None


def _parsed(command: Command, row: Row) -> Row:
    source = value(command.keys[0].expression, row)
    pattern = command.test
    if source is None or not isinstance(pattern, Literal):
        return {}
    names = [each.name for each in command.values]
    if pattern.kind == "regex":
        found = _compiled(str(pattern.value)).search(str(source))
        return {} if found is None else found.groupdict() | dict(zip(names, found.groups(), strict=False))
    glob = ".*?" + "(.*?)".join(re.escape(part) for part in str(pattern.value).split("*"))
    found = re.compile(glob + ("$" if str(pattern.value).endswith("*") else ""), re.DOTALL).match(str(source))
    return dict(zip(names, found.groups(), strict=False)) if found else {}


def _stats(command: Command, rows: list[Row]) -> list[Row]:
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(text(value(key.expression, row)) for key in command.keys), []).append(row)
    if not command.keys and not groups:
        groups[()] = []
    return [_group(command, held) for held in groups.values()]


def _group(command: Command, rows: list[Row]) -> Row:
    keys = {key.name: value(key.expression, rows[0]) for key in command.keys}
    return keys | {each.name: _aggregated(each, rows) for each in command.values}


def _aggregated(named: Named, rows: list[Row]) -> Any:
    expression = named.expression
    if not isinstance(expression, Func) or not is_aggregate(expression.name):
        raise malformed(f"stats needs aggregate functions, {named.name} is none that this sandbox serves")
    columns = [[value(arg, row) for row in rows] for arg in expression.args]
    return aggregate(expression.name, columns, rows)


def _sorted(command: Command, rows: list[Row]) -> list[Row]:
    for named, descending in reversed(list(zip(command.values, command.descending, strict=True))):
        rows = sorted(rows, key=lambda row, by=named: _order(_held(by, row)), reverse=descending)  # type: ignore[misc]  # a default binds the loop's value
    return rows


def _held(named: Named, row: Row) -> Any:
    """Return what to sort by: a result column such as count(*) by its name, else the expression."""
    return row[named.name] if named.name in row else value(named.expression, row)


def _order(held: Any) -> tuple[int, float, str]:
    number = _number(held)
    return (2, number, "") if number is not None else (1, 0.0, text(held)) if held is not None else (0, 0.0, "")


def _dedup(command: Command, rows: list[Row]) -> list[Row]:
    seen: dict[tuple[str, ...], Row] = {}
    for row in rows:
        seen.setdefault(tuple(text(value(each.expression, row)) for each in command.values), row)
    return list(seen.values())


def _shown(command: Command, shown: list[str]) -> list[str]:
    match command.verb:
        case "fields":
            return [*shown, *(each.name for each in command.values), *(["@ptr"] if "@ptr" not in shown else [])]
        case "display":
            return [each.name for each in command.values]
        case "stats":
            return [each.name for each in (*command.keys, *command.values)]
        case _:
            return shown


def _default(row: Row) -> list[str]:
    return ["@timestamp", "@message", "@ptr"] if "@message" in row else list(row)


WHOLE: dict[str, Callable[[Command, list[Row]], list[Row]]] = {"stats": _stats, "sort": _sorted, "dedup": _dedup}
"""Commands that look at all rows at once."""
