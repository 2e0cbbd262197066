"""What threads say the bot is doing: the assistant's status line and the agent session with its stop button.

https://docs.slack.dev/reference/methods/assistant.threads.setStatus
https://docs.slack.dev/ai/agent-sessions
"""

from dataclasses import dataclass

from sandbox.clock import Clock

STATUS_SECONDS = 120.0


@dataclass
class Session:
    """An agent session in a thread."""

    status: str
    title: str = ""


class Sessions:
    """Status lines and agent sessions by channel and thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lines: dict[tuple[str, str], tuple[str, float]] = {}
        self._sessions: dict[tuple[str, str], Session] = {}

    def say(self, channel: str, thread: str, status: str) -> None:
        """Set the status line; it fades after two minutes."""
        self._lines[channel, thread] = (status, self._clock.time() + STATUS_SECONDS)

    def line(self, channel: str, thread: str) -> str:
        """Return the status line, empty if there is none or it has faded."""
        status, until = self._lines.get((channel, thread), ("", 0.0))
        return status if self._clock.time() < until else ""

    def set(self, channel: str, thread: str, status: str, title: str) -> Session:
        """Set a session's status; the title counts only for a new one."""
        session = self._sessions.setdefault((channel, thread), Session(status, title))
        session.status = status
        return session

    def status(self, channel: str, thread: str) -> str:
        """Return a session's status, empty if there is none."""
        session = self._sessions.get((channel, thread))
        return session.status if session else ""

    def threads(self) -> list[tuple[str, str]]:
        """Return the threads that have a status line or a session, by channel and thread."""
        return list(dict.fromkeys([*self._lines, *self._sessions]))
