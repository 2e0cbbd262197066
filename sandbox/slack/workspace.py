"""The workspace: what is said where, and who is told of it."""

import secrets
from dataclasses import dataclass

from sandbox.clock import Clock
from sandbox.slack import directory
from sandbox.slack.application import Application, installed
from sandbox.slack.audience import Audience
from sandbox.slack.delivery import Deliveries
from sandbox.slack.directory import BOT_USER, Channel, Person
from sandbox.slack.faults import Faults
from sandbox.slack.files import Files
from sandbox.slack.journal import Journal
from sandbox.slack.messages import Message
from sandbox.slack.modals import Modals
from sandbox.slack.rates import Rates
from sandbox.slack.responses import ResponseUrls
from sandbox.slack.sessions import Sessions
from sandbox.slack.wire import Body, Refused

INTERACTIVE = frozenset(
    {
        "button",
        "workflow_button",
        "overflow",
        "checkboxes",
        "radio_buttons",
        "datepicker",
        "timepicker",
        "datetimepicker",
        "plain_text_input",
        "static_select",
        "multi_static_select",
        "users_select",
        "multi_users_select",
        "conversations_select",
        "channels_select",
        "feedback_buttons",
        "icon_button",
    }
)


@dataclass
class Limits:
    """Limits seen in the field that Slack does not document, so they can be set.

    Attributes:
        stream_seconds: A stream dies this long after it was opened (python-slack-sdk#1859).
        stream_bytes: UTF-8 bytes a streamed message may hold.
        stream_cards: Task cards a streamed message may hold.
    """

    stream_seconds: float = 300.0
    stream_bytes: int = 10_600
    stream_cards: int = 50


class Workspace:
    """A Slack workspace with one app installed. Lives on one event loop; other threads may read it."""

    def __init__(self, clock: Clock, manifest: Body | None = None) -> None:
        self.clock = clock
        self.app: Application = installed(manifest)
        self.people: dict[str, Person] = directory.people()
        self.channels: dict[str, Channel] = directory.channels()
        self.groups = directory.groups()
        self.messages: dict[str, list[Message]] = {}
        self.origin = ""
        self.journal = Journal()
        self.audience = Audience()
        self.rates = Rates()
        self.faults = Faults()
        self.limits = Limits()
        self.files = Files(clock)
        self.modals = Modals(clock)
        self.responses = ResponseUrls(clock)
        self.sessions = Sessions(clock)
        self.deliveries = Deliveries(self.app, clock, self.journal, self.faults)
        self._last_ts = 0

    @property
    def bot_token(self) -> str:
        """Token for the Web API."""
        return self.app.bot_token

    @property
    def app_token(self) -> str:
        """Token for Socket Mode."""
        return self.app.app_token

    @property
    def signing_secret(self) -> str:
        """Key of the request signatures."""
        return self.app.signing_secret

    def ts(self) -> str:
        """Return a timestamp no message has yet."""
        self._last_ts = max(self._last_ts + 1, int(self.clock.time() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def channel(self, channel: str) -> Channel:
        """Return a channel, opening the bot's direct message with a person when their id is given.

        Raises:
            Refused: channel_not_found.
        """
        if channel in self.people:
            return self.direct(channel)
        if channel not in self.channels:
            raise Refused("channel_not_found")
        return self.channels[channel]

    def direct(self, person: str) -> Channel:
        """Return the direct message of a person and the bot."""
        known = self.channels.get(f"D{person[1:]}")
        if known:
            return known
        made = Channel(f"D{person[1:]}", "", members={person, BOT_USER}, person=person)
        self.channels[made.id] = made
        self.audience.tell(made.members, {"type": "channel", "channel": made.page()})
        return made

    def shared(self, channel: Channel) -> bool:
        """Tell whether people of another workspace are in a channel."""
        members = (self.people[person] for person in channel.members)
        return any(member.team != directory.TEAM for member in members)

    def find(self, channel: str, ts: str) -> Message:
        """Return a message that still stands.

        Raises:
            Refused: message_not_found.
        """
        for message in reversed(self.messages.get(channel, [])):
            if message.ts == ts and not message.deleted:
                return message
        raise Refused("message_not_found")

    def said(self, channel: str) -> list[Message]:
        """Return what stands in a channel, oldest first, without what only one person sees."""
        return [m for m in self.messages.get(channel, []) if not m.deleted and m.ephemeral_to is None]

    def replies(self, message: Message) -> int:
        """Count the replies in a thread."""
        if message.thread_ts:
            return 0
        return sum(m.thread_ts == message.ts for m in self.said(message.channel))

    def add(self, message: Message) -> Message:
        """Put a message where it belongs and show it."""
        self.name_parts(message)
        self.messages.setdefault(message.channel, []).append(message)
        self.show(message)
        if message.thread_ts and not message.ephemeral_to:
            self._show_root(message)
        return message

    def name_parts(self, message: Message) -> None:
        """Give blocks and elements of a message ids where the sender gave none, as Slack does."""
        _name(message.blocks)
        for attachment in message.attachments:
            _name(attachment.get("blocks", []))

    def settle(self, message: Message) -> None:
        """End a message's stream if it has lived its time."""
        stream = message.stream
        if (
            stream
            and stream.state == "streaming"
            and self.clock.time() - stream.opened_at >= self.limits.stream_seconds
        ):
            stream.state = "stopped"
            self.show(message)

    def quiet(self, message: Message) -> None:
        """Clear a thread's status line, as a message of the bot does."""
        if self.sessions.line(message.channel, message.root):
            self.sessions.say(message.channel, message.root, "")
            self.show_status(message.channel, message.root)

    def show_status(self, channel: str, thread: str) -> None:
        """Show what the bot says it is doing in a thread."""
        self.audience.tell(self.channels[channel].members, {"type": "status", **self._status(channel, thread)})

    def statuses(self, person: str) -> list[Body]:
        """Return what the bot says it is doing in the threads a person can see."""
        told = [self._status(channel, thread) for channel, thread in self.sessions.threads()]
        return [status for status in told if person in self.channels[status["channel"]].members]

    def show(self, message: Message) -> None:
        """Bring a message up to date on the pages of those who may see it."""
        seen = message.page(self.replies(message))
        self.audience.tell(self.readers(message), {"type": "message", "channel": message.channel, "message": seen})

    def delete(self, message: Message) -> None:
        """Take a message away."""
        message.deleted = True
        gone = {"type": "delete", "channel": message.channel, "ts": message.ts}
        self.audience.tell(self.readers(message), gone)

    def readers(self, message: Message) -> set[str]:
        """Return who may see a message."""
        return {message.ephemeral_to} if message.ephemeral_to else self.channels[message.channel].members

    def _status(self, channel: str, thread: str) -> Body:
        line, session = self.sessions.line(channel, thread), self.sessions.status(channel, thread)
        return {"channel": channel, "thread_ts": thread, "status": line, "session": session}

    def _show_root(self, reply: Message) -> None:
        for message in self.messages[reply.channel]:
            if message.ts == reply.thread_ts:
                self.show(message)


def interactive(block: Body) -> list[Body]:
    """Return the elements of a block a person can use."""
    parts = [*block.get("elements", []), block.get("accessory"), block.get("element")]
    return [part for part in parts if isinstance(part, dict) and part.get("type") in INTERACTIVE]


def _name(blocks: list[Body]) -> None:
    for block in blocks:
        block.setdefault("block_id", secrets.token_urlsafe(4))
        for element in interactive(block):
            element.setdefault("action_id", secrets.token_urlsafe(4))
