"""A run that looks again: while it will look once more, it takes the place of the look before it in the thread."""

import logging
from collections.abc import AsyncIterator, Sequence

from agents.contract import ThreadRef
from agents.events import Began, Charted, Ended, Proposed, RunEvent, Woken
from bot.slack import report
from bot.slack.calls import DeclinedError, LostError
from bot.slack.chunks import Telling
from bot.slack.content import Content
from bot.slack.posting import Poster
from tools.contract import JsonObject

log = logging.getLogger(__name__)


async def replaced(poster: Poster, ref: ThreadRef, heard: Sequence[RunEvent], before: str) -> bool:
    """Show a run in place of the run before it; tell whether that was done.

    What calls for people is not: a recovery, a proposal, a picture and giving up are messages of their own.
    """
    ended = next((event for event in heard if isinstance(event, Ended)), None)
    waits = any(isinstance(event, Woken) for event in heard)
    if ended is None or not waits or any(isinstance(event, Proposed | Charted) for event in heard):
        return False
    try:
        ts = await poster.find(ref, report.EVENT, run_id=before)
        if ts:
            await poster.update(ref.channel, ts, _message(heard, ended))
    except (DeclinedError, LostError):
        log.warning("A look is posted on its own in %s.", ref.key, exc_info=True)
        return False
    return bool(ts)


async def replayed(heard: Sequence[RunEvent]) -> AsyncIterator[RunEvent]:
    """Yield events once more."""
    for event in heard:
        yield event


def _message(heard: Sequence[RunEvent], ended: Ended) -> JsonObject:
    telling = Telling()
    content = Content()
    for event in heard:
        content = content.plus(telling.chunks(event))
    content = content.plus(telling.rest())
    run_id = next((event.run_id for event in heard if isinstance(event, Began)), "")
    blocks = [*content.blocks(), *report.footer(ended)]
    return {"text": content.summary(), "blocks": blocks, "metadata": report.metadata(ended, run_id)}
