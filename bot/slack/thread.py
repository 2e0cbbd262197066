"""Slack as the place of conversations: runs are streamed, cards are posted once and kept up to date."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from uuid import uuid4

from agents.contract import ThreadRef
from agents.events import Began, Ended, RunEvent
from bot.approvals.model import Approval
from bot.people import LookupDownError
from bot.slack import cards, report
from bot.slack.again import replaced, replayed
from bot.slack.beside import Page, beside, shown
from bot.slack.blocks import section
from bot.slack.calls import Calls, DeclinedError, LostError
from bot.slack.chunks import Telling, plan
from bot.slack.content import Limits
from bot.slack.escape import cut, mrkdwn
from bot.slack.limits import SECTION, TEXT, MalformedError, checked
from bot.slack.posting import Identity, Poster
from bot.slack.presence import Presence
from bot.slack.stream import Open, Writer
from bot.slack.surface import PART, PostedMessage, StreamMessage
from config.settings import Settings
from tools.contract import Chart, JsonObject

log = logging.getLogger(__name__)
NOTE = "infra_note"
SOON = 20.0
"""Seconds a run waits for its last words to be shown; they are shown later, if need be."""
Stop = Callable[[ThreadRef, str], Awaitable[object]]
Reader = Callable[[str], Awaitable[str]]
MOST_SUMMONED = 30
"""People mentioned at once; a group on call is smaller, and a mention of everybody is a mention of nobody."""
_TROUBLE = (DeclinedError, LostError, MalformedError)


class SlackThreads:
    """Opens Slack threads; holds what all of them share."""

    def __init__(self, calls: Calls, settings: Settings, reader: Reader, stop: Stop) -> None:
        self.calls = calls
        self.settings = settings
        self.reader = reader  # who an alert's run is addressed to, by channel; Slack streams to people only
        self.stop = stop
        self.identity = Identity(calls)
        self.poster = Poster(calls, self.identity)
        self.presence = Presence(calls)
        self.cards: dict[str, tuple[str, int]] = {}  # approval → ts and revision of its card
        self._late: set[asyncio.Task[None]] = set()
        self.turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def open(self, ref: ThreadRef, reader: str) -> "SlackThread":
        """Open a thread; `reader` is the person it is for, empty if nobody in particular."""
        return SlackThread(self, ref, reader)

    async def soon(self, work: Coroutine[None, None, None]) -> None:
        """Wait for work a while; Slack being down then delays what is shown, and not the run."""
        task = asyncio.create_task(work)
        self._late.add(task)
        task.add_done_callback(self._late.discard)
        await asyncio.wait({task}, timeout=SOON)

    async def settle(self, seconds: float) -> None:
        """Give what is still to be shown this long; call it before the process ends."""
        if self._late:
            await asyncio.wait(self._late, timeout=seconds)


class SlackThread:
    """One thread."""

    def __init__(self, slack: SlackThreads, ref: ThreadRef, reader: str) -> None:
        self._slack = slack
        self._ref = ref
        self._reader = reader

    async def show(self, events: AsyncIterator[RunEvent], before: str = "") -> None:
        """Stream a run to its end, or have it take the place of the look before it; all events are consumed."""
        if not before:
            return await self._stream(events)
        async with self._slack.presence.at_work(self._ref):
            heard = [event async for event in events]
            shown = await replaced(self._slack.poster, self._ref, heard, before)
        return None if shown else await self._stream(replayed(heard))

    async def _stream(self, events: AsyncIterator[RunEvent]) -> None:
        run_id, telling, ended, more = uuid4().hex, Telling(), None, list[Chart | Page]()
        writer = self._writer(await self._person(), run_id)
        async with self._slack.presence.at_work(self._ref):
            try:
                async for event in events:
                    run_id = event.run_id if isinstance(event, Began) else run_id
                    ended = event if isinstance(event, Ended) else ended
                    more += beside(event)
                    writer.add(telling.chunks(event))
            finally:
                writer.add([*telling.rest(), *([] if ended else [plan("Stopped")])])
                footer, metadata = (report.footer(ended), report.metadata(ended, run_id)) if ended else ([], {})
                await self._slack.soon(writer.finish(footer, metadata, "stopped"))
            for what in more:
                await self._slack.soon(self._beside(what))

    async def say(self, text: str) -> None:
        """Post Markdown of our own making."""
        key = uuid4().hex
        message: JsonObject = {
            "text": cut(text, TEXT),
            "blocks": [{"type": "markdown", "text": cut(text, 2 * TEXT)}],
            "metadata": {"event_type": NOTE, "event_payload": {"note": key}},
        }
        await self._tried(self._slack.poster.post(self._ref, message, NOTE, note=key))

    async def summon(self, people: tuple[str, ...], text: str, quoted: str = "") -> None:
        """Say a sentence of our own and mention people, so that they look now; `quoted` is somebody else's."""
        key = uuid4().hex
        called = " ".join(map(cards.mention, people[:MOST_SUMMONED]))
        words = cut("\n> ".join(filter(None, (f"{called} {cards.spoken(text)}".strip(), mrkdwn(quoted)))), SECTION)
        message: JsonObject = {
            "text": words,
            "blocks": [section(words)],
            "metadata": {"event_type": NOTE, "event_payload": {"note": key}},
        }
        await self._tried(self._slack.poster.post(self._ref, message, NOTE, note=key))

    async def whisper(self, user: str, text: str) -> None:
        """Tell one person something only they need to know."""
        await self._tried(self._slack.poster.whisper(self._ref, user, cut(text, TEXT)))

    async def card(self, approval: Approval) -> None:
        """Post the approval's card, or bring the posted one up to date; an older revision never replaces a newer."""
        async with self._slack.turns[approval.proposal.id]:
            await self._tried(self._card(approval))

    async def _beside(self, what: Chart | Page) -> None:
        """Show a chart or a page; where Slack takes no picture, say what it would show."""
        if words := await shown(self._slack.calls, self._ref, what):
            await self.say(words)

    async def _card(self, approval: Approval) -> None:
        made = cards.card(approval)
        message: JsonObject = {"blocks": checked(made.blocks), "text": cut(made.text, TEXT), "metadata": made.metadata}
        key = approval.proposal.id
        ts, revision = self._slack.cards.get(key, ("", -1))
        if revision > approval.revision:
            return
        ts = ts or await self._posted(key)
        if ts:
            await self._slack.poster.update(self._ref.channel, ts, message)
        else:
            ts = await self._slack.poster.post(self._ref, message, cards.EVENT, approval_id=key)
        self._slack.cards[key] = (ts, approval.revision)

    async def _posted(self, key: str) -> str:
        """Return the card's timestamp if another process, or an earlier life of this one, posted it."""
        return await self._slack.calls.insist(lambda: self._slack.poster.find(self._ref, cards.EVENT, approval_id=key))

    async def _tried(self, work: Awaitable[object]) -> None:
        try:
            await work
        except _TROUBLE:
            log.exception("Something could not be shown in %s.", self._ref.key)

    async def _person(self) -> str:
        """Return the person the stream is for; without one, the run is posted and updated."""
        if self._reader:
            return self._reader
        try:
            return await self._slack.reader(self._ref.channel)
        except LookupDownError:
            return ""

    def _writer(self, person: str, key: str) -> Writer:
        slack, numbers = self._slack, iter(range(1_000_000))
        parts = Limits(slack.settings.slack_stream_bytes, slack.settings.slack_stream_cards)
        mark: JsonObject = {"event_type": PART, "event_payload": {"part": key}}

        def stream() -> StreamMessage:
            return StreamMessage(slack.calls, slack.identity, self._ref, person, self._stopped)

        def posted() -> PostedMessage:
            return PostedMessage(slack.poster, self._ref, f"{key}-{next(numbers)}")

        streams = person and slack.calls.room("chat.startStream")
        ways: tuple[Open, ...] = (stream, posted) if streams else (posted,)
        return Writer(ways, parts, slack.settings.slack_stream_seconds, mark)

    async def _stopped(self) -> None:
        await self._slack.stop(self._ref, "")  # the refused append does not say who pressed the button
