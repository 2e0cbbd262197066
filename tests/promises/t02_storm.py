"""T2: of 32 who click at once in three processes one wins, the others are told, and at most one change is made."""

import asyncio
import contextlib
import json
import random
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.approvals.model import Answer, Approval, State
from tests.promises.office import Office, open_office, until
from tests.promises.rows import Row
from tests.promises.voting import READY, TOLD, VOLLEYS, VOTERS, staff

FULL, QUICK = 1000, 2
ROOT = Path(__file__).parents[2]
WORKERS = ("a", "b", "c")
DEPLOYMENTS = 4
PATIENCE = 30
SOON = 2.0
REPEATED = 5
"""One in so many storms comes again at once, and again the next day."""
OVER = {
    State.DONE,
    State.REJECTED,
    State.REVOKED,
    State.FAILED,
    State.REFUSED,
    State.EXPIRED,
    State.STALE,
    State.UNKNOWN,
}

Told = list[tuple[bool, str, float]]


@dataclass
class Tally:
    """What was seen."""

    winners_wrong: int = 0
    dispatched_twice: int = 0
    dispatched_wrongly: int = 0
    not_dispatched: int = 0
    repeated: int = 0
    repeats_counted: int = 0
    waited: list[float] = field(default_factory=list)


def measure(n: int) -> list[Row]:
    """Let n cards be clicked by everybody at once, then again, then again the next day."""
    return asyncio.run(_measured(n))


async def _measured(n: int) -> list[Row]:
    tally, chance = Tally(), random.Random(2)  # noqa: S311 - the same clicks every time
    async with open_office(DEPLOYMENTS) as office, contextlib.AsyncExitStack() as processes:
        staff(office)
        for name in WORKERS:
            await processes.enter_async_context(_process(office, name))
        await until(lambda: _ready(office), PATIENCE)
        for number in range(n):
            await _storm(office, number, chance, tally)
    return [
        Row("T2", "cards with no winner or more than one", tally.winners_wrong, n),
        Row("T2", "changes made more than once", tally.dispatched_twice, n),
        Row("T2", "changes made after a no or a revocation", tally.dispatched_wrongly, n),
        Row("T2", "approved, not made", tally.not_dispatched, n),
        Row("T2", "repeated clicks counted, at once and the next day", tally.repeats_counted, tally.repeated),
        Row("T2", "longest wait to be told", max(tally.waited), len(tally.waited), SOON, "s"),
    ]


async def _storm(office: Office, number: int, chance: random.Random, tally: Tally) -> None:
    [approval] = await office.propose(office.rescale(number % DEPLOYMENTS))
    name = approval.proposal.id
    votes = [(voter, chance.choice(["approve", "approve", "reject", "revoke"])) for voter in VOTERS]
    chance.shuffle(votes)
    told = await _fired(office, f"{number}:0", approval, votes)
    ended = await _ended(office, name)
    for again, days in ((1, 0), (2, 1)) if number % REPEATED == 0 else ():
        repeated = await _fired(office, f"{number}:{again}", approval, votes, days)
        tally.repeated += len(repeated)
        tally.repeats_counted += sum(counted for counted, _, _ in repeated)
    tally.waited += [seconds for _, _, seconds in told]
    _count(tally, [answer for counted, answer, _ in told if counted], office.site.actions().count(name))
    tally.not_dispatched += ended not in OVER


def _count(tally: Tally, counted: list[str], made: int) -> None:
    """Compare what was made with what was counted: one yes or no wins, and a yes may be taken back once."""
    decided = [answer for answer in counted if answer != Answer.REVOKE]
    revoked = Answer.REVOKE in counted
    tally.winners_wrong += len(decided) != 1 or len(counted) - len(decided) > 1
    tally.dispatched_twice += made > 1
    tally.dispatched_wrongly += made > 0 and (revoked or Answer.APPROVE not in decided)
    tally.not_dispatched += made == 0 and Answer.APPROVE in decided and not revoked


async def _fired(office: Office, name: str, approval: Approval, votes: list[tuple[str, str]], days: int = 0) -> Told:
    client = office.connection.client
    for index, worker in enumerate(WORKERS):
        volley = {
            "id": name,
            "approval": approval.proposal.id,
            "votes": votes[index :: len(WORKERS)],
            "days": days,
        }
        await client.rpush(VOLLEYS.format(worker), json.dumps(volley))
    told: Told = []
    for _ in WORKERS:
        heard = None
        async with asyncio.timeout(PATIENCE):
            while heard is None:
                heard = await client.blpop([TOLD.format(name)], timeout=1)
        told += json.loads(heard[1])
    return told


async def _ended(office: Office, name: str) -> State | None:
    """Return how a card ended, once it has; None if it does not in time."""

    async def over() -> bool:
        found = await office.approval(name)
        return found is not None and found.state in OVER

    with contextlib.suppress(TimeoutError):
        await until(over, PATIENCE)
    found = await office.approval(name)
    return found.state if found else None


@contextlib.asynccontextmanager
async def _process(office: Office, name: str) -> AsyncIterator[Process]:
    command = [sys.executable, "-m", "tests.promises.voting", office.connection.url, str(office.site.kubeconfig), name]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    try:
        yield process
    finally:
        process.kill()
        await process.wait()


async def _ready(office: Office) -> bool:
    return int(await office.connection.client.get(READY) or 0) == len(WORKERS)
