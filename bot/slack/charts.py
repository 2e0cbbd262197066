"""Draw a chart as a picture that is light and readable on a phone; matplotlib is loaded only once there is one."""

from __future__ import annotations

import io
import math
import threading
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.slack.captions import drawable, figured, one_line
from tools.contract import Chart, Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INCHES, DOTS = (7.2, 4.8), 200
"""Small, so that words are large on a phone, where it is about 300 points wide; dense, so that it is sharp there."""
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Told apart by people who are color-blind: Okabe and Ito, https://jfly.uni-koeln.de/color/"""
QUIET, INK, PALE = "#6B7280", "#1F2937", "#E5E7EB"
SMALL, BODY, TITLE = 15, 16, 18
"""Points; six tenths of it are left of them on a phone."""
LONGEST_TITLE, LONGEST_NAME, LONGEST_MARK = 42, 12, 26
NEAREST = 0.1
"""Share of the height that two names at the right need between them."""
MOST_MARKS = 3
ROW = 0.105
"""Share of the height that a row of words above the lines takes."""

_one_at_a_time = threading.Lock()
"""matplotlib keeps fonts and settings for the whole process."""


def draw(chart: Chart) -> bytes:
    """Return the chart as a PNG; call it in a thread, it takes a good part of a second."""
    from matplotlib import rc_context  # noqa: PLC0415 - takes a second to load, and most runs draw nothing
    from matplotlib.figure import Figure  # noqa: PLC0415 - see above

    with _one_at_a_time, rc_context(_style()), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a letter that the font does not have is drawn as a box
        figure = Figure(figsize=INCHES, dpi=DOTS)
        _plot(figure, chart)
        picture = io.BytesIO()
        figure.savefig(picture, format="png", facecolor="white")
    return picture.getvalue()


def _plot(figure: Figure, chart: Chart) -> None:
    axes = figure.add_axes((0.105, 0.14, 0.63, 0.66))
    lines = drawable(chart)[: len(COLORS)]
    if not lines:
        axes.text(0.5, 0.5, "No values", ha="center", va="center", color=QUIET, transform=axes.transAxes)
    for color, one in zip(COLORS, lines, strict=False):
        _draw_line(axes, one, color, first=one is lines[0])
    _band(axes, chart)
    _frame(axes, chart)
    _spans(axes, chart)
    _marks(axes, chart)
    _names(axes, lines)
    figure.text(0.025, 0.925, one_line(chart.title, LONGEST_TITLE), fontsize=TITLE, fontweight="bold", color=INK)
    figure.text(0.025, 0.85, one_line(_under(chart), 60), fontsize=SMALL, color=QUIET)


def _under(chart: Chart) -> str:
    """Return the unit, and how many lines were left out."""
    more = len(drawable(chart)) - len(COLORS)
    return f"{chart.unit} · {more} more not drawn" if more > 0 else chart.unit


def _draw_line(axes: Axes, one: Series, color: str, *, first: bool) -> None:
    when = [_place(at) for at, _ in one.points]
    values = [math.nan if value is None else value for _, value in one.points]
    marker = "o" if _alone(values) else ""
    axes.plot(when, values, color=color, linewidth=3.2 if first else 2.2, marker=marker, markersize=6)
    if first and min(value for value in values if not math.isnan(value)) >= 0:
        axes.fill_between(when, values, 0, color=color, alpha=0.10, linewidth=0)


def _band(axes: Axes, chart: Chart) -> None:
    """Draw the likely range in the color of the second line, which it is around."""
    if chart.band:
        when, low, high = zip(*((_place(at), least, most) for at, least, most in chart.band), strict=True)
        axes.fill_between(when, low, high, color=COLORS[1], alpha=0.25, linewidth=0)


def _alone(values: Sequence[float]) -> bool:
    """Tell whether a value has no neighbor, so that no line would show it."""
    around = [math.nan, *values, math.nan]
    sides = zip(around, values, around[2:], strict=False)
    return any(math.isnan(left) and math.isnan(right) and not math.isnan(one) for left, one, right in sides)


def _frame(axes: Axes, chart: Chart) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter  # noqa: PLC0415 - see draw
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415 - see draw

    axes.xaxis_date(tz=UTC)
    ticks = AutoDateLocator(tz=UTC, minticks=3, maxticks=5)  # type: ignore[no-untyped-call] # matplotlib has no types here
    axes.xaxis.set_major_locator(ticks)
    dates = ConciseDateFormatter(ticks, tz=UTC, show_offset=False)  # type: ignore[no-untyped-call] # see above
    axes.xaxis.set_major_formatter(dates)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=_whole(chart)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: figured(value)))
    if when := [at for one in chart.series for at, _ in one.points]:
        first, last = _window(when, chart)
        axes.set_xlim(_place(first), _place(last))
    axes.set_ylim(*_heights(chart))
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.grid(axis="y", color=PALE, linewidth=1)
    axes.annotate("UTC", (1.0, -0.12), xycoords="axes fraction", ha="right", va="top", fontsize=SMALL - 2, color=QUIET)


