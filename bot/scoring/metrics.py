"""The scoreboard's figures for Prometheus: all that any process ever counted, and the incidents of the last week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from bot.scoring.prices import Prices
from bot.scoring.scores import Scores, scored
from bot.scoring.sketch import edge
from bot.scoring.tally import Tally
from bot.store.facts import Day
from bot.store.store import Store

WEEK = timedelta(days=7)
EDGES = range(50, 171, 5)
"""Of a histogram: buckets of `sketch`, from about a tenth of a second to 3 hours, each 1.6 times the one before."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A counter of /metrics: its name, what is counted (a kind of the tally), and what by."""

    name: str
    kind: str
    help: str
    labels: tuple[str, ...] = field(default=())


COUNTERS = (
    Counted("infra_runs", "runs", "Runs that ended, by agent and how", ("agent", "ending")),
    Counted("infra_tokens_in", "tokens in", "Tokens that models were given", ("agent", "model")),
    Counted("infra_tokens_out", "tokens out", "Tokens that models gave", ("agent", "model")),
    Counted("infra_unverified_claims", "unverified", "Claims without a reading behind them"),
    Counted("infra_policy_check_failures", "checks", "Steps of the pipeline that refused a draft"),
    Counted("infra_proposals", "proposed", "Proposals by what the policy said: ask, allow or deny", ("effect",)),
    Counted("infra_decisions", "decided", "Proposals by what people made of them", ("decision",)),
    Counted("infra_changes", "changes", "Approved changes by how they ended", ("verdict",)),
    Counted("infra_escalations", "escalated", "Times others were told of what nobody decides or acts on"),
)
HISTOGRAMS = (
    Counted("infra_run_seconds", "run", "Seconds a run took", ("agent",)),
    Counted("infra_approval_wait_seconds", "wait", "Seconds from a card to the yes"),
)
COST = Counted("infra_cost_usd", "", "USD that tokens cost by config/models.toml; without a price none", ("agent",))
SPEND = Counted("infra_spend_7d", "", "Mean of what was spent, as cost runs of the last 7 days told it", ("unit",))
GAUGES: tuple[tuple[str, str, Callable[[Scores], float | None]], ...] = (
    ("infra_incidents_closed_7d", "Incidents that were over in the last 7 days", lambda one: one.closed),
    (
        "infra_incident_recovery_seconds_7d",
        "Mean seconds from an incident's first alert to its end (MTTR), last 7 days",
        lambda one: one.resolve.total_seconds() if one.resolve is not None else None,
    ),
    (
        "infra_incident_first_finding_seconds_7d",
        "Mean seconds from an incident's first alert to the first report, last 7 days",
        lambda one: one.first.total_seconds() if one.first is not None else None,
    ),
    (
        "infra_finding_age_days",
        "Mean age of the open findings of the last posture run of the last 7 days",
        lambda one: float(one.age) if one.age is not None else None,
    ),
)


class Metrics:
    """Reads the counts whenever somebody scrapes."""

    def __init__(self, store: Store, now: Callable[[], Awaitable[datetime]], prices: Callable[[], Prices]) -> None:
        self._store = store
        self._now = now
        self._prices = prices

    async def exposed(self) -> bytes:
        """Return the metrics in Prometheus's text format."""
        now = await self._now()
        ever = Day(now.date(), await self._store.facts.ever(), {})
        week = await self._store.facts.days((now - WEEK).date(), now.date())
        closed = await self._store.incidents.closed_since(now - WEEK)
        registry = CollectorRegistry()
        registry.register(_Once(exposition(ever, scored(week, closed, self._prices()), self._prices())))
        return generate_latest(registry)


Family = CounterMetricFamily | GaugeMetricFamily | HistogramMetricFamily


def exposition(ever: Day, week: Scores, prices: Prices) -> Iterator[Family]:
    """Yield all metrics; what is not known is left out."""
    tally = Tally(ever.counts)
    for one in COUNTERS:
        yield _counter(one, tally)
    for one in HISTOGRAMS:
        yield _histogram(one, tally)
    cost = CounterMetricFamily(COST.name, COST.help, labels=COST.labels)
    for score in scored([ever], (), prices).agents:
        cost.add_metric([score.agent], float(score.money.usd))
    yield cost
    yield _spend(week)
    for name, words, of in GAUGES:
        value = of(week)
        yield GaugeMetricFamily(name, words, value=value) if value is not None else GaugeMetricFamily(name, words)


def _spend(week: Scores) -> GaugeMetricFamily:
    made = GaugeMetricFamily(SPEND.name, SPEND.help, labels=SPEND.labels)
    for unit, value in sorted(week.spend.items()):
        made.add_metric([unit], float(value))
    return made


class _Once(Collector):
    """Gives what was gathered; prometheus_client asks synchronously."""

    def __init__(self, families: Iterable[Family]) -> None:
        self._families = tuple(families)

    def collect(self) -> Iterable[Family]:
        """Return the metrics."""
        return self._families


def _counter(one: Counted, tally: Tally) -> CounterMetricFamily:
    made = CounterMetricFamily(one.name, one.help, labels=one.labels)
    found = tally.by(one.kind)
    for labels, number in sorted(found.items()) if one.labels else [((), sum(found.values()))]:
        made.add_metric(labels, number)
    return made


def _histogram(one: Counted, tally: Tally) -> HistogramMetricFamily:
    made = HistogramMetricFamily(one.name, one.help, labels=one.labels)
    for of in sorted({parts[:-1] for parts in tally.by(one.kind)}):
        buckets = tally.buckets(one.kind, *of)
        made.add_metric(of, _cumulative(buckets), tally.total(f"{one.kind} ms", *of) / 1000)
    return made


def _cumulative(buckets: Counter[int]) -> list[tuple[str, float]]:
    """Return how many were at most as long as each edge (seconds)."""
    told = [
        (f"{edge(last).total_seconds():g}", float(sum(number for at, number in buckets.items() if at <= last)))
        for last in EDGES
    ]
    return [*told, ("+Inf", float(sum(buckets.values())))]
