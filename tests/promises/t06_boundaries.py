"""T6: guests, strangers, other workspaces, shared and unlisted channels change, start and learn nothing."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace

from agents.contract import Ask, AskKind, ThreadRef
from bot.approvals.model import Approval, State
from bot.listeners import messages, slash, stops, votes
from bot.listeners.asks import heard
from bot.listeners.desk import Desk
from bot.listeners.ports import StoreMemory
from bot.people import LookupDownError
from bot.slack import cards
from bot.slack.calls import DeclinedError
from bot.slack.directory import SlackDirectory
from sandbox.slack.directory import Person
from tests.bot.edge import Edge, open_edge, shipped_channels
from tests.bot.flow_fakes import BEN, GUS, NOON, TEAM
from tests.promises.office import Office, open_office
from tests.promises.rows import Row
from tools.contract import JsonObject

FULL, QUICK = 200, 45
CANARY = "canary-4711"
HOME, UNLISTED = "C0INCIDEN", "C0SECRET1"
STRANGER, LEFT, ROBOT = "U0STRANGE", "U0LEFT001", "U0ROBOT01"


@dataclass(frozen=True)
class Outsider:
    """Somebody who is not to be heard, and where they speak."""

    user: str
    team: str = TEAM
    channel: str = HOME
    shared: bool = False


OUTSIDERS = (
    Outsider(GUS),
    Outsider(GUS, channel="D0GUS0001"),
    Outsider(STRANGER),
    Outsider(LEFT),
    Outsider(ROBOT),
    Outsider(BEN, team="T0OTHER01"),
    Outsider(BEN, shared=True),
    Outsider(BEN, channel=UNLISTED),
)
PERSONAL = OUTSIDERS[:6]
"""Those who may not vote either; who may in #incidents may also click what is shown elsewhere."""


@dataclass
class Front:
    """The listeners on a real flow, a card that waits, a run that goes on, and all that was sent to Slack since."""

    office: Office
    edge: Edge
    desk: Desk
    card: Approval
    ts: str
    sent: list[str] = field(default_factory=list)


Doing = Callable[[Front, Outsider, int], Awaitable[object]]


def measure(n: int) -> list[Row]:
    """Let outsiders do everything that can be done in Slack, n times, and look at what follows and what is said."""
    return asyncio.run(_measured(n))


async def _measured(n: int) -> list[Row]:
    changed = started = leaked = 0
    trials = [(doing, outsider) for outsider in OUTSIDERS for doing in _doings(outsider)]
    random.Random(6).shuffle(trials)  # noqa: S311 - the same trials every time
    async with _front() as front:
        for number in range(n):
            doing, outsider = trials[number % len(trials)]
            before = await front.office.store.runs.open()
            front.sent.clear()
            answer = await _done(front, doing, outsider, number)
            started += await front.office.store.runs.open() != before
            changed += await _moved(front)
            leaked += sum(said.count(CANARY) * len(CANARY) for said in [*front.sent, str(answer)])
        insider = await _done(front, _clicks, Outsider(BEN), n)
        heard_of_insider = insider is None and await _moved(front)
    return [
        Row("T6", "changes of an approval by outsiders", changed, n),
        Row("T6", "runs started or stopped by outsiders", started, n),
        Row("T6", "bytes of what is going on told to outsiders", leaked, n),
        Row("T6", "an insider not heard", int(not heard_of_insider), 1),
    ]


def _doings(outsider: Outsider) -> tuple[Doing, ...]:
    return (*SAYING, *VOTING) if outsider in PERSONAL else SAYING


async def _done(front: Front, doing: Doing, outsider: Outsider, number: int) -> object:
    """Let it be done; Slack delivers again what fails, and shows nothing of it."""
    with suppress(LookupDownError, DeclinedError):
        return await doing(front, outsider, number)
    return ""


async def _moved(front: Front) -> bool:
    found = await front.office.approval(front.card.proposal.id)
    return found is None or found.revision != front.card.revision or found.state is not State.OPEN


@asynccontextmanager
async def _front() -> AsyncIterator[Front]:
    async with open_office(1) as office, open_edge() as edge:
        for user, about in ((STRANGER, {"team": "T0OTHER01"}), (LEFT, {"deleted": True}), (ROBOT, {"bot": True})):
            edge.workspace.people[user] = replace(Person(user, user, user, "", "#666666"), **about)
        ref = await edge.root(HOME)
        directory, memory = SlackDirectory(edge.calls), StoreMemory(office.store)
        office.ports = replace(office.ports, directory=directory, threads=edge.threads())
        desk = Desk(
            type(office.flow)(office.ports),
            memory,
            edge.threads(),
            directory,
            shipped_channels(),
            edge.calls,
            edge.identity,
            lambda *_: CANARY,
        )
        card = await _waiting(office, edge, ref)
        front = Front(office, edge, desk, card, edge.replies(ref)[-1].ts)
        _listen(front)
        yield front


