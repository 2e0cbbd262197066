"""Run records and inboxes: what was heard, in order, and what is true of each run."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from redis.asyncio import Redis

from agents.contract import Ask
from bot.store import keys, run_scripts
from bot.store.leases import Lease
from bot.store.replies import Told, text, texts
from bot.store.sealed import Sealed
from tools.canonical import digest


class Stage(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    PARKED = "parked"  # given up after too many attempts


@dataclass(frozen=True, slots=True)
class Run:
    """One ask on its way to an answer."""

    id: str
    ask: Ask
    stage: Stage
    attempt: int
    at: datetime
    note: str = ""


class FencedError(Exception):
    """The thread's lease is somebody else's by now, so nothing was written."""


def run_id(ask: Ask) -> str:
    """Return the id of the ask's run: the same ask is the same run."""
    return f"run-{digest(ask.id)[:20]}"


class Runs:
    """Keeps runs. A run is at the head of its thread's inbox from when it is its turn until it has ended."""

    def __init__(self, client: Redis, key: bytes) -> None:
        self._client = client
        self._asks = Sealed(Ask, key)
        self._hear = client.register_script(run_scripts.HEAR)
        self._begin = client.register_script(run_scripts.BEGIN)
        self._end = client.register_script(run_scripts.END)
        self._requeue = client.register_script(run_scripts.REQUEUE)
        self._stop = client.register_script(run_scripts.STOP)
        self._beat = client.register_script(run_scripts.BEAT)

    async def hear(self, ask: Ask, deliveries: tuple[str, ...], now: datetime) -> bool:
        """Keep the ask and queue its run in one step; False if any of its deliveries was heard before."""
        name = run_id(ask)
        heard = [keys.HEARD.format(delivery) for delivery in deliveries]
        where = [keys.RUN.format(name), keys.INBOX.format(ask.thread.key), keys.OPEN_RUNS, *heard]
        told: Told = [name, self._asks.dump(name, ask), now.timestamp(), keys.HEARD_SECONDS, keys.RUN_SECONDS]
        return bool(await self._hear(keys=where, args=told))

    async def next(self, thread_key: str) -> str | None:
        """Return the id of the run whose turn it is in a thread."""
        return text(await self._client.lindex(keys.INBOX.format(thread_key), 0)) or None

    async def get(self, run: str) -> Run | None:
        """Return a run; None if it was never heard or is no longer kept.

        Raises:
            Tampered: Its ask is not what we wrote.
        """
        row = await self._client.hgetall(keys.RUN.format(run))
        if not row:
            return None
        return Run(
            id=run,
            ask=self._asks.load(run, text(row["ask"])),
            stage=Stage(text(row["stage"])),
            attempt=int(row["attempt"]),
            at=datetime.fromtimestamp(float(row["at"]), UTC),
            note=text(row.get("note")),
        )

    async def begin(self, run: str, lease: Lease, now: datetime) -> int:
        """Mark the run as running; return the how-manyth attempt it is, 0 if it has ended already.

        Raises:
            FencedError: The lease was lost.
        """
        where = [keys.RUN.format(run), lease.key, keys.OPEN_RUNS]
        return _unfenced(await self._begin(keys=where, args=[lease.token, run, now.timestamp()]))

    async def end(self, run: str, lease: Lease, stage: Stage, note: str, now: datetime) -> bool:
        """Record how a run ended and take it off the inbox; False if it was stopped meanwhile.

        Raises:
            FencedError: The lease was lost.
        """
        where = [keys.RUN.format(run), lease.key, keys.OPEN_RUNS, keys.INBOX.format(lease.name)]
        told: Told = [lease.token, run, now.timestamp(), stage.value, note]
        return bool(_unfenced(await self._end(keys=where, args=told)))

    async def requeue(self, run: str, lease: Lease) -> None:
        """Put a run that was cut off by an orderly shutdown back as if it had not begun."""
        await self._requeue(keys=[keys.RUN.format(run), lease.key], args=[lease.token])

    async def beat(self, run: str, now: datetime) -> bool:
        """Give a sign of life; False if the run was stopped."""
        where = [keys.RUN.format(run), keys.OPEN_RUNS]
        return bool(await self._beat(keys=where, args=[run, now.timestamp()]))

    async def stop(self, thread_key: str, note: str, now: datetime) -> tuple[str, ...]:
        """Stop all queued and running runs of a thread, and forget what it waits for; return the stopped ids."""
        where = [keys.INBOX.format(thread_key), keys.OPEN_RUNS]
        stopped = await self._stop(keys=where, args=[keys.RUN.format(""), note, now.timestamp()])
        return texts(stopped)

    async def open(self) -> tuple[str, ...]:
        """Return the ids of all runs queued or running, longest silent first."""
        return texts(await self._client.zrange(keys.OPEN_RUNS, 0, -1))

    async def silent_since(self, moment: datetime) -> tuple[str, ...]:
        """Return the ids of runs without a sign of life since a moment."""
        found = await self._client.zrangebyscore(keys.OPEN_RUNS, "-inf", moment.timestamp())
        return texts(found)

    async def forget(self, run: str) -> None:
        """Take a run that no longer exists off the list of open ones."""
        await self._client.zrem(keys.OPEN_RUNS, run)


def _unfenced(answer: object) -> int:
    if answer == run_scripts.FENCED:
        raise FencedError
    return int(str(answer))
