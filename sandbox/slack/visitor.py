"""A person in the sandbox workspace, for tests and `play`: does through the page API what people do on the page."""

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import requests

from sandbox.slack.directory import BOT_USER
from sandbox.slack.wire import Body, Unusable

T = TypeVar("T")
PAUSE = 0.05
PATIENCE = 120.0


class Visitor:
    """Acts and looks as one person.

    Args:
        url: Address of the sandbox Slack.
        user: Slack id of the person to be.
    """

    def __init__(self, url: str, user: str) -> None:
        self.user = user
        self._url = url.rstrip("/")

    def state(self) -> Body:
        """Return people, channels, groups, commands and whether a bot is connected."""
        return self._get("state")

    def post(self, channel: str, text: str, thread_ts: str | None = None) -> str:
        """Post a message; return its timestamp."""
        return str(self._post("post", channel=channel, text=text, thread_ts=thread_ts)["ts"])

    def slash(self, channel: str, text: str) -> Body:
        """Run a slash command; return `ok` and the bot's immediate `response`."""
        return self._post("slash", channel=channel, text=text)

    def click(
        self, channel: str, ts: str, action_id: str, value: str | None = None, block_id: str | None = None
    ) -> bool:
        """Press a button; return whether the bot acknowledged."""
        told = self._post("click", channel=channel, ts=ts, action_id=action_id, value=value, block_id=block_id)
        return bool(told["ok"])

    def react(self, channel: str, ts: str, name: str, *, remove: bool = False) -> None:
        """Add a reaction, or take it back."""
        self._post("react", channel=channel, ts=ts, name=name, remove=remove)

    def submit(self, view_id: str, values: Body) -> Body:
        """Submit a modal; return `ok` and the bot's `errors`."""
        return self._post("modal", view_id=view_id, action="submit", values=values)

    def press(self, view_id: str, action_id: str, value: str | None = None) -> bool:
        """Press a button in a modal; return whether the bot acknowledged."""
        told = self._post("click", view_id=view_id, action_id=action_id, value=value)
        return bool(told["ok"])

    def close(self, view_id: str) -> None:
        """Close a modal."""
        self._post("modal", view_id=view_id, action="close")

    def stop(self, channel: str, thread_ts: str) -> None:
        """Press the stop button of an agent session."""
        self._post("stop", channel=channel, thread_ts=thread_ts)

    def dm(self) -> str:
        """Open the direct message with the bot; return its channel."""
        return str(self._post("dm", user=BOT_USER)["channel"])

    def alert(self, channel: str, text: str, attachments: Sequence[Body] = (), blocks: Sequence[Body] = ()) -> str:
        """Let the alert bot post; return the message's timestamp."""
        told = self._post("alert", channel=channel, text=text, attachments=list(attachments), blocks=list(blocks))
        return str(told["ts"])

    def faults(self, rules: Sequence[Body] = (), redeliver: int = 0, stream_seconds: float | None = None) -> None:
        """Plan what goes wrong; with no arguments, heal everything but the life of streams."""
        self._post("faults", rules=list(rules), redeliver=redeliver, stream_seconds=stream_seconds)

    def settings(self, **settings: Any) -> None:
        """Set `request_url`, `ack_seconds`, `http_delays` or `rate_multiplier` (0: no limits)."""
        self._post("settings", **settings)

    def redeliver(self, number: int = -1) -> None:
        """Have Slack deliver an event, click or command again: the last, or by its number in the log."""
        self._post("redeliver", number=number)

    def regroup(self, handle: str, members: Sequence[str]) -> None:
        """Give a user group other members; the bot is told."""
        self._post("group", handle=handle, members=list(members))

    def change(self, person: str, **changes: Any) -> None:
        """Change somebody (`guest`, `deleted`, `team`, …), or bring a newcomer into `channels`; the bot is told."""
        self._post("person", id=person, **changes)

    def messages(self, channel: str) -> list[Body]:
        """Return what this person sees in a channel, replies included, oldest first."""
        return list(self._get("messages", channel=channel)["messages"])

    def thread(self, channel: str, ts: str) -> list[Body]:
        """Return a thread, its first message included, oldest first."""
        return [message for message in self.messages(channel) if ts in {message["ts"], message["thread_ts"]}]

    def _get(self, doing: str, /, **args: str) -> Body:
        return _told(requests.get(f"{self._url}/_page/{doing}", params={"as": self.user, **args}, timeout=30))

    def _post(self, doing: str, /, **args: Any) -> Body:
        body = {"as": self.user} | {key: value for key, value in args.items() if value is not None}
        return _told(requests.post(f"{self._url}/_page/{doing}", json=body, timeout=30))


def wait_for(condition: Callable[[], T], seconds: float = PATIENCE) -> T:
    """Return what the condition returns once that is true in the sense of `bool`.

    Raises:
        TimeoutError: When it does not come true in time.
    """
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"Nothing came within {seconds:g} s.")
        time.sleep(PAUSE)
    return found


def _told(answer: requests.Response) -> Body:
    body: Body = answer.json()
    if not answer.ok:
        raise Unusable(str(body.get("error")))
    return body
