"""T5: who may approve: every cell of asker, approver, risk, group now and later, button or emoji, look-up."""

import asyncio
import itertools
import random
from dataclasses import dataclass, replace
from typing import NamedTuple

from bot.people import Person
from tests.bot.flow_fakes import ANA, BEN, CARA, TEAM, FakeDirectory
from tests.promises.office import Office, open_office
from tests.promises.rows import Row
from tools.contract import Risk

FULL, QUICK = 10_000, 16  # full: every cell there is

DEPLOYMENTS = 4


class Cell(NamedTuple):
    """One combination."""

    asker: str  # somebody else, nobody (an alert), or the approver
    approver: str
    risk: Risk
    in_group_now: bool
    in_group_later: bool
    via: str
    look_up: str  # up, or down at the vote, or down at the dispatch


CELLS = [
    Cell(*one)
    for one in itertools.product(
        ("somebody else", "nobody", "the approver"),
        ("member", "guest", "bot", "deactivated", "of another workspace", "clicking from another workspace", "unknown"),
        Risk,
        (True, False),
        (True, False),
        ("button", "emoji"),
        ("up", "down at the vote", "down at the dispatch"),
    )
]


@dataclass
class Tally:
    """What was seen."""

    cells: int = 0
    right: int = 0
    wrong_accepts: int = 0
    wrong_refusals: int = 0


def measure(n: int) -> list[Row]:
    """Try the cells, or n of them, and compare what was executed with what may be."""
    return asyncio.run(_measured(n))


async def _measured(n: int) -> list[Row]:
    tally = Tally()
    async with open_office(DEPLOYMENTS) as office:
        for number, cell in enumerate(_chosen(n)):
            executed = await _executed(office, number % DEPLOYMENTS, cell)
            may = may_execute(cell)
            tally.cells += 1
            tally.right += may
            tally.wrong_accepts += executed and not may
            tally.wrong_refusals += may and not executed
    return [
        Row("T5", "wrong accepts", tally.wrong_accepts, tally.cells - tally.right),
        Row("T5", "wrong refusals", tally.wrong_refusals, tally.right),
    ]


def may_execute(cell: Cell) -> bool:
    """Say what must be: a member of the group now and later, who did not ask, by a way that is good for the risk."""
    entitled = cell.approver == "member" and cell.asker != "the approver" and cell.in_group_now and cell.in_group_later
    return entitled and cell.look_up == "up" and not (cell.risk is Risk.HIGH and cell.via == "emoji")


async def _executed(office: Office, deployment: int, cell: Cell) -> bool:
    before = len(office.site.writes)
    people = office.directory
    people.people[BEN], people.down = _person(cell.approver), False
    asker = {"somebody else": ANA, "nobody": "", "the approver": BEN}[cell.asker]
    [approval] = await office.propose(office.rescale(deployment), asker=asker, risk=cell.risk)
    name = approval.proposal.id
    if cell.risk is Risk.HIGH:  # of the two who are needed, one has said yes
        people.groups["oncall"] = frozenset({CARA})
        await office.vote(name, CARA)
    _staff(people, cell.approver, in_group=cell.in_group_now, down=cell.look_up == "down at the vote")
    team = "T0OTHER01" if cell.approver == "clicking from another workspace" else TEAM
    await office.vote(name, BEN, via=cell.via, team=team)
    _staff(people, cell.approver, in_group=cell.in_group_later, down=cell.look_up == "down at the dispatch")
    await office.flow.dispatch(name)
    return len(office.site.writes) > before


def _staff(people: FakeDirectory, approver: str, *, in_group: bool, down: bool) -> None:
    people.groups["oncall"] = frozenset({CARA, BEN} if in_group else {CARA})
    people.down = down
    if approver == "unknown":
        people.people.pop(BEN, None)


def _person(approver: str) -> Person:
    ben = Person(BEN, TEAM, "Ben")
    match approver:
        case "guest" | "bot" | "deactivated":
            return replace(ben, **{approver: True})  # type: ignore[arg-type] # these three are flags
        case "of another workspace":
            return replace(ben, team="T0OTHER01")
        case _:
            return ben


def _chosen(n: int) -> list[Cell]:
    """Return n cells, as many as can be of those in which the change may be executed."""
    if n >= len(CELLS):
        return CELLS
    shuffled = random.Random(5).sample(CELLS, len(CELLS))  # noqa: S311 - the same cells every time
    right = [cell for cell in shuffled if may_execute(cell)][: n // 2]
    return right + [cell for cell in shuffled if not may_execute(cell)][: n - len(right)]
