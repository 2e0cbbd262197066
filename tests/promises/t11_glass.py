"""T11: the glass is broken by one of the named group, with a reason, in time and aloud, and by nobody else."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from agents.contract import Ask, AskKind
from bot.approvals.model import Answer, Approval, Vote
from bot.approvals.policy import Policy, PolicyFile
from tests.bot.flow_fakes import ANA, BEN, CARA, GUS, NOON, TEAM, answers
from tests.promises.office import MINUTES, POLICY, Office, open_office
from tests.promises.rows import Row
from tools import CATALOGUE
from tools.contract import Change

FULL, QUICK = 1400, 14
DEPLOYMENTS = 4
CHANNEL = "C0INCIDEN"
SECONDS = 10.0
"""Within this long, everybody who has to be told is."""
REASON = "checkout is down and Ben is asleep"
ROBOT = "U0ROBOT01"


@dataclass
class Tally:
    """What was seen."""

    wrong: int = 0
    tried: int = 0
    withheld: int = 0
    broken: int = 0
    silent: int = 0
    longest: float = 0.0


def measure(n: int) -> list[Row]:
    """Try to break the glass n times, in each way in turn."""
    return asyncio.run(_measured(n))


async def _measured(n: int) -> list[Row]:
    tally, made = Tally(), [tool.name for tool in CATALOGUE.values() if isinstance(tool, Change)]
    glass = {"group": "security", "tell": ["oncall"], "channel": CHANNEL, "minutes": MINUTES}
    policy = Policy(PolicyFile.model_validate({**POLICY, "break_glass": glass}), made)
    async with open_office(DEPLOYMENTS, policy=policy) as office:
        _staff(office)
        for number in range(n):
            await _tried(office, number, tally)
    return [
        Row("T11", "executed on a break-glass that nobody may have had", tally.wrong, tally.tried),
        Row("T11", "not executed though it was rightly broken", tally.withheld, tally.broken),
        Row("T11", "broken, and somebody not told in thread, channel and person", tally.silent, tally.broken),
        Row("T11", "longest until all were told", tally.longest, tally.broken, limit=SECONDS, unit="s"),
    ]


def _staff(office: Office) -> None:
    """Cara may break the glass; so may, by mistake, a bot and a guest who were put in her group."""
    office.directory.groups["security"] = frozenset({CARA, GUS, ROBOT})
    office.directory.people[ROBOT] = replace(office.directory.people[CARA], id=ROBOT, bot=True)


async def _tried(office: Office, number: int, tally: Tally) -> None:
    wish = WISHES[number % len(WISHES)]
    office.clock.ahead = timedelta()
    [approval] = await office.propose(office.rescale(number % DEPLOYMENTS), asker=CARA if wish is _own else ANA)
    name, began = approval.proposal.id, time.monotonic()
    await wish(office, approval)
    await office.flow.dispatch(name)
    executed = office.site.actions().count(name)
    if wish is _rightly:
        tally.broken += 1
        tally.withheld += executed != 1
        tally.silent += not _told(office, approval)
        tally.longest = max(tally.longest, time.monotonic() - began)
    else:
        tally.tried += 1
        tally.wrong += executed


def _told(office: Office, approval: Approval) -> bool:
    """Tell whether who, what and why was said in its thread, in the channel for it and to the person on call."""
    places = (approval.thread.key, f"{TEAM}:{CHANNEL}:", f"{TEAM}:{BEN}:")
    said = [thread.summoned[-1][1] for place in places if (thread := office.threads.opened.get(place))]
    return len(said) == len(places) and all(CARA in words and _reason(approval) in words for words in said)


def _reason(approval: Approval) -> str:
    return f"{REASON}: {approval.proposal.id}"


async def _break(office: Office, approval: Approval, **other: object) -> None:
    """Let Cara break the glass by the command, or with something that is not right about it."""
    vote = Vote(approval.proposal.id, CARA, TEAM, Answer.BREAK_GLASS, "command", NOON, _reason(approval))
    await office.flow.break_glass(replace(vote, **other))  # type: ignore[arg-type] # names fields of Vote


async def _rightly(office: Office, approval: Approval) -> None:
    await _break(office, approval)


async def _not_of_the_group(office: Office, approval: Approval) -> None:
    for voter in (BEN, ANA, "U0NOBODY1"):
        await _break(office, approval, voter=voter)


async def _guest(office: Office, approval: Approval) -> None:
    await _break(office, approval, voter=GUS)


async def _robot(office: Office, approval: Approval) -> None:
    await _break(office, approval, voter=ROBOT)


async def _said_by_the_agent(office: Office, approval: Approval) -> None:
    """A run that writes the command has written words."""
    ask = Ask(f"Ag{approval.proposal.id}", AskKind.MESSAGE, "well?", approval.thread, ANA, NOON)
    office.runner.script = lambda _: answers(f"/infra break-glass {approval.proposal.id} {_reason(approval)}")
    await office.flow.hear(ask)
    await office.flow.work(approval.thread.key)


async def _no_reason(office: Office, approval: Approval) -> None:
    for words in ("", "  ", "asap"):
        await _break(office, approval, words=words)


async def _another_way(office: Office, approval: Approval) -> None:
    for via in ("button", "emoji", "message"):
        await _break(office, approval, via=via)


async def _another_team(office: Office, approval: Approval) -> None:
    await _break(office, approval, team="T0OTHER01")


async def _too_late(office: Office, approval: Approval) -> None:
    office.clock.ahead = timedelta(minutes=MINUTES, seconds=1)
    await _break(office, approval)


async def _sent_too_late(office: Office, approval: Approval) -> None:
    await _break(office, approval)
    office.clock.ahead = timedelta(minutes=MINUTES, seconds=1)


async def _after_a_no(office: Office, approval: Approval) -> None:
    await office.vote(approval.proposal.id, answer=Answer.REJECT)
    await _break(office, approval)


async def _nobody_to_tell(office: Office, approval: Approval) -> None:
    oncall = office.directory.groups["oncall"]
    office.directory.groups["oncall"] = frozenset({CARA})
    await _break(office, approval)
    office.directory.groups["oncall"] = oncall


async def _nobody_can_say(office: Office, approval: Approval) -> None:
    """Slack does not say who is in the group."""
    office.directory.down = True
    await _break(office, approval)
    office.directory.down = False


async def _own(office: Office, approval: Approval) -> None:
    await _break(office, approval)


WISHES: tuple[Callable[[Office, Approval], Awaitable[None]], ...] = (
    _rightly,
    _not_of_the_group,
    _guest,
    _robot,
    _said_by_the_agent,
    _no_reason,
    _another_way,
    _another_team,
    _too_late,
    _sent_too_late,
    _after_a_no,
    _nobody_to_tell,
    _nobody_can_say,
    _own,
)
"""One that is right, and everything that may be wrong about one."""
