"""The embedded engine on the sandbox's worlds, with the product's own tools, against what each world holds for true."""

import asyncio
import json
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agents.assemble import make_runner
from agents.contract import Alert, Ask, AskKind, Health, ThreadRef
from agents.events import Ended, Proposed, RunEvent
from config.settings import settings
from sandbox.company import running
from tools import CATALOGUE

MEASURED = {
    *("ingress-backend", "volume-pending", "certificate-expired", "cron-job-failing", "dynamodb-throttled"),
    *("rbac-denied", "probe-events", "autoscaler-blind", "terminating-leftover", "metrics-missing"),
    *("background-errors", "namesakes", "node-rebooted", "webhook-down", "ecs-image-gone"),
    *("carrier-key", "column-missing", "flags-unreadable", "migration-changed", "noise-only", "pool-reserved"),
    *("port-moved", "rolled-back-already"),
}
"""Worlds that `make eval` plays; here the readings that decide them have tests of their own."""
FOLDER = Path(__file__).parents[2] / "sandbox" / "worlds"
WORLDS = sorted(path.parent for path in FOLDER.glob("*/truth.toml") if path.parent.name not in MEASURED)
QUESTIONS = ("", "why is {service} failing?", "is anything wrong?")
ASKED_OFTEN = ("bad-deploy", "connections", "false-alarm")
"""Worlds that are asked about in every way; the others by their page, or by what their truth asks."""


CASES = [(world, question) for world in WORLDS for question in (QUESTIONS if world.name in ASKED_OFTEN else ("",))]
WAYS = {"": "page", "why is {service} failing?": "question", "is anything wrong?": "overview"}


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"{case[0].name}-{WAYS[case[1]]}")
def case(request: pytest.FixtureRequest) -> Iterator[tuple[Path, str]]:
    """One world, served, and a way to ask about it; the product's settings point there."""
    with pytest.MonkeyPatch.context() as patch, running(request.param[0]) as company:
        for name, value in company.environment().items():
            patch.setenv(name, value)
        settings.cache_clear()
        yield request.param
    settings.cache_clear()


@pytest.fixture(scope="module")
def world(case: tuple[Path, str]) -> Path:
    """The world of the case."""
    return case[0]


@pytest.fixture(scope="module")
def events(case: tuple[Path, str]) -> list[RunEvent]:
    """A run's events on the case, whether an alarm or a person asks."""
    return asyncio.run(_events(*case))


def _truth(world: Path) -> dict[str, Any]:
    return tomllib.loads((world / "truth.toml").read_text("utf-8"))


def _ask(world: Path, question: str) -> Ask:
    now, place = datetime.now(UTC), ThreadRef("T0ACME001", "C0INCIDEN", "1.0")
    question = question or _truth(world).get("ask", "")
    if question:
        words = question.format(service=_truth(world)["service"])
        return Ask("ask-1", AskKind.MENTION, words, place, "U0ANA0001", now)
    name = _firing(world)
    alert = Alert("cloudwatch", name, "firing", at=now)
    return Ask("ask-1", AskKind.ALERT, f"{name} is in ALARM", place, "", now, alert=alert)


def _firing(world: Path) -> str:
    """Return the alarm that pages: the first that fires, else the first."""
    alarms = json.loads((world / "cloudwatch" / "alarms.json").read_text("utf-8"))["MetricAlarms"]
    names = [alarm["AlarmName"] for alarm in alarms if alarm["StateValue"] == "ALARM"]
    return str((names or [alarms[0]["AlarmName"]])[0])


async def _events(world: Path, question: str) -> list[RunEvent]:
    run = make_runner(settings(), CATALOGUE)
    return [event async for event in run("run-1", _ask(world, question), [])]


def test_the_engine_proposes_what_is_right_in_each_world(world: Path, events: list[RunEvent]) -> None:
    """Exactly the world's remedy is proposed, and nothing where all is well."""
    right = _truth(world)["remedies"]

    proposed = [event.proposal for event in events if isinstance(event, Proposed)]

    assert [one.tool for one in proposed] == [one["tool"] for one in right[:1]]
    assert all(one.args.items() >= right[0]["args"].items() for one in proposed)


def test_the_engine_says_what_is_true_in_each_world(world: Path, events: list[RunEvent]) -> None:
    """The answer names the world's cause, and every claim cites a reading of the run."""
    truth, ended = _truth(world), events[-1]

    assert isinstance(ended, Ended)
    said = f"{ended.report.answer} {ended.report.cause}".lower()
    assert all(any(word.lower() in said for word in words) for words in truth["cause_words"])
    well = ended.report.health in {Health.HEALTHY, Health.RECOVERED}
    assert well == truth["healthy"]
    assert bool(ended.report.cause) != (truth["healthy"] or truth.get("inconclusive", False))
    assert "Unverified" not in ended.report.answer
