"""T4: of several proposals of one run each is decided by itself, in any order; none is carried out for another."""

import asyncio
import random
from dataclasses import dataclass

from bot.approvals.model import Answer, Approval
from tests.promises.office import Office, open_office
from tests.promises.rows import Row
from tests.promises.site import action_of
from tools.contract import JsonObject

FULL, QUICK = 1000, 6
MOST = 5


@dataclass
class Tally:
    """What was seen."""

    crossed: int = 0
    undecided: int = 0
    missing: int = 0
    proposals: int = 0


def measure(n: int) -> list[Row]:
    """Have n runs propose two to five changes each; decide some, shuffled and repeated."""
    return asyncio.run(_measured(n))


async def _measured(n: int) -> list[Row]:
    chance, tally = random.Random(4), Tally()  # noqa: S311 - the same trials every time
    async with open_office(MOST) as office:
        for _ in range(n):
            await _decided(office, chance, tally)
    return [
        Row("T4", "carried out as another proposal", tally.crossed, tally.proposals),
        Row("T4", "carried out without a yes", tally.undecided, tally.proposals),
        Row("T4", "approved, not carried out once", tally.missing, tally.proposals),
    ]


async def _decided(office: Office, chance: random.Random, tally: Tally) -> None:
    before = len(office.site.writes)
    count = chance.randint(2, MOST)
    opened = await office.propose(*(office.rescale(number) for number in chance.sample(range(MOST), count)))
    answers = {one.proposal.id: chance.choice([Answer.APPROVE, Answer.APPROVE, Answer.REJECT, None]) for one in opened}
    votes = [(name, answer) for name, answer in answers.items() if answer] * 2
    chance.shuffle(votes)
    for name, answer in votes:
        await office.vote(name, answer=answer)
    sent = [*answers, *answers]
    chance.shuffle(sent)
    for name in sent:
        await office.flow.dispatch(name)
    _count(office, opened, {name for name, answer in answers.items() if answer is Answer.APPROVE}, before, tally)


def _count(office: Office, opened: list[Approval], approved: set[str], before: int, tally: Tally) -> None:
    wanted = {one.proposal.id: one.proposal.args for one in opened}
    done = [(action_of(write), write) for write in office.site.writes[before:]]
    tally.proposals += len(opened)
    tally.crossed += sum(not _is(wanted.get(name, {}), write.name, write.body) for name, write in done)
    tally.undecided += sum(name not in approved for name, _ in done)
    tally.missing += sum([name for name, _ in done].count(name) != 1 for name in approved)


def _is(args: JsonObject, name: str, body: JsonObject) -> bool:
    return args.get("deployment") == name and body.get("spec") == {"replicas": args.get("replicas")}
