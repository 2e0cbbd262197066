"""What is counted equals what one would count by hand, once, whatever is delivered twice."""

import math
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from agents.contract import Ending, Report
from agents.events import Ended, Usage
from bot.scoring.sketch import ACCURACY, bucket, quantile
from bot.scoring.tally import Tally, run_counts
from bot.store.store import Store

AGENTS, MODELS = ("incident", "security"), ("runbook", "bedrock_converse:us.anthropic.claude-haiku-4-5-20251001-v1:0")

ends = st.builds(
    lambda ending, model, tokens, seconds: Ended(ending, Report(""), Usage(model, tokens[0], tokens[1], 0, seconds)),
    st.sampled_from(Ending),
    st.sampled_from(MODELS),
    st.tuples(st.integers(0, 10**6), st.integers(0, 10**5)),
    st.floats(0, 900),
)
runs = st.lists(st.tuples(st.sampled_from(AGENTS), ends), max_size=30)


@given(runs=runs)
def test_a_tally_says_what_a_recount_of_the_runs_says(runs: list[tuple[str, Ended]]) -> None:
    """Endings and tokens by agent and model are those of the runs themselves."""
    tally = Tally.of(run_counts(agent, ended) for agent, ended in runs)

    assert tally.by("runs") == Counter((agent, ended.ending.value) for agent, ended in runs)
    for agent in AGENTS:
        for model in MODELS:
            mine = [ended.usage for who, ended in runs if who == agent and ended.usage.model == model]
            assert tally.total("tokens in", agent, model) == sum(one.input_tokens for one in mine)
            assert tally.total("tokens out", agent, model) == sum(one.output_tokens for one in mine)


@given(runs=runs, cut=st.integers(0, 30))
def test_days_add_up_to_their_period(runs: list[tuple[str, Ended]], cut: int) -> None:
    """It does not matter on which day of a period something ended."""
    parts = [run_counts(agent, ended) for agent, ended in runs]

    halves = Tally.of([Tally.of(parts[:cut]).counts, Tally.of(parts[cut:]).counts])

    assert halves == Tally.of(parts)


@given(took=st.lists(st.integers(1, 10**8), min_size=1, max_size=60), share=st.sampled_from((0.5, 0.95)))
def test_quantiles_are_those_of_the_durations_within_five_percent(took: list[int], share: float) -> None:
    """The sketch's quantile is that of the sorted durations, as near as its buckets are wide."""
    exact = sorted(took)[math.ceil(share * len(took)) - 1]

    told = quantile(Counter(bucket(timedelta(milliseconds=one)) for one in took), share)

    assert told is not None
    assert abs(told / timedelta(milliseconds=1) - exact) <= ACCURACY * exact * 1.0001 + 0.001


async def test_what_is_told_twice_counts_once(store: Store) -> None:
    """A redelivered end changes nothing, not even on another day."""
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)

    first = await store.facts.count("run:r-1", noon, {"runs|incident|answered": 1})
    again = await store.facts.count("run:r-1", noon + timedelta(days=1), {"runs|incident|answered": 1})

    days = await store.facts.days(date(2026, 3, 1), date(2026, 3, 2))
    assert (first, again) == (True, False)
    assert [day.counts for day in days] == [{"runs|incident|answered": 1}, {}]
    assert await store.facts.ever() == {"runs|incident|answered": 1}


async def test_a_day_is_over_at_midnight_utc(store: Store) -> None:
    """The last second of a day, told in another zone, is still that day's."""
    late = datetime.fromisoformat("2026-03-02T01:59:59+02:00")

    await store.facts.count("run:r-1", late, {"runs|incident|answered": 2})

    [day] = await store.facts.days(date(2026, 3, 1), date(2026, 3, 1))
    assert day.counts == {"runs|incident|answered": 2}


async def test_the_later_measurement_of_a_day_holds(store: Store) -> None:
    """A figure that was corrected is the corrected one, to the cent."""
    day = date(2026, 3, 1)
    await store.facts.measure("spend", {day: Decimal("431.2")})

    await store.facts.measure("spend", {day: Decimal("431.25")})

    [found] = await store.facts.days(day, day)
    assert found.measured == {"spend": Decimal("431.25")}
