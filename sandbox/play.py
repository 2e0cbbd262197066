"""Play a world to the end of the first run, and read from Slack what the product answered."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from sandbox.company import Company, running
from sandbox.conversation import BOT, NAMES, Conversation
from sandbox.paging import page_of
from sandbox.product import product
from sandbox.slack.visitor import Visitor, wait_for
from sandbox.slack.wire import Body

CARD_SECONDS = 10.0


@dataclass(frozen=True)
class Played:
    """What came of a world.

    Attributes:
        answer: The words posted.
        health: unhealthy, healthy, recovered or unknown.
        cause: The root cause claimed, empty if none was.
        confidence: 0 to 1, of the cause.
        findings: What was found, strongest first, each with the id of its evidence.
        evidence: The readings behind it.
        proposals: The changes proposed: tool and args.
        tools: Names of the readings taken, in order.
        writes: What was really changed in the cluster, by its own log.
        seconds: From the message to the end of the run.
    """

    answer: str
    health: str
    cause: str
    confidence: float
    findings: list[Body]
    evidence: list[Body]
    proposals: list[Body]
    tools: list[str]
    writes: list[Body]
    seconds: float

    def as_json(self) -> str:
        """Return it for programs."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False)

    def as_text(self) -> str:
        """Return it for people."""
        shown = {
            "findings": [
                f"{each['finding']['code']} {each['finding']['subject']}: {each['finding']['observed']}"
                f" [{each['evidence']}]"
                for each in self.findings
            ],
            "evidence": [f"[{each['id']}] {each['title']}: {each['summary']}" for each in self.evidence],
            "proposals": [f"{each['tool']} {json.dumps(each['args'])}" for each in self.proposals] or ["none"],
            "tools called": [", ".join(self.tools)],
            "seconds": [f"{self.seconds:.1f}"],
        }
        parts = (f"{title}\n" + "\n".join(f"  {line}" for line in lines) for title, lines in shown.items())
        return "\n\n".join([self.answer, *parts])


def play(world: Path, ask: str = "", seconds: float = 180.0) -> Played:
    """Run a world with the product beside it; a person asks, or the world's alarm does.

    Raises:
        ValueError: The world cannot be read, or nothing in it pages and nothing was asked.
        TimeoutError: The product did not answer.
    """
    with running(world) as company, product(company):
        began = time.monotonic()
        thread = _asked(company, ask) if ask else paged(company)
        report = thread.report(seconds=seconds)
        took = time.monotonic() - began
        if report["proposals"]:
            wait_for(lambda: len(thread.cards()) >= len(report["proposals"]), CARD_SECONDS)
        return _played(company, thread, report, took)


def paged(company: Company) -> Conversation:
    """Let the world's alarm land in its channel.

    Raises:
        ValueError: Nothing in this world pages.
    """
    page = page_of(company)
    if page is None:
        raise ValueError(f"Nothing pages in {company.world.path}; ask something with --ask.")
    visitor = Visitor(company.urls["slack"], NAMES["ben"])
    return Conversation(company.urls["slack"], page.channel, visitor.alert(page.channel, page.text, page.attachments))


def _asked(company: Company, words: str) -> Conversation:
    visitor = Visitor(company.urls["slack"], NAMES["ana"])
    channel = "C0INCIDEN"
    return Conversation(company.urls["slack"], channel, visitor.post(channel, f"<@{BOT}> {words}"))


def _played(company: Company, thread: Conversation, report: Body, took: float) -> Played:
    return Played(
        answer=report["answer"],
        health=report["health"],
        cause=report["cause"],
        confidence=report["confidence"],
        findings=report["findings"],
        evidence=report["evidence"],
        proposals=[{"tool": card.tool, "args": card.args} for card in thread.cards()],
        tools=[each["call"]["tool"] for each in report["evidence"]],
        writes=[dict(vars(write)) for write in company.cluster.writes],
        seconds=round(took, 2),
    )
