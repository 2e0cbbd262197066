"""The picture of a metric: its line, where it left the usual, and the bound that it is held against."""

from collections.abc import Sequence
from datetime import datetime

from tools.aws.levels import Level, Points
from tools.aws.signal_names import unit_of
from tools.aws.windows import Window
from tools.aws.wording import GIBIBYTE
from tools.contract import Chart, Series

MOST = 240
"""Points of a line; more are no more to the eye."""

_BYTES = ("FreeStorageSpace", "FreeableMemory", "FreeLocalStorage", "SwapUsage", "OldestReplicationSlotLag")
_UNITS = {
    **dict.fromkeys(_BYTES, "GiB"),
    "DatabaseConnections": "connections",
    "ReplicaLag": "s",
    "ApproximateAgeOfOldestMessage": "s",
    "ReadLatency": "s",
    "WriteLatency": "s",
    "IOPS": "a second",
    "IteratorAge": "ms",
}


def plot(metric: str, of: str, points: Points, told: Level, span: Window, *, bound: float | None = None) -> Chart:
    """Return the picture of one metric of one thing; the stretch in which it was not as usual is pointed out.

    Args:
        metric: CloudWatch's name.
        of: What it is measured of.
        points: What was measured, the time before the window as well.
        told: What the series did.
        span: The window.
        bound: Where trouble begins, in the metric's own unit.
    """
    scale = GIBIBYTE if metric in _BYTES else 1.0
    held = tuple((at, value / scale) for at, value in _thinned(sorted(points)))
    line = [Series(metric, held)]
    if bound is not None and held:
        line.append(Series("bound", ((held[0][0], bound / scale), (held[-1][0], bound / scale))))
    odd = _odd(points, told, span)
    return Chart(
        title=f"{metric} of {of}",
        unit=_UNITS.get(metric) or unit_of(metric),
        series=tuple(line),
        spans=((*odd, "unusual"),) if odd else (),
        alt=f"{metric} of {of}: {told.now / scale:.4g} now, usually {told.before / scale:.4g}.",
    )


def _odd(points: Points, told: Level, span: Window) -> tuple[datetime, datetime] | None:
    """Return from when to when the series was away from its level of before: more than half of the way."""
    if told.since is None:
        return None
    far = max((abs(value - told.before) for at, value in points if at >= span.start), default=0.0)
    away = [
        at for at, value in sorted(points) if abs(value - told.before) > far / 2 and at >= min(told.since, span.start)
    ]
    return (min(away[0], told.since), away[-1]) if away and far else None


def _thinned(points: Points) -> Sequence[tuple[datetime, float]]:
    """Return at most so many points, the extreme one of each stretch: what matters is what stands out."""
    size = -(-len(points) // MOST) or 1
    chunks = [points[at : at + size] for at in range(0, len(points), size)]
    middle = sorted(value for _, value in points)[len(points) // 2] if points else 0.0
    return [max(chunk, key=lambda point: abs(point[1] - middle)) for chunk in chunks]
