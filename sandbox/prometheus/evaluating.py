"""Work a PromQL expression out at a moment, over series of samples."""

from __future__ import annotations

import itertools
import math
import operator
import statistics
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sandbox.prometheus.promql import (
    Aggregation,
    BadQueryError,
    Binary,
    Expression,
    Quantile,
    Rate,
    Selector,
)

STALE = 300
"""Seconds that a sample counts for: https://prometheus.io/docs/prometheus/latest/querying/basics/#staleness"""

Labels: TypeAlias = tuple[tuple[str, str], ...]
Vector: TypeAlias = dict[Labels, float]

_FOLDS: Mapping[str, Callable[[list[float]], float]] = {
    "sum": math.fsum,
    "avg": statistics.fmean,
    "max": max,
    "min": min,
    "count": lambda values: float(len(values)),
}


@dataclass(frozen=True)
class Series:
    """A series: its labels with `__name__`, and samples in order of time."""

    labels: dict[str, str]
    times: tuple[float, ...] = field(repr=False)
    values: tuple[float, ...] = field(repr=False)

    def within(self, start: float, end: float) -> list[tuple[float, float]]:
        """Return the samples after `start`, up to `end`."""
        first, last = bisect_right(self.times, start), bisect_right(self.times, end)
        return list(zip(self.times[first:last], self.values[first:last], strict=True))


class Known:
    """All series there are; those that a selector names are looked for once."""

    def __init__(self, series: Sequence[Series]) -> None:
        self._series = series
        self._named: dict[Selector, list[Series]] = {}

    def named(self, selector: Selector) -> list[Series]:
        """Return the series that a selector names."""
        if selector not in self._named:
            fit = [one for one in self._series if all(each.fits(one.labels) for each in selector.matchers)]
            self._named[selector] = fit
        return self._named[selector]


def evaluate(expression: Expression, series: Known, at: float) -> Vector | float:
    """Return the value at a moment (seconds since the epoch).

    Raises:
        BadQueryError: The parts do not go together.
    """
    match expression:
        case Selector():
            return _instant(expression, series, at)
        case Rate():
            return _rates(expression, series, at)
        case Aggregation():
            return _grouped(expression, _vector(evaluate(expression.of, series, at)))
        case Quantile():
            return _quantiles(expression.share, _vector(evaluate(expression.of, series, at)))
        case Binary():
            return _joined(
                expression.sign, evaluate(expression.left, series, at), evaluate(expression.right, series, at)
            )
    return expression


def _instant(selector: Selector, series: Known, at: float) -> Vector:
    if selector.seconds:
        raise BadQueryError('invalid expression type "range vector" for range query, must be Scalar or instant Vector')
    found = {_key(one.labels, named=True): one.within(at - STALE, at) for one in series.named(selector)}
    return {labels: samples[-1][1] for labels, samples in found.items() if samples}


def _rates(rate: Rate, series: Known, at: float) -> Vector:
    start = at - rate.of.seconds
    if rate.name == "max_over_time":
        spans = {_key(one.labels): one.within(start, at) for one in series.named(rate.of)}
        return {labels: max(value for _, value in samples) for labels, samples in spans.items() if samples}
    found = {_key(one.labels): _increase(one.within(start, at), start, at) for one in series.named(rate.of)}
    share = 1 / rate.of.seconds if rate.name == "rate" else 1.0
    return {labels: grown * share for labels, grown in found.items() if grown is not None}


def _increase(samples: list[tuple[float, float]], start: float, end: float) -> float | None:
    """Return a counter's increase, carried on to the range's ends as Prometheus does, resets counted.

    https://github.com/prometheus/prometheus/blob/main/promql/functions.go (extrapolatedRate)
    """
    if len(samples) < 2:  # noqa: PLR2004 - one sample shows no increase
        return None
    values = [value for _, value in samples]
    grown = sum(later - sooner if later >= sooner else later for sooner, later in itertools.pairwise(values))
    covered = samples[-1][0] - samples[0][0]
    apart = covered / (len(samples) - 1)
    before, after = (gap if gap < 1.1 * apart else apart / 2 for gap in (samples[0][0] - start, end - samples[-1][0]))
    if grown > 0:
        before = min(before, covered * values[0] / grown)
    return grown * (covered + before + after) / covered


def _grouped(aggregation: Aggregation, vector: Vector) -> Vector:
    groups: dict[Labels, list[float]] = {}
    for labels, value in vector.items():
        kept = tuple(pair for pair in labels if pair[0] in aggregation.by)
        groups.setdefault(kept, []).append(value)
    return {labels: _FOLDS[aggregation.name](values) for labels, values in groups.items()}


def _quantiles(share: float, vector: Vector) -> Vector:
    groups: dict[Labels, list[tuple[float, float]]] = {}
    for labels, value in vector.items():
        bound = dict(labels).get("le")
        if bound is not None:
            groups.setdefault(_key(dict(labels), without="le"), []).append((float(bound), value))
    return {labels: _quantile(share, sorted(buckets)) for labels, buckets in groups.items()}


def _quantile(share: float, buckets: list[tuple[float, float]]) -> float:
    """Return a quantile of cumulative buckets, straight between the bounds of the one that it falls into."""
    if not math.isinf(buckets[-1][0]) or len(buckets) < 2 or not buckets[-1][1]:  # noqa: PLR2004 - as Prometheus has it
        return math.nan
    rank = share * buckets[-1][1]
    where = next(number for number, (_, count) in enumerate(buckets) if count >= rank)
    if math.isinf(buckets[where][0]):
        return buckets[-2][0]
    low, below = buckets[where - 1] if where else (0.0, 0.0)
    high, count = buckets[where]
    return low + (high - low) * _ratio(rank - below, count - below)


def _joined(sign: str, left: Vector | float, right: Vector | float) -> Vector | float:
    if sign == "or":
        return {**_vector(right), **_vector(left)}
    does = _SIGNS[sign]
    match left, right:
        case dict(), dict():
            other = {_key(dict(labels)): value for labels, value in right.items()}
            mine = {_key(dict(labels)): value for labels, value in left.items()}
            return {labels: does(value, other[labels]) for labels, value in mine.items() if labels in other}
        case dict(), float():
            return {_key(dict(labels)): does(value, right) for labels, value in left.items()}
        case float(), dict():
            return {_key(dict(labels)): does(left, value) for labels, value in right.items()}
        case float(), float():
            return does(left, right)
    raise BadQueryError("parse error: these do not go together")


def _vector(value: Vector | float) -> Vector:
    if isinstance(value, float):
        raise BadQueryError('parse error: expected type instant vector, got "scalar"')
    return value


def _key(labels: Mapping[str, str], *, named: bool = False, without: str = "") -> Labels:
    left_out = {without} if named else {without, "__name__"}
    return tuple(sorted((name, value) for name, value in labels.items() if name not in left_out))


def _ratio(one: float, other: float) -> float:
    if other:
        return one / other
    return math.nan if not one or math.isnan(one) else math.copysign(math.inf, one)


_SIGNS: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _ratio,
}
