"""A message and the stream that may be writing it."""

from dataclasses import dataclass, field

from sandbox.slack.wire import Body


@dataclass
class Stream:
    """What is being streamed into a message.

    Attributes:
        mode: `chunks` or `text`; a stream keeps the one it was opened with.
        display_mode: How task cards are shown, `plan` or `timeline`.
        opened_at: The company's time when it was opened, seconds.
        state: `streaming` or `stopped`.
        stopped_by_user: Whether a person pressed stop.
    """

    mode: str
    display_mode: str
    opened_at: float
    state: str = "streaming"
    stopped_by_user: bool = False
    plan_title: str = ""
    items: list[Body] = field(default_factory=list)

    def page(self) -> Body:
        """Return the stream as the page shows it."""
        return {
            "state": self.state,
            "display_mode": self.display_mode,
            "plan_title": self.plan_title,
            "items": [dict(item) for item in self.items],
        }

    @property
    def text(self) -> str:
        """All the words so far."""
        return "".join(item["text"] for item in self.items if item["type"] == "markdown")

    @property
    def cards(self) -> int:
        """Number of task cards."""
        return sum(item["type"] == "task" for item in self.items)


@dataclass
class Message:
    """A message in a channel; `thread_ts` is set on replies only."""

    channel: str
    ts: str
    text: str = ""
    user: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    username: str = ""
    thread_ts: str | None = None
    subtype: str | None = None
    blocks: list[Body] = field(default_factory=list)
    attachments: list[Body] = field(default_factory=list)
    files: list[Body] = field(default_factory=list)
    metadata: Body | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    edited_ts: str | None = None
    deleted: bool = False
    ephemeral_to: str | None = None
    stream: Stream | None = None

    @property
    def root(self) -> str:
        """Timestamp of the thread this message is in, or would start."""
        return self.thread_ts or self.ts

    @property
    def words(self) -> str:
        """The text people read, streamed or posted."""
        return self.stream.text if self.stream else self.text

    def page(self, replies: int) -> Body:
        """Return the message as the page shows it."""
        return {
            "ts": self.ts,
            "thread_ts": self.thread_ts,
            "user": self.user,
            "bot_id": self.bot_id,
            "username": self.username,
            "text": self.words,
            "blocks": self.blocks,
            "attachments": self.attachments,
            "edited": self.edited_ts is not None,
            "deleted": self.deleted,
            "reactions": self._reactions(),
            "reply_count": replies,
            "ephemeral_to": self.ephemeral_to,
            "metadata": self.metadata,
            "files": self.files,
            "stream": self.stream.page() if self.stream else None,
        }

    def api(self, replies: int = 0, *, metadata: bool = False) -> Body:
        """Return the message as the Web API and events do; metadata only where it was asked for."""
        told: Body = {"type": "message", "ts": self.ts, "text": self.words}
        optional: Body = {
            "subtype": self.subtype,
            "user": self.user,
            "bot_id": self.bot_id,
            "app_id": self.app_id,
            "username": self.username if self.subtype == "bot_message" else None,
            "thread_ts": self.root if self.thread_ts or replies else None,
            "reply_count": replies or None,
            "blocks": self.blocks or None,
            "attachments": self.attachments or None,
            "files": self.files or None,
            "reactions": [{**reaction, "count": len(reaction["users"])} for reaction in self._reactions()] or None,
            "edited": {"user": self.user, "ts": self.edited_ts} if self.edited_ts else None,
            "metadata": self.metadata if metadata else None,
        }
        return told | {key: value for key, value in optional.items() if value is not None}

    def _reactions(self) -> list[Body]:
        return [{"name": name, "users": list(users)} for name, users in self.reactions.items() if users]
