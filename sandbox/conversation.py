"""A thread as the people in it follow it: what the bot said, its reports, its cards, and how to answer them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sandbox.slack.visitor import PATIENCE, Visitor, wait_for
from sandbox.slack.wire import Body

T = TypeVar("T")
REPORT = "infra_report"
APPROVAL = "infra_approval"
NAMES = {"ana": "U0ANA0001", "ben": "U0BEN0001", "cara": "U0CARA001", "gus": "U0GUS0001"}
BOT = "U0INFRA01"


@dataclass(frozen=True)
class Card:
    """An approval card as it stands."""

    ts: str
    approval_id: str
    tool: str
    args: Body
    state: str


@dataclass(frozen=True)
class Conversation:
    """One thread in a channel; `reader` is the person through whose eyes it is read."""

    url: str
    channel: str
    ts: str
    reader: str = "ben"

    def messages(self) -> list[Body]:
        """Return the thread, oldest first."""
        return self._as(self.reader).thread(self.channel, self.ts)

    def bot_messages(self) -> list[Body]:
        """Return what the bot said."""
        return [message for message in self.messages() if message["user"] == BOT]

    def reports(self) -> list[Body]:
        """Return the reports of the runs that ended here, oldest first."""
        return [json.loads(payload["report"]) | {"ending": payload["ending"]} for payload in self._payloads(REPORT)]

    def report(self, number: int = 1, seconds: float = PATIENCE) -> Body:
        """Wait for the n-th report."""
        self._await(lambda: len(self.reports()) >= number, seconds)
        return self.reports()[number - 1]

    def cards(self) -> list[Card]:
        """Return the approval cards, oldest first."""
        return [_card(message) for message in self.messages() if _event(message) == APPROVAL]

    def card(self, state: str = "open", seconds: float = PATIENCE) -> Card:
        """Wait for a card that stands so."""
        return self._await(lambda: [card for card in self.cards() if card.state == state], seconds)[0]

    def clicks(self, who: str, action: str, card: Card) -> None:
        """Let a person press `infra_approve`, `infra_reject` … on a card."""
        self._as(who).click(self.channel, card.ts, action, value=card.approval_id)

    def reacts(self, who: str, emoji: str, ts: str | None = None) -> None:
        """Let a person react, to the first message if no other is named."""
        self._as(who).react(self.channel, ts or self.ts, emoji)

    def says(self, who: str, text: str) -> str:
        """Let a person reply."""
        return self._as(who).post(self.channel, text, self.ts)

    def told(self, who: str) -> list[str]:
        """Return what only this person was told here."""
        return [
            str(message["text"])
            for message in self._as(who).messages(self.channel)
            if message["ephemeral_to"] == NAMES[who]
        ]

    def transcript(self) -> str:
        """Return the thread as text."""
        return "\n\n".join(_spoken(message) for message in self.messages())

    def _await(self, condition: Callable[[], T], seconds: float) -> T:
        """Wait for something in the thread; when it does not come, say what the thread has instead."""
        try:
            return wait_for(condition, seconds)
        except TimeoutError as late:
            raise TimeoutError(f"{late} The thread is:\n{self.transcript()}") from late

    def _payloads(self, event: str) -> list[Body]:
        return [message["metadata"]["event_payload"] for message in self.messages() if _event(message) == event]

    def _as(self, who: str) -> Visitor:
        return Visitor(self.url, NAMES[who])


def _event(message: Body) -> str:
    return str((message["metadata"] or {}).get("event_type", ""))


def _card(message: Body) -> Card:
    payload = message["metadata"]["event_payload"]
    return Card(message["ts"], payload["approval_id"], payload["tool"], json.loads(payload["args"]), payload["state"])


def _spoken(message: Body) -> str:
    who = next((name for name, user in NAMES.items() if user == message["user"]), message["username"] or "infra")
    lines = [line for item in _items(message) for line in item.splitlines()]
    return "\n".join([f"[{who}]", *(f"  {line}" for line in lines)])


def _items(message: Body) -> list[str]:
    stream = message["stream"]
    if stream:
        streamed = [_streamed(item) for item in stream["items"]]
        return streamed + [_readable(block) for block in message["blocks"]]
    attached = [f"{part.get('title', '')}\n{part.get('text', '')}" for part in message["attachments"]]
    blocks = [_readable(block) for block in message["blocks"]]
    return [*(blocks or [message["text"]]), *attached]


def _streamed(item: Body) -> str:
    if item["type"] == "markdown":
        return str(item["text"])
    mark = {"complete": "✓", "error": "✗"}.get(item["status"], "…")
    return f"{mark} {item['title']}" + (f": {item['output']}" if item.get("output") else "")


def _readable(block: Body) -> str:
    """Return the words in a block, buttons in brackets."""
    match block:
        case {"type": "actions", "elements": list(elements)}:
            return " ".join(f"[{_words(element.get('text'))}]" for element in elements)
        case {"type": "context", "elements": list(elements)}:
            return " · ".join(_words(element) for element in elements)
        case {"type": "section", "fields": list(parts)}:
            return "\n".join(_words(part) for part in parts)
        case {"type": "rich_text"}:
            return (
                "".join(re.findall(r'"text": "((?:[^"\\]|\\.)*)"', json.dumps(block))).encode().decode("unicode_escape")
            )
        case _:
            return _words(block.get("text"))


def _words(text: object) -> str:
    match text:
        case {"text": inner}:
            return _words(inner)
        case str():
            return text
        case _:
            return ""
