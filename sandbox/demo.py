"""The demo: a company with an incident and the product beside it, to use on a page or to watch being played."""

import signal
import sys
import threading
import tomllib
from pathlib import Path

from sandbox.company import Company, running
from sandbox.conversation import Card, Conversation
from sandbox.play import paged
from sandbox.product import product, until
from sandbox.slack.wire import Body

WORLDS = Path(__file__).parent / "worlds"
RECOVERY_SECONDS = 180.0
OPEN_SECONDS = 20.0
"""How long the incident waits for somebody to open the page and see it arrive."""


def demo(world: Path, port: int) -> int:
    """Serve the page until Ctrl-C; the incident arrives when somebody looks, or a little later if nobody does."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with running(world, port) as company, product(company):
        _say(f"Acme Shop has an incident coming: open {company.urls['slack']}/#thread=latest")
        _say("You are Ben, an engineer on call; watch #incidents, and approve what you agree with. Ctrl-C ends it.")
        until(lambda: company.workspace.audience.looking or ended.is_set(), OPEN_SECONDS)
        paged(company)
        ended.wait()
    return 0


def rehearse(world: Path) -> int:
    """Play the on-call engineer; 0 only if the incident was found, approved, fixed and verified, or seen to be none."""
    with running(world) as company, product(company) as bot:
        thread = paged(company)
        try:
            report = thread.report()
            checks = _quiet(company, report) if _healthy(world) else _fixed(company, thread)
        except TimeoutError as late:
            sys.stderr.write(f"{late}\nThe bot's log ends:\n{bot.log.read_text('utf-8')[-4000:]}\n")
            return 1
        finally:
            _say(thread.transcript())
    _say("\n" + "  ".join(f"{'✓' if held else '✗'} {check}" for check, held in checks.items()))
    return 0 if all(checks.values()) else 1


def _fixed(company: Company, thread: Conversation) -> dict[str, bool]:
    """Approve what is proposed, wait for the recovery, and say what of it holds by the company's own log."""
    page = thread.messages()[0]["text"]
    _approve(thread, thread.card("open"))
    verified = until(lambda: _verified(thread.reports()), RECOVERY_SECONDS)
    return {
        "found": bool(thread.reports()[0]["cause"]),
        "approved": any(card.state == "done" for card in thread.cards()),
        "fixed": bool(company.cluster.writes) and not any(alarm in page for alarm in _firing(company)),
        "verified": verified,
    }


def _quiet(company: Company, report: Body) -> dict[str, bool]:
    return {
        "found nothing wrong": report["health"] in {"healthy", "recovered"} and not report["cause"],
        "proposed nothing": not report["proposals"],
        "changed nothing": not company.cluster.writes,
    }


def _healthy(world: Path) -> bool:
    """Tell by its truth whether nothing is wrong in a world; one that has none written is taken for an incident."""
    truth = world / "truth.toml"
    return truth.is_file() and bool(tomllib.loads(truth.read_text("utf-8")).get("healthy"))


def _approve(thread: Conversation, card: Card) -> None:
    thread.clicks("ben", "infra_approve", card)
    thread.card("done")


def _verified(reports: list[Body]) -> bool:
    return len(reports) > 1 and reports[-1]["health"] == "recovered"


def _firing(company: Company) -> list[str]:
    return [str(alarm["AlarmName"]) for alarm in company.cloud.present.alarms() if alarm["StateValue"] == "ALARM"]


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()
