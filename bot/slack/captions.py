"""A chart in words: what it shows, for those who do not see it, and its numbers and names as people read them; pure."""

from bot.slack.escape import cut, visible
from tools.contract import Chart, Series

LONGEST, LINES = 900, 6
"""Characters of it all, and lines that are told; a reading that has more says itself what matters."""


def described(chart: Chart) -> str:
    """Return the picture in words: what the reading says of it, or what its lines begin and end at."""
    if chart.alt:
        return one_line(chart.alt, LONGEST)
    told = "; ".join(_told(one, chart.unit) for one in drawable(chart)[:LINES])
    return one_line(f"{chart.title}. {told or 'There is nothing to draw.'}", LONGEST)


def drawable(chart: Chart) -> list[Series]:
    """Return the lines that have any value."""
    return [one for one in chart.series if any(value is not None for _, value in one.points)]


def figured(value: float) -> str:
    """Return a number as people read it: 12,400 as 12.4k."""
    for size, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            return f"{value / (size if letter != 'k' else 1e3):.3g}{letter}"
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"  # noqa: PLR2004 - three digits tell enough


def one_line(text: str, limit: int) -> str:
    """Return words as one line of at most so many characters."""
    return cut(" ".join(visible(text).split()), limit, "…")


def _told(one: Series, unit: str) -> str:
    known = [value for _, value in one.points if value is not None]
    return f"{one.name}: from {figured(known[0])} to {figured(known[-1])}, at most {figured(max(known))} {unit}".strip()
