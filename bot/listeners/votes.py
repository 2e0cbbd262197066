"""People's yes and no: buttons on a card or in its window, and emoji on the card; the flow decides what counts."""

from agents.contract import ThreadRef
from bot.approvals.model import Answer, Vote
from bot.listeners.asks import when
from bot.listeners.desk import Desk
from bot.listeners.stops import NOTHING
from bot.slack import cards, modals
from bot.slack.posting import marked, message_at
from tools.contract import JsonObject

ANSWERS = {cards.APPROVE: Answer.APPROVE, cards.REJECT: Answer.REJECT, cards.REVOKE: Answer.REVOKE}
EMOJI = {"white_check_mark": Answer.APPROVE, "x": Answer.REJECT}
STOP = "octagonal_sign"


async def on_button(desk: Desk, body: JsonObject) -> None:
    """Count a click; the clicker is who Slack's signed payload says, the button says only which approval."""
    user, action = _part(body, "user"), _action(body)
    vote = Vote(
        approval_id=str(action.get("value") or ""),
        voter=str(user.get("id") or ""),
        team=str(user.get("team_id") or ""),
        answer=ANSWERS[str(action.get("action_id"))],
        via="button",
        at=when(str(action.get("action_ts") or "")),
    )
    await desk.in_time(_rule(desk, vote, _thread(body), _part(body, "view")))


async def on_view(desk: Desk, body: JsonObject) -> None:
    """Show everything an approval binds; a trigger lives three seconds, so the window opens before we look."""
    opened = await desk.calls.call("views.open", {"trigger_id": body.get("trigger_id"), "view": modals.loading()})
    await desk.in_time(_fill(desk, str(_action(body).get("value") or ""), _part(opened, "view"), _part(body, "user")))


async def on_reaction(desk: Desk, body: JsonObject) -> None:
    """Count ✅ and ❌ on a card, and stop a thread for 🛑; any other emoji is just an emoji."""
    event = _part(body, "event")
    item, name = _part(event, "item"), str(event.get("reaction") or "")
    if name not in {*EMOJI, STOP} or item.get("type") != "message":
        return
    message = await message_at(desk.calls, str(item.get("channel")), str(item.get("ts")))
    if name == STOP:
        await _stop(desk, body, event, message)
    elif marked(message, cards.EVENT) and await desk.identity.wrote(message):
        await desk.in_time(_rule(desk, _emoji_vote(body, event, message), _where(body, event, message), {}))


async def _rule(desk: Desk, vote: Vote, thread: ThreadRef, window: JsonObject) -> None:
    ruling = await desk.flow.rule(vote)
    if window and await desk.refuses(vote.voter, vote.team, "D"):
        await _update(desk, window, modals.refused(ruling.words))
    elif window:
        await _show(desk, vote.approval_id, window, ruling.words)
    elif not ruling.counted:
        await desk.whisper(thread, vote.voter, cards.spoken(ruling.words))


async def _fill(desk: Desk, approval_id: str, window: JsonObject, user: JsonObject) -> None:
    refusal = await desk.refuses(str(user.get("id") or ""), str(user.get("team_id") or ""), "D")
    if refusal:
        await _update(desk, window, modals.refused(refusal.words))
    else:
        await _show(desk, approval_id, window, "")


async def _show(desk: Desk, approval_id: str, window: JsonObject, words: str) -> None:
    approval = await desk.memory.approval(approval_id)
    await _update(desk, window, modals.everything(approval, words) if approval else modals.gone())


async def _update(desk: Desk, window: JsonObject, view: JsonObject) -> None:
    await desk.calls.call("views.update", {"view_id": window.get("id"), "view": view})


async def _stop(desk: Desk, body: JsonObject, event: JsonObject, message: JsonObject) -> None:
    thread, user = _where(body, event, message), str(event.get("user") or "")
    if not message or not await desk.memory.knows(thread):
        return
    refusal = await desk.refuses(user, thread.team, thread.channel)
    if refusal:
        await desk.whisper(thread, user, refusal.words)
    elif not await desk.flow.stop(thread, user):
        await desk.whisper(thread, user, NOTHING)


def _emoji_vote(body: JsonObject, event: JsonObject, message: JsonObject) -> Vote:
    payload = _part(_part(message, "metadata"), "event_payload")
    return Vote(
        approval_id=str(payload.get("approval_id") or ""),
        voter=str(event.get("user") or ""),
        team=str(body.get("team_id") or ""),
        answer=EMOJI[str(event.get("reaction"))],
        via="emoji",
        at=when(str(event.get("event_ts") or "")),
    )


def _where(body: JsonObject, event: JsonObject, message: JsonObject) -> ThreadRef:
    root = str(message.get("thread_ts") or message.get("ts") or "")
    return ThreadRef(str(body.get("team_id") or ""), str(_part(event, "item").get("channel") or ""), root)


def _thread(body: JsonObject) -> ThreadRef:
    message, team = _part(body, "message"), str(_part(body, "team").get("id") or "")
    root = str(message.get("thread_ts") or message.get("ts") or "")
    return ThreadRef(team, str(_part(body, "channel").get("id") or ""), root)


def _action(body: JsonObject) -> JsonObject:
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions else {}
    return first if isinstance(first, dict) else {}


def _part(body: JsonObject, name: str) -> JsonObject:
    found = body.get(name)
    return found if isinstance(found, dict) else {}
