"""What happens in the flow is what the scoreboard says of it, once, and nothing waits for the counting."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from prometheus_client.parser import text_string_to_metric_families
from redis.exceptions import ConnectionError as RedisAway

from agents.contract import Alert, AskKind, Cited, Ending, Health, Report
from agents.events import Ended, RunEvent, Usage
from bot.approvals.model import Answer
from bot.intake.record import Received
from bot.intake.rules import read_rules
from bot.intake.taking import Intake
from bot.scoring.metrics import Metrics
from bot.scoring.prices import Prices, read_prices
from bot.scoring.recording import Recording
from bot.scoring.telling import Scoreboard
from bot.store.runs import Run
from bot.store.runs import Stage as RunStage
from config.settings import HERE
from tests.bot.conftest import Stage
from tests.bot.flow_fakes import THREAD, answers, make_ask, make_proposal, make_vote, proposes
from tools.contract import Finding, Role
from tools.cost.overview import chart
from tools.cost.records import Spend, Window

HAIKU = "bedrock_converse:us.anthropic.claude-haiku-4-5-20251001-v1:0"


def ends(report: Report, usage: Usage | None = None, *more: RunEvent) -> list[RunEvent]:
    """Return the events of a run that comes to this."""
    return [*more, Ended(Ending.ANSWERED, report, usage or Usage("runbook"))]


async def told(stage: Stage, words: str = "today") -> str:
    """Return the scoreboard."""
    text, _ = await Scoreboard(stage.store, stage.now, lambda: read_prices(HERE / "models.toml")).told(words)
    return text


async def test_a_run_counts_once_with_what_it_used(stage: Stage) -> None:
    """Runs, tokens and money are those of the run, however often its end is told."""
    usage = Usage(HAIKU, 1_000_000, 100_000, 3, 12.0)
    stage.runner.script = lambda _: ends(Report("Well."), usage)
    await stage.flow.hear(make_ask(), ())
    await stage.flow.work(THREAD.key)

    run = Run("run-x", make_ask(), RunStage.DONE, 1, await stage.now())
    for _ in range(2):
        await Recording(stage.ports).run(run, "incident", Ended(Ending.LIMIT, Report(""), usage), RunStage.DONE)

    board = await told(stage)
    assert "**Runs**: 2 · p95 12 s" in board
    assert "budget stops 1" in board
    assert "2,200,000 tokens · $3.00, $1.50 a run at prices of" in board
    assert "2,200,000 tokens, $3.00 (1,100,000 and $1.50 a run)" in board


async def test_what_people_decide_counts_with_how_long_they_took(stage: Stage) -> None:
    """From the card to the yes, and that it was done."""
    stage.runner.script = lambda ask: answers() if ask.kind is AskKind.OUTCOME else proposes(make_proposal())
    await stage.flow.hear(make_ask(), ())
    await stage.flow.work(THREAD.key)
    await stage.flow.rule(make_vote())

    await stage.flow.dispatch("p-1")

    board = await told(stage)
    assert "**Proposals**: 1 made · accepted 100% · approval wait" in board
    assert "changes 1 done" in board


async def test_what_nobody_accepts_lowers_the_share(stage: Stage) -> None:
    """A no and a card that expired are both not accepted, and the second is said."""
    for number, name in enumerate(("p-1", "p-2")):
        made = replace(make_proposal(name), args=make_proposal().args | {"replicas": 3 + number})
        stage.runner.script = lambda _, made=made: proposes(made)  # type: ignore[misc] # the default binds it
        await stage.flow.hear(make_ask(f"Ev{number}"), ())
        await stage.flow.work(THREAD.key)
    await stage.flow.rule(make_vote("p-1", answer=Answer.REJECT))
    stage.now.forward(timedelta(hours=1))

    await stage.chores.expire()

    board = await told(stage, "2d")
    assert "accepted 0% · approval wait no data" in board
    assert "1 expired" in board


async def test_a_run_that_sees_the_recovery_closes_the_incident(stage: Stage) -> None:
    """An alarm in a channel says nothing when it is over, so MTTR ends with who saw it."""
    intake = Intake(stage.store, read_rules(HERE / "alerts.toml"))
    alert = Alert("cloudwatch", "checkout-p99", "firing", service="checkout")
    await intake.take([Received(alert, "checkout-p99", "slow")], THREAD)
    stage.runner.script = lambda _: ends(Report("Recovered.", Health.RECOVERED))
    await stage.flow.hear(replace(make_ask(kind=AskKind.ALERT), asker="", alert=alert), ())

    await stage.flow.work(THREAD.key)

    [incident] = await stage.store.incidents.closed_since(datetime(2020, 1, 1, tzinfo=UTC))
    assert incident.took is not None


async def test_people_who_are_called_are_an_escalation_once(stage: Stage) -> None:
    """A grave alert that two runs cannot explain is one escalation, with no proposal there either."""
    alert = Alert("cloudwatch", "checkout-5xx", "firing", "P1")
    stage.runner.script = lambda _: ends(Report("Unclear.", unknowns=("Logs could not be read.",)))
    for name in ("Ev1", "Ev2"):
        await stage.flow.hear(replace(make_ask(name, kind=AskKind.ALERT), asker="", alert=alert), ())
        await stage.flow.work(THREAD.key)

    board = await told(stage)

    assert "- escalations 1 · " in board


async def test_one_recovery_of_several_is_not_the_end(stage: Stage) -> None:
    """Where two alerts fire, a run that saw one recover leaves the incident open."""
    intake = Intake(stage.store, read_rules(HERE / "alerts.toml"))
    for name in ("checkout-p99", "checkout-errors"):
        alert = Alert("cloudwatch", name, "firing", service="checkout")
        await intake.take([Received(alert, name, name)], THREAD)

    closed = await stage.store.incidents.recovered(THREAD, await stage.now())

    assert closed is None


async def test_posture_tells_the_age_of_what_is_open_and_cost_what_was_spent(stage: Stage) -> None:
    """The chart that the cost agent draws of all spend is what the scoreboard takes it from; today is not over."""
    now = await stage.now()
    days = [(now - timedelta(days=back)).date() for back in range(7)]
    window = Window("last 3 days", start=days[2], end=days[0] + timedelta(days=1), before=days[5])
    spends = [Spend(days[back], "EC2", "USD", Decimal(100 * back + 1)) for back in (0, 1, 2)]
    drawn = chart(spends, window, (), "")
    old = Finding("open_bucket", "s3/logs", "It is open.", "", 1.0, Role.CAUSE, since=now - timedelta(days=30))
    recording = Recording(stage.ports)
    assert drawn is not None

    for agent, report in (("security", Report("", findings=(Cited(old, "E1"),))), ("cost", Report(""))):
        run = Run(f"run-{agent}", make_ask(agent), RunStage.DONE, 1, now)
        await recording.run(run, agent, Ended(Ending.ANSWERED, report, Usage("runbook")), RunStage.DONE, [drawn])

    board = await told(stage, "week")
    assert "**Findings** are open for 30 d · **spend** 151 USD a day" in board


async def test_counting_is_never_in_the_way(stage: Stage, monkeypatch: Any) -> None:
    """A store that does not take the count does not fail the run."""

    async def away(*_: object) -> bool:
        raise RedisAway("away")

    monkeypatch.setattr(stage.store.facts, "count", away)
    await stage.flow.hear(make_ask(), ())

    await stage.flow.work(THREAD.key)

    assert stage.thread.answers() == ["All is well."]


async def test_prometheus_reads_the_same_figures(stage: Stage) -> None:
    """Counters, histogram and money parse as Prometheus parses them, and are what was counted."""
    usage = Usage(HAIKU, 2_000_000, 0, 0, 12.0)
    run = Run("run-x", make_ask(), RunStage.DONE, 1, await stage.now())
    await Recording(stage.ports).run(run, "incident", Ended(Ending.ANSWERED, Report(""), usage), RunStage.DONE)

    text = await Metrics(stage.store, stage.now, lambda: read_prices(HERE / "models.toml")).exposed()

    found = values(text.decode())
    assert found("infra_runs_total", agent="incident", ending="answered") == [1]
    assert found("infra_cost_usd_total", agent="incident") == [2]
    assert found("infra_run_seconds_sum", agent="incident") == [12]
    assert found("infra_run_seconds_bucket", agent="incident", le="+Inf") == [1]
    assert found("infra_incident_recovery_seconds_7d") == []


async def test_metrics_of_an_empty_store_are_valid(stage: Stage) -> None:
    """Before anything ended, what can be 0 is 0."""
    text = await Metrics(stage.store, stage.now, Prices).exposed()

    assert values(text.decode())("infra_escalations_total") == [0]


def values(text: str) -> Callable[..., list[float]]:
    """Return how to find the values of a metric in Prometheus's text format."""
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]

    def found(name: str, **labels: str) -> list[float]:
        return [one.value for one in samples if one.name == name and labels.items() <= one.labels.items()]

    return found
