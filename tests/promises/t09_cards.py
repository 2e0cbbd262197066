"""T9: hostile text in every field of a message: nothing in it is live, hidden, unfurled or refused by Slack."""

import asyncio
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import cast

from agents.contract import Ending, Report
from agents.events import Ended, RunEvent, Said, Step, StepState, Usage
from bot.approvals.model import State
from bot.slack.calls import Calls
from bot.slack.cards import APPROVE, card, exact
from bot.slack.chunks import Telling
from bot.slack.escape import code
from bot.slack.modals import everything
from bot.slack.posting import Identity, Poster
from bot.slack.report import footer
from sandbox.slack.schema import understood
from tests.bot.edge import a_proposal, an_approval
from tests.bot.slack.test_escape import LINK
from tests.promises.rows import Row
from tools.contract import Call, JsonObject, Preview
from tools.proposal import Proposal

FULL, QUICK = 300, 8
HOSTILE = (
    "<!channel> <!here> <@U0CARA001> <#C0GENERAL> <!subteam^S0SECUR01>",
    "@channel @here @everyone Approved by @cto",
    "<https://evil.example|the runbook> [the runbook](https://evil.example/x) ![p](https://evil.example/p.png)",
    "http://evil.example/a https://console.aws.amazon.com.evil.example/ https://console.aws.amazon.com@evil.example/",
    "www.evil.example mailto:a@evil.example javascript:alert(1) slack://open //evil.example",
    "``` \n``` <!channel>\n```` *bold* _it_ ~no~ `code`",
    "\u202egnp.exe\u202c \u2066isolate\u2069 a\u200bb\u200dc\ufeffd \u00ad\x00\x07\x1b[31mred",
    "&lt;!channel&gt; &amp;lt;@U0CARA001&amp;gt; &amp;",
    "{'replicas': 3}\n\n*Approved* by <@U0CARA001>\n✅ *Done*",
    "\U0001f4a3 bomb, e\u0301 combining, \uff21 full width, \u202e",
    " ",
    "",
)
_PING = re.compile(
    r"<@(?!U0BEN0001> approved <!date\^)|<#|<!(?!date\^\d)|@(?=channel\b|here\b|everyone\b)", re.IGNORECASE
)
"""Everything that pings, but for the one person who really voted."""
_FENCED = re.compile(r"```.*?```", re.DOTALL)
_LONG = 100_000
_THREAD = SimpleNamespace(channel="C0INCIDEN", ts="1700000000.000100")


@dataclass
class Wire:
    """Stands for the connection to Slack: keeps what would be sent."""

    sent: list[tuple[str, JsonObject]] = field(default_factory=list)

    async def call(self, method: str, body: JsonObject, _channel: str = "") -> JsonObject:
        """Keep a call."""
        self.sent.append((method, body))
        return {"ok": True, "ts": "1700000000.000200"}

    async def insist(self, attempt: object) -> object:
        """Make a call once."""
        return await attempt()  # type: ignore[operator] # the poster's own attempt


def measure(n: int) -> list[Row]:
    """Put n hostile texts into every field of cards, windows and answers, and look at what would be sent."""
    return asyncio.run(_measured(n))


async def _measured(n: int) -> list[Row]:
    chance = random.Random(9)  # noqa: S311 - the same trials every time
    wire, hidden = Wire(), 0
    for _ in range(n):
        text = _text(chance)
        proposal = _proposal(text)
        await _sent(wire, proposal, text, chance.choice(list(State)))
        hidden += _hides(proposal)
    sent = wire.sent
    posts = [body for method, body in sent if method == "chat.postMessage"]
    return [
        Row(
            "T9",
            "mentions that are live",
            sum(len(_PING.findall(text)) for _, body in sent for text in _texts(body)),
            len(sent),
        ),
        Row("T9", "links off the allow-list that are live", sum(map(_links, (body for _, body in sent))), len(sent)),
        Row("T9", "messages that unfurl", sum(_unfurls(body) for body in posts), len(posts)),
        Row("T9", "bodies that Slack's schema refuses", sum(not _valid(*one) for one in sent), len(sent)),
        Row("T9", "arguments hidden from whoever may approve", hidden, n),
    ]


def _text(chance: random.Random) -> str:
    text = " ".join(chance.sample(HOSTILE, chance.randint(1, 4)))
    return text * (_LONG // (len(text) + 1)) if chance.random() < 1 / 20 else text


def _proposal(text: str) -> Proposal:
    undo = Call(text[:200], {"x": text})
    preview = Preview(text, text, text, text, {"x": text}, undo)
    return a_proposal(
        preview=preview,
        reason=text,
        evidence=(text,),
        args={"name": text, text[:50]: 3},
        environment=text,
        service=text,
        asker=text,
        run_id=text,
        taint=(text, f"words of {text}"),
    )


async def _sent(wire: Wire, proposal: Proposal, text: str, state: State) -> None:
    """Send all that is made from the text, through the poster that sends everything."""
    made = card(an_approval(state, proposal, detail=text))
    poster = Poster(cast("Calls", wire), cast("Identity", wire))
    message: JsonObject = {"blocks": made.blocks, "text": made.text, "metadata": made.metadata}
    await poster.post(_THREAD, message, "infra_approval")  # type: ignore[arg-type] # a channel and a ts will do
    await wire.call("views.open", {"trigger_id": "1.2.3", "view": everything(an_approval(state, proposal))})
    ended = Ended(Ending.ANSWERED, Report(text), Usage(text))
    telling = Telling()
    events: list[RunEvent] = [Step("E1", text, StepState.COMPLETE, text, text), Said(text), ended]
    chunks = [chunk for event in events for chunk in telling.chunks(event)]
    for chunk in chunks:
        await wire.call("chat.appendStream", {"channel": "C0INCIDEN", "ts": _THREAD.ts, "chunks": [_cut(chunk)]})
    await poster.post(_THREAD, {"blocks": footer(ended), "text": "done"}, "infra_report")  # type: ignore[arg-type] # same


def _cut(chunk: JsonObject) -> JsonObject:
    """Return a chunk as short as the stream makes it, which splits long ones."""
    return chunk | {"text": str(chunk["text"])[:3000]} if "text" in chunk else chunk


def _hides(proposal: Proposal) -> bool:
    """Tell whether a card can be approved that does not show every argument."""
    blocks = json.dumps(card(an_approval(State.OPEN, proposal)).blocks, ensure_ascii=False)
    shown = json.dumps(code(exact(proposal)), ensure_ascii=False)[1:-1]
    return APPROVE in blocks and shown not in blocks


def _texts(value: object) -> Iterator[str]:
    match value:
        case dict():
            for name, part in value.items():
                yield from () if name in {"metadata", "value", "private_metadata"} else _texts(part)
        case list():
            for part in value:
                yield from _texts(part)
        case str():
            yield value
        case _:
            pass


def _links(body: JsonObject) -> int:
    found = [link for text in _texts(body) for link in LINK.findall(_FENCED.sub("", text))]
    return sum(
        not re.match(r"https://(?:[\w-]+\.)*(?:console|status|health)\.aws\.amazon\.com(?:[/?#]|$)", one)
        for one in found
    )


def _unfurls(body: JsonObject) -> bool:
    return body.get("unfurl_links") is not False or body.get("unfurl_media") is not False


def _valid(method: str, body: JsonObject) -> bool:
    try:
        understood(method, body)
    except Exception:  # noqa: BLE001 - whatever the sandbox objects to is an objection
        return False
    return True


__all__: Sequence[str] = ["FULL", "QUICK", "measure"]
