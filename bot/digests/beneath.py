"""What a schedule's run says in the thread beneath its digest: how it looked, and only what the digest does not say."""

from collections.abc import AsyncIterator

from agents.contract import Report
from agents.events import Charted, Ended, RunEvent, Said
from bot.digests.frame import TOLD, WHOLE
from bot.firsthand import BOOKS

ABOVE = "What I found is in the digest above. Ask here to know more about any of it."
CITED = 12
"""Readings named; a digest shows five items, and its headline cites a few more."""


async def beneath(events: AsyncIterator[RunEvent]) -> AsyncIterator[RunEvent]:
    """Yield a run's events without the words and the first chart, which are in the digest's own message."""
    charted = False
    async for event in events:
        match event:
            case Said():
                continue
            case Charted() if not charted:
                charted = True
                continue
            case Ended():
                yield Said(words(event))
        yield event


def words(ended: Ended) -> str:
    """Return what is left to say: what the citations are, or all of an answer that the digest has not."""
    report = ended.report
    if ended.ending not in WHOLE or not _told(ended):
        return report.answer
    shown = [f"[{one.id}] {one.title}" for one in report.evidence[:CITED]]
    return f"{ABOVE} It cites {', '.join(shown)}." if shown else ABOVE


def _told(ended: Ended) -> bool:
    """Tell whether the digest has what was found: as items, or because it is all in one paragraph."""
    if ended.usage.model == BOOKS:
        return len(ended.report.answer) <= TOLD
    return bool(ended.report.findings) or _brief(ended.report)


def _brief(report: Report) -> bool:
    return "\n\n" not in report.answer.strip()
