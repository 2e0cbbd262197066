"""T19: a storm of alerts starts few runs and few posts, loses none of them, and nobody who asks waits behind it."""

from sandbox.storm import Storm, Weathered, weather
from tests.promises.rows import Row

FULL, QUICK = 10, 1
SMALL = Storm(alerts=40, causes=3, seconds=1.0, poison=1, people=2)
"""One storm of this size is what `make test` has time for; asked for more, all are of full size."""
PATIENCE = 5.0
"""Seconds within which 95 % of people see their run start."""


def measure(n: int) -> list[Row]:
    """Weather n storms."""
    storm = SMALL if n == QUICK else Storm()
    found = [weather(storm) for _ in range(n)]
    alerts = n * storm.alerts
    return [
        Row("T19", "most runs of a storm", max(one.runs for one in found), n, storm.causes, "runs"),
        Row("T19", "most posts of a storm", max(one.posts for one in found), n, 2 * storm.causes, "posts"),
        Row("T19", "storms that no run looked into", sum(not one.runs for one in found), n),
        Row("T19", "alerts unaccounted for", sum(abs(one.unaccounted) for one in found), alerts),
        Row(
            "T19", "poison not parked after 3 tries", sum(storm.poison - one.parked for one in found), n * storm.poison
        ),
        Row("T19", "people's p95 start", _slowest(found), n * storm.people, PATIENCE, "s"),
    ]


def _slowest(found: list[Weathered]) -> float:
    return max(one.people_p95 for one in found)
