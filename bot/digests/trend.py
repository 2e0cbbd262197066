"""How many items a digest's schedule had open, from one digest to the next, as a chart; pure."""

from bot.firsthand import TELLERS
from bot.store.digests import Digest
from tools.contract import Chart, Series

FEWEST = 2
"""Digests; one alone says nothing about where it goes."""


def trend(digest: Digest) -> Chart | None:
    """Return what was open in this digest and those before it; None if there is nothing to compare."""
    counts = [number for _, number in digest.history]
    if digest.agent in TELLERS or len(counts) < FEWEST or not any(counts):
        return None
    first, last = digest.history[0], digest.history[-1]
    return Chart(
        title=f"Open, {digest.schedule}",
        unit="items",
        series=(Series("open", tuple((at, float(number)) for at, number in digest.history)),),
        alt=(
            f"Open items in the last {len(counts)} digests of {digest.schedule}: {first[1]} on {first[0]:%-d %b}, "
            f"{last[1]} now, at most {max(counts)}."
        ),
    )
