"""Slack payloads as asks; pure. The same delivery always makes the same ask."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from agents.contract import Alert, Ask, AskKind, ThreadRef
from tools.contract import JsonObject


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as far as we care.

    Attributes:
        team: Team the event was delivered for.
        home: Team of its author, as the event says; empty if it does not.
        channel: Where.
        direct: Whether it is a direct message with us.
        ts: Its timestamp.
        thread_ts: Timestamp of the thread it is in, empty at top level.
        user: Author; empty for bots.
        bot: Bot id of the author, empty for people.
        text: As Slack sent it.
        shared: Whether other organizations are in the channel.
        event_id: Id of the delivery.
        payload: The whole event.
    """

    team: str
    home: str
    channel: str
    direct: bool
    ts: str
    thread_ts: str
    user: str
    bot: str
    text: str
    shared: bool
    event_id: str
    payload: JsonObject

    @property
    def thread(self) -> ThreadRef:
        """The thread it is in, or starts."""
        return ThreadRef(self.team, self.channel, self.thread_ts or self.ts)

    @property
    def keys(self) -> tuple[str, ...]:
        """What makes it the same message again: a mention arrives as two events with ids of their own."""
        return (f"event:{self.event_id}", f"message:{self.team}:{self.channel}:{self.ts}")


def heard(body: JsonObject) -> Heard:
    """Return the message of an event callback."""
    event = _object(body.get("event"))
    bot = str(event.get("bot_id") or "")
    return Heard(
        team=str(body.get("team_id") or ""),
        home=str(event.get("user_team") or event.get("team") or event.get("source_team") or ""),
        channel=str(event.get("channel") or ""),
        direct=event.get("channel_type") == "im" or str(event.get("channel") or "").startswith("D"),
        ts=str(event.get("ts") or ""),
        thread_ts=str(event.get("thread_ts") or ""),
        user="" if bot else str(event.get("user") or ""),
        bot=bot,
        text=str(event.get("text") or ""),
        shared=bool(body.get("is_ext_shared_channel")),
        event_id=str(body.get("event_id") or ""),
        payload=event,
    )


def asked(message: Heard, kind: AskKind, text: str, agent: str = "") -> Ask:
    """Return the ask of a person's message."""
    return Ask(name_of(*message.keys[1:]), kind, text, message.thread, message.user, when(message.ts), agent=agent)


def alerted(message: Heard, alert: Alert, text: str) -> Ask:
    """Return the ask of an alert."""
    return Ask(name_of(*message.keys[1:]), AskKind.ALERT, text, message.thread, "", when(message.ts), alert=alert)


def commanded(body: JsonObject, text: str, thread: ThreadRef, agent: str = "") -> tuple[Ask, tuple[str, ...]]:
    """Return the ask of a slash command and what makes it the same command again."""
    key = f"command:{body.get('team_id')}:{body.get('trigger_id')}"
    asker, at = str(body.get("user_id") or ""), when(thread.ts)
    return Ask(name_of(key), AskKind.SLASH, text, thread, asker, at, agent=agent), (key,)


def name_of(*parts: str) -> str:
    """Return an id made of what was heard, so that the same again has the same."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def when(ts: str) -> datetime:
    """Return the moment of a Slack timestamp (UTC); now if it is none."""
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.now(UTC)


def _object(value: object) -> JsonObject:
    return value if isinstance(value, dict) else {}