async def _waiting(office: Office, edge: Edge, ref: ThreadRef) -> Approval:
    """Have a proposal wait in a thread, and a run go on beside it; both hold the canary."""
    [opened] = await office.propose(office.rescale(0), reason=f"It is slow: {CANARY}")
    await office.store.approvals.replace(opened, moved := replace(opened, thread=ref, revision=1))
    await edge.threads().open(ref, BEN).card(moved)
    await desk_ask(office, ref)
    return moved


async def desk_ask(office: Office, ref: ThreadRef) -> None:
    """Have a run wait in the thread."""
    await office.flow.hear(Ask("Ev-canary", AskKind.MENTION, f"why {CANARY}?", ref, BEN, NOON))


def _listen(front: Front) -> None:
    """Remember everything that goes to Slack."""
    call = front.edge.calls.call

    async def remembered(method: str, body: JsonObject, *more: str) -> JsonObject:
        front.sent.append(json.dumps(body, default=str))
        return await call(method, body, *more)

    front.edge.calls.call = remembered  # type: ignore[method-assign,assignment] # listened to at the last point of ours


def _event(who: Outsider, number: int, **event: object) -> JsonObject:
    told = {"user": who.user, "channel": who.channel, "ts": f"18{number:08}.000100", "user_team": who.team, **event}
    return {"team_id": who.team, "event_id": f"Ev6-{number}", "is_ext_shared_channel": who.shared, "event": told}


async def _mentions(front: Front, who: Outsider, number: int) -> None:
    words = f"<@U0INFRA01> {('why is checkout slow?', 'status', 'stop', 'help')[number % 4]}"
    await messages.on_mention(front.desk, heard(_event(who, number, text=words)))


async def _follows_up(front: Front, who: Outsider, number: int) -> None:
    words = ("and why is that?", "stop", "status")[number % 3]
    event = _event(who, number, text=words, thread_ts=front.card.thread.ts)
    await messages.on_message(front.desk, heard(event))


async def _commands(front: Front, who: Outsider, number: int) -> object:
    words = ("status", "stop", "why is checkout slow?", "policy explain kube_scale in production")[number % 4]
    body: JsonObject = {
        "team_id": who.team,
        "channel_id": who.channel,
        "user_id": who.user,
        "text": words,
        "trigger_id": f"t{number}",
    }
    return "" if who.shared else await slash.on_command(front.desk, slash.read(body))


async def _stops(front: Front, who: Outsider, number: int) -> None:
    event = _event(who, number, thread_ts=front.card.thread.ts)
    await (asyncio.sleep(0) if who.shared else stops.on_session_stopped(front.desk, event))


async def _clicks(front: Front, who: Outsider, number: int) -> None:
    await votes.on_button(front.desk, _click(front, who, number))


async def _clicks_in_window(front: Front, who: Outsider, number: int) -> None:
    await votes.on_button(front.desk, {**_click(front, who, number), "view": {"id": "V1"}})


async def _views(front: Front, who: Outsider, number: int) -> None:
    await votes.on_view(front.desk, _click(front, who, number))


async def _reacts(front: Front, who: Outsider, number: int) -> None:
    item = {"type": "message", "channel": HOME, "ts": front.ts}
    name = ("white_check_mark", "x", "octagonal_sign")[number % 3]
    await votes.on_reaction(front.desk, _event(who, number, reaction=name, item=item))


def _click(front: Front, who: Outsider, number: int) -> JsonObject:
    action = {"action_id": (cards.APPROVE, cards.REJECT)[number % 2], "value": front.card.proposal.id}
    thread = {"ts": front.ts, "thread_ts": front.card.thread.ts}
    place = {"channel": {"id": who.channel}, "team": {"id": who.team}, "message": thread, "trigger_id": "t"}
    return {**place, "user": {"id": who.user, "team_id": who.team}, "actions": [action]}


SAYING: tuple[Doing, ...] = (_mentions, _follows_up, _commands, _stops)
VOTING: tuple[Doing, ...] = (_clicks, _clicks_in_window, _views, _reacts)
