"""What people do with the items of a digest: have the fix proposed, snooze, assign, disown, ask, see all of them."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from agents.contract import Ask, AskKind, ThreadRef
from bot.listeners.asks import name_of, when
from bot.listeners.desk import Desk
from bot.listeners.ports import Digests
from bot.listeners.reviews import Ack, part
from bot.people import LookupDownError
from bot.slack import digests as face
from bot.slack import forms, questions
from bot.slack.cards import mention
from bot.store.digests import Digest, Item
from tools.contract import JsonObject
from tools.redact import redact

OVER = "This digest is too old to act on; the next one has what is still open."
MOST_DAYS = 30


@dataclass(frozen=True, slots=True)
class Click:
    """A click on an item, or what was filled into its window.

    Attributes:
        user: Who Slack's signed payload says it was.
        team: Their workspace.
        thread: The digest's.
        ts: The message that was clicked.
        page: Which page of the items that is; 0 is the digest itself.
        ref: The item.
        value: What was chosen.
        name: What makes it the same click again.
        until: The day that was chosen, as in 2027-01-31.
    """

    user: str
    team: str
    thread: ThreadRef
    ts: str
    page: int
    ref: str
    value: str
    name: str
    until: str = ""

    @property
    def carried(self) -> str:
        """What a window has to carry to come back as a click on the same item."""
        where = [self.thread.team, self.thread.channel, self.thread.ts]
        return json.dumps({"thread": where, "ts": self.ts, "page": self.page, "ref": self.ref})


Doing: TypeAlias = Callable[[Desk, Digests, Click, Digest, Item], Awaitable[None]]


async def on_item(desk: Desk, body: JsonObject) -> None:
    """Do what a button or menu of an item says."""
    action = str(_action(body).get("action_id"))
    await desk.in_time(_on_item(desk, _clicked(body), DOINGS[action]))


async def on_question(desk: Desk, body: JsonObject) -> None:
    """Ask why it is not ours, or what to look into; a trigger lives three seconds, so the window opens at once."""
    click = _clicked(body)
    made = WINDOWS[str(_action(body).get("action_id"))]
    await desk.calls.call("views.open", {"trigger_id": body.get("trigger_id"), "view": made(click.carried)})


async def on_all(desk: Desk, body: JsonObject) -> None:
    """Show a page of all items in the thread."""
    await desk.in_time(_on_all(desk, _clicked(body)))


async def on_answer(desk: Desk, body: JsonObject, ack: Ack) -> None:
    """Take what somebody filled into a window about an item."""
    view = part(body, "view")
    click = _filled(body, view)
    refusal = await _refusal(desk, click)
    if refusal is not None:
        await ack(response_action="update", view=forms.told(refusal or "This is not for you to decide."))
        return
    await desk.in_time(_on_item(desk, click, ANSWERS[str(view.get("callback_id"))]))
    await ack()


async def _on_item(desk: Desk, click: Click, do: Doing) -> None:
    digest = await _allowed(desk, click)
    item = digest.item(click.ref) if digest else None
    if digest and item and desk.digests:
        await do(desk, desk.digests, click, digest, item)
    elif digest:
        await desk.whisper(click.thread, click.user, OVER)


async def _on_all(desk: Desk, click: Click) -> None:
    digest = await _allowed(desk, click)
    if digest and desk.digests and click.value.isdigit():
        await desk.digests.show(digest, max(1, int(click.value)))


async def _allowed(desk: Desk, click: Click) -> Digest | None:
    """Return the digest somebody may act on; else tell them why not."""
    refusal = await _refusal(desk, click)
    if refusal is not None:
        await desk.whisper(click.thread, click.user, refusal)
        return None
    digest = await desk.digests.of(click.thread) if desk.digests else None
    if digest is None:
        await desk.whisper(click.thread, click.user, OVER)
    return digest


async def _refusal(desk: Desk, click: Click) -> str | None:
    """Return why somebody may not; None if they may."""
    try:
        refused = await desk.refuses(click.user, click.team, click.thread.channel)
    except LookupDownError as error:
        return str(error)
    return refused.words if refused else None


async def _propose(desk: Desk, _digests: Digests, click: Click, digest: Digest, item: Item) -> None:
    words = f"Propose the fix for {item.subject}: {item.words}"
    await desk.flow.hear(_ask(click, digest, words, item.key), (click.name,))


async def _snooze(_desk: Desk, digests: Digests, click: Click, digest: Digest, item: Item) -> None:
    if click.value in face.DAYS:
        await digests.snooze(digest, item, int(click.value), click.user)
        await _again(digests, click, digest)


async def _assign(desk: Desk, digests: Digests, click: Click, digest: Digest, item: Item) -> None:
    person = await desk.directory.person(click.value)
    if person.bot or person.deactivated:
        await desk.whisper(click.thread, click.user, "Choose a person who is still here.")
        return
    await digests.assign(digest, item, person.id, click.user)
    words = f"{mention(click.user)} asks you to take care of this, from today's {digest.schedule}:"
    await desk.threads.open(click.thread, click.user).summon((person.id,), words, item.words)
    await _again(digests, click, digest)


async def _disown(_desk: Desk, digests: Digests, click: Click, digest: Digest, item: Item) -> None:
    await digests.disown(digest, item, click.value, click.user)
    await _again(digests, click, digest)


async def _question(desk: Desk, _digests: Digests, click: Click, digest: Digest, item: Item) -> None:
    words = f"{click.value}\n\nThis is about {item.subject}: {item.words}"
    await desk.flow.hear(_ask(click, digest, words), (click.name,))


async def _accept(desk: Desk, _digests: Digests, click: Click, digest: Digest, item: Item) -> None:
    control, _, resource = item.subject.partition("/")
    words = f"suppress {control} on {resource} until {click.until} because {click.value}"
    await desk.flow.hear(_ask(click, digest, words), (click.name,))


async def _again(digests: Digests, click: Click, digest: Digest) -> None:
    """Bring the digest up to date, and the page that was clicked."""
    await digests.show(digest)
    if click.page:
        await digests.show(digest, click.page, click.ts)


def _ask(click: Click, digest: Digest, words: str, item: str = "") -> Ask:
    at = when("")
    name = name_of(click.name)
    return Ask(name, AskKind.MESSAGE, words, click.thread, click.user, at, agent=digest.agent, item=item)


DOINGS: dict[str, Doing] = {face.PROPOSE: _propose, face.SNOOZE: _snooze, face.ASSIGN: _assign}
ANSWERS: dict[str, Doing] = {questions.NOT_OURS: _disown, questions.ASK: _question, questions.ACCEPT: _accept}
WINDOWS = {face.NOT_OURS: questions.not_ours, face.ASK: questions.ask, face.ACCEPT: questions.accept}


def _clicked(body: JsonObject) -> Click:
    message, action, user = part(body, "message"), _action(body), part(body, "user")
    ts, channel = str(message.get("ts") or ""), str(part(body, "channel").get("id") or "")
    team = str(user.get("team_id") or "")
    return Click(
        user=str(user.get("id") or ""),
        team=team,
        thread=ThreadRef(str(part(body, "team").get("id") or team), channel, str(message.get("thread_ts") or ts)),
        ts=ts,
        page=_page(message),
        ref=str(action.get("block_id") or "").removeprefix(face.ITEM),
        value=_chosen(action),
        name=f"click:{user.get('id')}:{ts}:{action.get('action_ts')}",
    )


def _filled(body: JsonObject, view: JsonObject) -> Click:
    carried, user = json.loads(str(view.get("private_metadata"))), part(body, "user")
    return Click(
        user=str(user.get("id") or ""),
        team=str(user.get("team_id") or ""),
        thread=ThreadRef(*carried["thread"]),
        ts=carried["ts"],
        page=carried["page"],
        ref=carried["ref"],
        value=redact(forms.words_of(view)).text,
        name=f"window:{view.get('id')}",
        until=str(forms.filled(view, questions.UNTIL).get("selected_date") or ""),
    )


def _page(message: JsonObject) -> int:
    page = part(part(message, "metadata"), "event_payload").get("page")
    return page if isinstance(page, int) else 0


def _chosen(action: JsonObject) -> str:
    option = part(action, "selected_option")
    return str(option.get("value") or action.get("selected_user") or action.get("value") or "")


def _action(body: JsonObject) -> JsonObject:
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions else {}
    return first if isinstance(first, dict) else {}
