"""The picture of a scoreboard: how long incidents took by day, or how many runs there were; pure."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from bot.scoring.tally import Tally
from bot.store.facts import Day
from bot.store.incidents import Incident
from tools.contract import Chart, Series

FEWEST = 2
"""Days with a value; one alone is told better in words."""


def picture(days: Sequence[Day], incidents: Sequence[Incident]) -> Chart | None:
    """Return MTTR by day where there were incidents on two days, else runs by day; None if neither says anything."""
    return _recoveries(days, incidents) or _runs(days)


def _recoveries(days: Sequence[Day], incidents: Sequence[Incident]) -> Chart | None:
    took: dict[date, list[timedelta]] = {}
    for one in incidents:
        if one.resolved and one.took:
            took.setdefault(one.resolved.astimezone(UTC).date(), []).append(one.took)
    if len(took) < FEWEST:
        return None
    means = {day: sum(each, timedelta()) / len(each) / timedelta(minutes=1) for day, each in took.items()}
    worst = max(means, key=means.__getitem__)
    return Chart(
        title="Time to recovery by day",
        unit="minutes, mean",
        series=(Series("MTTR", tuple((_noon(day.day), means.get(day.day)) for day in days)),),
        alt=f"Mean time to recovery on {len(means)} days, longest on {worst}: {means[worst]:.0f} minutes.",
    )


def _runs(days: Sequence[Day]) -> Chart | None:
    told = {day.day: Tally(day.counts) for day in days}
    runs = {day: tally.total("runs") for day, tally in told.items()}
    if sum(number > 0 for number in runs.values()) < FEWEST:
        return None
    most = max(runs, key=runs.__getitem__)
    return Chart(
        title="Runs by day",
        unit="runs",
        series=(Series("runs", tuple((_noon(day), float(number)) for day, number in runs.items())),),
        alt=f"{sum(runs.values())} runs in {len(runs)} days, most on {most}: {runs[most]}.",
    )


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
