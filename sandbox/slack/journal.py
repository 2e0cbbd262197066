"""The workspace's own log of what reached it and what it sent, for tests that measure effects."""

from dataclasses import dataclass, field

from sandbox.slack.wire import Body


@dataclass(frozen=True)
class Called:
    """One Web API call.

    Attributes:
        method: Such as chat.postMessage.
        args: Arguments as they were understood, without the token.
        at: The company's time, seconds.
        status: HTTP status; 0 when the connection was dropped.
        ok: Whether it took effect.
        error: Slack's error code, empty if none.
        early: It came before the Retry-After it had been given.
        result: The answer.
    """

    method: str
    args: Body
    at: float
    status: int
    ok: bool
    error: str = ""
    early: bool = False
    result: Body = field(default_factory=dict)


@dataclass
class Delivered:
    """One delivery to the bot, with its attempts.

    Attributes:
        kind: events_api, slash_commands or interactive.
        payload: What was sent.
        at: The company's time of the first attempt, seconds.
        attempts: Times of every attempt.
        acked_at: When the bot acknowledged it; None until then.
        response: What the bot answered.
    """

    kind: str
    payload: Body
    at: float
    attempts: list[float] = field(default_factory=list)
    acked_at: float | None = None
    response: Body | None = None


@dataclass
class Journal:
    """Everything that happened between the workspace and the bot, in order."""

    calls: list[Called] = field(default_factory=list)
    deliveries: list[Delivered] = field(default_factory=list)

    def called(self, method: str) -> list[Called]:
        """Return the calls of one method that took effect."""
        return [call for call in self.calls if call.method == method and call.ok]
