"""The functions of Logs Insights that the sandbox serves."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sandbox.aws.insights_query import malformed
from sandbox.aws.series import statistic

SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}

SCALARS: dict[str, Callable[..., Any]] = {
    "strlen": lambda held: len(str(held or "")),
    "tolower": lambda held: str(held or "").lower(),
    "toupper": lambda held: str(held or "").upper(),
    "trim": lambda held: str(held or "").strip(),
    "ispresent": lambda held: held is not None,
    "isempty": lambda held: held in {None, ""},
    "isblank": lambda held: not str(held or "").strip(),
    "strcontains": lambda held, part: str(part) in str(held or ""),
    "coalesce": lambda *held: next((each for each in held if each is not None), None),
}

STATISTICS = {"avg": "Average", "sum": "Sum", "min": "Minimum", "max": "Maximum"}


def scalar(name: str, args: list[Any]) -> Any:
    """Return a function of one row's values.

    Raises:
        AwsError: The sandbox does not serve it, or not with so many arguments.
    """
    if name == "bin":
        raise malformed("bin is only served as bin(<span>), in stats … by")
    if name not in SCALARS:
        raise malformed(f"the function {name} is not one this sandbox serves")
    try:
        return SCALARS[name](*args)
    except TypeError as error:
        raise malformed(f"{name} does not take {len(args)} arguments") from error


def bin_of(at: datetime, span: str) -> datetime:
    """Return the start of the span of time that a moment falls in.

    Raises:
        AwsError: The span is not like 30s, 5m, 1h.
    """
    found = re.fullmatch(r"(\d+)(ms|s|m|h|d|w)", span)
    if not found or not int(found[1]):
        raise malformed(f"{span} is not a span of time such as 5m")
    seconds = int(found[1]) * SECONDS[found[2]]
    return datetime.fromtimestamp(at.timestamp() // seconds * seconds, UTC)


def is_aggregate(name: str) -> bool:
    """Tell whether a function makes one value of many rows."""
    return name in {*STATISTICS, "count", "count_distinct", "pct", "median", "earliest", "latest"}


def aggregate(name: str, columns: list[list[Any]], rows: list[dict[str, Any]]) -> Any:
    """Return a function of many rows; `columns` holds the rows' values of each argument."""
    held = [each for each in (columns[0] if columns else []) if each is not None]
    match name:
        case "count":
            return len(held) if columns else len(rows)
        case "count_distinct":
            return len({str(each) for each in held})
        case "earliest" | "latest":
            ordered = sorted(
                zip(rows, columns[0] if columns else [], strict=False), key=lambda pair: pair[0]["@timestamp"]
            )
            return ordered[0 if name == "earliest" else -1][1] if ordered else None
    numbers = _numbers(held)
    if not numbers:
        return None
    if name in {"pct", "median"}:
        percent = columns[1][0] if name == "pct" and len(columns) > 1 else 50.0
        return statistic(f"p{percent}", numbers)
    return statistic(STATISTICS[name], numbers)


def _numbers(held: list[Any]) -> list[float]:
    found = []
    for each in held:
        try:
            found.append(float(each))
        except (TypeError, ValueError):
            continue
    return found
