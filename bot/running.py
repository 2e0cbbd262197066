"""One run, on a worker: from its record through the runner to the thread, and what it asks for at the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace

from redis.exceptions import RedisError

from agents.contract import Ask, AskKind, Ending, Report, Speaker, Turn
from agents.events import Began, Charted, Ended, Proposed, RunEvent, Usage, Woken
from bot.digests.beneath import beneath
from bot.escalating import Escalating
from bot.people import zone_of
from bot.ports import Ports
from bot.proposing import Proposing
from bot.remediating import Remediating
from bot.remembering import Remembering
from bot.scoring.recording import Recording
from bot.store.leases import Lease
from bot.store.runs import FencedError, Run, Stage
from bot.store.sealed import Tampered
from tools.contract import Chart
from tools.proposal import Proposal

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
WOKEN = ":wake:"
Hear = Callable[[Ask], Awaitable[bool]]


class NoEndError(Exception):
    """The runner stopped talking without saying how the run ended."""


@dataclass(slots=True)
class Heard:
    """What a run said that matters after it."""

    agent: str = ""
    proposals: list[Proposal] = field(default_factory=list)
    wakes: list[Woken] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    end: Ended | None = None


class Running:
    """Performs runs and knows which ones go on in this process. A run only reads, so it may be begun again."""

    def __init__(self, ports: Ports, proposing: Proposing, hear: Hear) -> None:
        self._ports = ports
        self._runs = ports.store.runs
        self._proposing = proposing
        self._recording = Recording(ports)
        self._remembering = Remembering(ports)
        self._escalating = Escalating(ports)
        self._remediating = Remediating(ports, hear)
        self._hear = hear
        self._going: dict[str, asyncio.Task[None]] = {}

    async def perform(self, run_id: str, lease: Lease) -> None:
        """Bring the run at the head of an inbox to an end, and off the inbox.

        Raises:
            FencedError: The lease was lost; whoever has it goes on.
            CancelledError: The worker is shutting down; the run is queued again.
        """
        attempt = await self._runs.begin(run_id, lease, await self._ports.now())
        run = await self._load(run_id)
        if run is None or attempt == 0 or attempt > MAX_ATTEMPTS:
            await self._give_up(run_id, run, lease, attempt)
        else:
            await self._supervise(run, lease)

    def cancel(self, run_ids: tuple[str, ...]) -> None:
        """Cut off runs that a person stopped."""
        for run_id in run_ids:
            if task := self._going.get(run_id):
                task.cancel()

    async def _supervise(self, run: Run, lease: Lease) -> None:
        task = self._going[run.id] = asyncio.create_task(self._perform(run, lease))
        alive = asyncio.create_task(self._signs_of_life(run, task))
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:  # we are shutting down, or the lease is lost: another worker takes the run up
            task.cancel()
            await asyncio.wait({task})
            await self._runs.requeue(run.id, lease)
            raise
        finally:
            alive.cancel()
            del self._going[run.id]
        if task.cancelled():
            await self._broken(run, run.ask.agent, "Somebody stopped it.")
        else:
            task.result()

    async def _perform(self, run: Run, lease: Lease) -> None:
        heard = Heard()
        stage, why = Stage.DONE, ""
        try:
            async with asyncio.timeout(self._ports.run_seconds):
                await self._stream(run, heard)
                await self._follow(run, heard)
        except (RedisError, FencedError):
            raise  # nothing can be recorded; the run is begun again
        except Exception as error:
            log.exception("run %s failed", run.id)
            stage, why = Stage.FAILED, _sentence(error)
            await self._ports.threads.open(run.ask.thread, run.ask.asker).say(why)
        if heard.end and heard.end.ending is Ending.FAILED:
            stage = Stage.FAILED
        if await self._runs.end(run.id, lease, stage, why, await self._ports.now()):
            await self._remember(run, heard, why)
            await self._recording.run(run, heard.agent, heard.end, stage, heard.charts)
            await self._remembering.ended(run.ask, heard.end)
            if why:
                await self._broken(run, heard.agent or run.ask.agent, why)

    async def _broken(self, run: Run, agent: str, why: str) -> None:
        """Say that there is no report where one is waited for; the run is over whatever comes of this."""
        ended = Ended(Ending.FAILED, Report("", unknowns=(why,)), Usage(""))
        await self._ports.reported(run.ask, agent, ended, ())

    async def _stream(self, run: Run, heard: Heard) -> None:
        transcript = await self._ports.store.transcripts.of(run.ask.thread.key)
        ask = replace(run.ask, zone=await zone_of(self._ports.directory, run.ask.asker))
        events = _collecting(self._ports.runner(run.id, ask, transcript), heard)
        shown = beneath(events) if run.ask.kind is AskKind.SCHEDULE else events
        await self._ports.threads.open(run.ask.thread, run.ask.asker).show(shown, _looked_before(run.ask))
        async for _ in events:  # what the thread did not care to show still counts
            pass
        if heard.end is None:
            raise NoEndError

    async def _follow(self, run: Run, heard: Heard) -> None:
        for proposal in heard.proposals:
            await self._proposing.propose(run, replace(proposal, asker=run.ask.asker, run_id=run.id))
        for number, wake in enumerate(heard.wakes):
            await self._hear(_later(run, wake, number))
        if heard.end:
            await self._ports.reported(run.ask, heard.agent, heard.end, heard.charts)
            await self._escalating.ended(run.ask, heard.end)
            await self._remediating.ended(run.ask, heard.agent, heard.end)

    async def _remember(self, run: Run, heard: Heard, why: str) -> None:
        now = await self._ports.now()
        report = heard.end.report if heard.end else None
        asked = Turn(Speaker.PERSON, run.ask.asker, run.ask.text, run.ask.at)
        if not run.ask.asker or run.ask.outcome or run.ask.kind is AskKind.WAKE:
            asked = Turn(Speaker.SYSTEM, run.ask.kind.value, run.ask.text, run.ask.at)
        said = Turn(Speaker.AGENT, heard.agent or "infra", report.answer if report else why, now, report)
        await self._ports.store.transcripts.add(run.ask.thread.key, asked, said)

    async def _give_up(self, run_id: str, run: Run | None, lease: Lease, attempt: int) -> None:
        why = f"given up after {MAX_ATTEMPTS} attempts" if run else "its record was tampered with or is gone"
        ended = await self._runs.end(run_id, lease, Stage.PARKED, why, await self._ports.now())
        if ended and run:
            log.error("run %s is parked: %s", run_id, why)
            await self._recording.run(run, run.ask.agent, None, Stage.PARKED)
            words = f"I gave up on this: {attempt - 1} workers died on it. Nothing was changed; ask again to retry."
            await self._ports.threads.open(run.ask.thread, run.ask.asker).say(words)
            await self._broken(run, run.ask.agent, words)

    async def _signs_of_life(self, run: Run, task: asyncio.Task[None]) -> None:
        while not task.done():
            await asyncio.sleep(self._ports.store.leases.seconds / 4)
            try:
                going = await self._runs.beat(run.id, await self._ports.now())
            except RedisError:
                continue
            if not going:  # stopped, and the message about it was lost
                task.cancel()

    async def _load(self, run_id: str) -> Run | None:
        try:
            return await self._runs.get(run_id)
        except Tampered:
            log.exception("run %s was tampered with", run_id)
            return None


async def _collecting(events: AsyncIterator[RunEvent], heard: Heard) -> AsyncIterator[RunEvent]:
    async for event in events:
        match event:
            case Began(agent=agent):
                heard.agent = agent
            case Proposed(proposal):
                heard.proposals.append(proposal)
            case Woken():
                heard.wakes.append(event)
            case Charted(chart):
                heard.charts.append(chart)
            case Ended():
                heard.end = event
            case _:
                pass
        yield event


def _later(run: Run, wake: Woken, number: int) -> Ask:
    return replace(
        run.ask,
        id=f"{run.id}{WOKEN}{number}",
        kind=AskKind.WAKE,
        text=wake.text,
        at=wake.due,
        due=wake.due,
        attempt=run.ask.attempt + 1,
    )


def _looked_before(ask: Ask) -> str:
    """Return the run that asked to be woken for this one; empty if none did."""
    return ask.id.rpartition(WOKEN)[0] if ask.kind is AskKind.WAKE else ""


def _sentence(error: Exception) -> str:
    match error:
        case TimeoutError():
            return "I ran out of time on this and stopped looking. Nothing was changed; ask again, or ask for less."
        case NoEndError():
            return "This run broke off without a result. Nothing was changed; ask again to retry."
        case _:
            return f"This run failed ({type(error).__name__}). Nothing was changed; ask again to retry."
