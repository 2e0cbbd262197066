"""The command `/infra`: help, status, stop, or a question that gets a message, and with it a thread, of its own."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from agents.contract import ThreadRef
from bot.approvals.model import Answer, Vote
from bot.listeners import words
from bot.listeners.answers import answer, explained
from bot.listeners.asks import commanded
from bot.listeners.desk import IN_TIME, Desk
from bot.listeners.parking import put_aside
from bot.listeners.scheduling import schedule
from bot.listeners.snoozing import snooze, unsnooze
from bot.listeners.stops import in_words, stop_channel
from bot.masking import warning
from bot.people import LookupDownError
from bot.slack.blocks import section
from bot.slack.calls import DeclinedError, LostError
from bot.slack.cards import mention, spoken
from bot.slack.escape import cut, mrkdwn
from bot.slack.posting import quiet
from tools.contract import JsonObject
from tools.redact import redact

ANCHOR = "infra_anchor"
_OUTSIDE = {"not_in_channel", "channel_not_found", "is_archived", "restricted_action"}
_LATE = "This takes longer than usual; the card shows what becomes of it."
_BUSY = "Slack is slow right now, so I could not start. Please send the command again in a moment."


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command's payload, as far as we care."""

    team: str
    channel: str
    user: str
    text: str
    body: JsonObject


def read(body: JsonObject) -> Command:
    """Return the command in a payload."""
    team, channel, user = (str(body.get(name) or "") for name in ("team_id", "channel_id", "user_id"))
    return Command(team, channel, user, str(body.get("text") or ""), body)


async def on_command(desk: Desk, command: Command) -> str:
    """Do what the command says; return what its author alone is told, empty if they see it in the channel."""
    try:
        refusal = await desk.refuses(command.user, command.team, command.channel)
    except LookupDownError as error:
        return str(error)
    if refusal:
        return refusal.words or "I cannot help here."
    return await _obeyed(desk, command)


async def _obeyed(desk: Desk, command: Command) -> str:
    match words.command(command.text):
        case words.Question(text=text, agent=agent):
            return await _start(desk, command, redact(text).text, agent) or warning(text)
        case words.Schedule() as asked:
            return await schedule(desk, asked, command.channel, command.user, command.body)
        case words.BreakGlass(approval=approval, reason=reason):
            return await _break_glass(desk, command, approval, reason)
        case other:
            return await _at_once(desk, command, other)


async def _at_once(desk: Desk, command: Command, asked: words.Command) -> str:
    """Do what takes no run and no window."""
    match asked:
        case words.Explain(about=about):
            return explained(desk, about, command.user, command.channel)
        case words.Snooze():
            return await snooze(desk, asked, command.user)
        case words.Unsnooze(what=what):
            return await unsnooze(desk, what, command.channel, command.user)
        case words.Aside():
            return await put_aside(desk, asked, command.channel, command.user)
        case words.Stop():
            return in_words(await stop_channel(desk, command.channel, command.user))
        case other:
            return await answer(desk, other, command.channel, command.user)


async def _break_glass(desk: Desk, command: Command, approval: str, reason: str) -> str:
    """Break the glass for who Slack's signed payload says; Slack waits three seconds for the answer."""
    at = datetime.now(UTC)
    vote = Vote(approval, command.user, command.team, Answer.BREAK_GLASS, "command", at, redact(reason).text)
    task = desk.begin(desk.flow.break_glass(vote))
    done, _ = await asyncio.wait({task}, timeout=IN_TIME)
    return spoken(task.result().words) if done else _LATE


async def _start(desk: Desk, command: Command, text: str, agent: str) -> str:
    """Post the message the run will be a thread of, and hear the ask; the same command twice leaves one message."""
    try:
        posted = await desk.calls.call("chat.postMessage", _anchor(command, text), command.channel)
    except DeclinedError as declined:
        inviting = "I am not in this channel. Invite me with `/invite @infra`, or send me a direct message."
        return inviting if declined.error in _OUTSIDE else _BUSY
    except LostError:
        return _BUSY
    thread = ThreadRef(command.team, str(posted.get("channel") or command.channel), str(posted["ts"]))
    ask, keys = commanded(command.body, text, thread, agent)
    if not await desk.flow.hear(ask, keys):
        await desk.calls.call("chat.delete", {"channel": thread.channel, "ts": thread.ts}, thread.channel)
    return ""


def _anchor(command: Command, text: str) -> JsonObject:
    asks = f"🔎 {mention(command.user)} asks: {cut(mrkdwn(text), 2900)}"
    metadata = {"event_type": ANCHOR, "event_payload": {"trigger": str(command.body.get("trigger_id") or "")}}
    return quiet({"channel": command.channel, "text": asks, "blocks": [section(asks)], "metadata": metadata})