def _whole(chart: Chart) -> bool:
    """Tell whether it counts things, of which there are no halves."""
    return all(value is None or value == int(value) for one in chart.series for _, value in one.points)


def _heights(chart: Chart) -> tuple[float, float]:
    """Return the lowest and highest value drawn, with room for a row of words for each moment pointed out."""
    drawn = [value for one in chart.series for _, value in one.points if value is not None]
    values = drawn + [edge for _, *edges in chart.band for edge in edges] or [0.0, 1.0]
    low = min(0.0, *values)
    rows = min(len(chart.marks), MOST_MARKS) + bool(chart.spans)
    return low * 1.05, low + ((max(values) - low) or 1.0) / (0.94 - ROW * rows)


def _window(when: Sequence[datetime], chart: Chart) -> tuple[datetime, datetime]:
    """Return the first and last moment drawn; a forecast's span may reach beyond its values."""
    edges = [*when, *(edge for start, end, _ in chart.spans for edge in (start, end))]
    alone = timedelta(minutes=30 if min(edges) == max(edges) else 0)
    return min(edges) - alone, max(edges) + alone


def _spans(axes: Axes, chart: Chart) -> None:
    for start, end, what in chart.spans:
        axes.axvspan(_place(start), _place(end), color="#F59E0B", alpha=0.16, linewidth=0)
        _said(axes, start if _share(axes, start) < 0.5 else end, what, row=0)  # noqa: PLR2004 - the middle


def _marks(axes: Axes, chart: Chart) -> None:
    for number, (at, what) in enumerate(chart.marks[:MOST_MARKS]):
        axes.axvline(_place(at), color=INK, linewidth=1.6, linestyle=(0, (4, 3)))
        _said(axes, at, what, row=number + bool(chart.spans))


def _said(axes: Axes, at: datetime, what: str, row: int) -> None:
    """Write a few words beside a moment, on the side that has room."""
    share = _share(axes, at)
    if not -0.001 <= share <= 1.001:  # noqa: PLR2004 - outside of what is drawn
        return
    side = "left" if share < 0.5 else "right"  # noqa: PLR2004 - the middle
    offset = 6 if side == "left" else -6
    axes.annotate(
        one_line(what, LONGEST_MARK),
        (share, 0.985 - ROW * row),
        xycoords="axes fraction",
        xytext=(offset, 0),
        textcoords="offset points",
        ha=side,
        va="top",
        fontsize=SMALL,
        color=INK,
        bbox={"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 1.5},
    )


def _share(axes: Axes, at: datetime) -> float:
    """Return where a moment is between the left edge (0) and the right (1)."""
    left, right = axes.get_xlim()
    return (_place(at) - left) / ((right - left) or 1)


def _place(at: datetime) -> float:
    """Return where a moment is on the axis: days since 1970, as matplotlib counts."""
    return at.timestamp() / 86400


def _names(axes: Axes, lines: Sequence[Series]) -> None:
    """Write each line's name and last value at its end, none over another."""
    low, high = axes.get_ylim()
    ends = sorted((_last(one), number) for number, one in enumerate(lines))
    roomy = len(lines) <= 3  # noqa: PLR2004 - two rows each
    places = spread([(end - low) / ((high - low) or 1) for end, _ in ends], NEAREST * (1 + roomy))
    for (end, number), place in zip(ends, places, strict=True):
        name = one_line(lines[number].name, LONGEST_NAME)
        axes.annotate(
            f"{name}\n{figured(end)}" if roomy else f"{name} {figured(end)}",
            (1.015, place),
            xycoords="axes fraction",
            va="center",
            fontsize=SMALL if roomy else SMALL - 2,
            fontweight="bold" if number == 0 else "normal",
            color=COLORS[number],
        )


def spread(places: Sequence[float], gap: float) -> list[float]:
    """Return places (0 to 1, rising) moved apart as little as a gap needs; as much as fits if not all do."""
    if len(places) < 2:  # noqa: PLR2004 - one alone is nowhere in the way
        return list(places)
    gap = min(gap, 1 / (len(places) - 1))
    up = list(places[:1])
    for place in places[1:]:
        up.append(max(place, up[-1] + gap))
    if (over := up[-1] - 1.0) > 0:
        up[-1] -= over
        for index in range(len(up) - 2, -1, -1):
            up[index] = min(up[index], up[index + 1] - gap)
    return up


def _last(one: Series) -> float:
    return next(value for _, value in reversed(one.points) if value is not None)


def _style() -> dict[Any, Any]:
    return {
        "font.size": BODY,
        "font.family": ["DejaVu Sans"],
        "text.parse_math": False,
        "axes.edgecolor": QUIET,
        "xtick.color": QUIET,
        "ytick.color": QUIET,
        "xtick.labelsize": SMALL,
        "ytick.labelsize": SMALL,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "ytick.major.size": 0,
        "timezone": "UTC",
    }
