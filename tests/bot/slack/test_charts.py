"""Charts: always a picture of the right size, in words too, and shared in the thread once."""

import struct
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.events import Charted, Ended, RunEvent
from bot.slack.captions import described
from bot.slack.charts import draw, spread
from tests.bot.edge import Edge, a_run, words
from tools.contract import Chart, Series

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def a_chart(*values: float | None, title: str = "Latency of checkout", alt: str = "") -> Chart:
    """Return a chart of one line with a mark and a span."""
    points = tuple((NOON + timedelta(minutes=5 * number), value) for number, value in enumerate(values))
    marks, spans = ((NOON, "rollout of 2.14.0"),), ((NOON, NOON + timedelta(minutes=10), "alarm"),)
    return Chart(title, "ms", (Series("p99", points),), marks, spans, alt)


@pytest.mark.parametrize(
    "chart",
    [a_chart(120, None, 140, 520), a_chart(3), a_chart(), a_chart(-4, 8, title="$x$ \u202e日本 <@U1>")],
    ids=["gap", "point", "nothing", "hostile"],
)
def test_every_chart_is_a_picture(chart: Chart) -> None:
    """Gaps, single values, no values and strange words are all drawn, in one size."""
    picture = draw(chart)

    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (1440, 960)


def test_a_likely_range_is_drawn() -> None:
    """A forecast's range is seen, also where it is higher than every line."""
    chart = a_chart(3, 4, 5)

    ranged = replace(chart, band=((NOON, 2.0, 4.0), (NOON + timedelta(minutes=10), 3.0, 9.0)))

    assert draw(ranged) != draw(chart)


@given(st.lists(st.floats(0, 1), max_size=6).map(sorted))
def test_names_never_overlap(places: list[float]) -> None:
    """However close lines end, their names keep a distance and stay beside the picture."""
    moved = spread(places, 0.085)

    assert all(right - left >= 0.085 - 1e-9 for left, right in pairwise(moved))
    assert all(-1e-9 <= place <= 1 + 1e-9 for place in moved)


def test_a_chart_without_words_is_described_from_its_values() -> None:
    """Those who do not see the picture are told where each line begins, ends and peaks."""
    told = described(a_chart(120, 530, 520))

    assert told == "Latency of checkout. p99: from 120 to 520, at most 530 ms"


async def test_a_chart_follows_its_answer_with_words_for_those_who_do_not_see_it(edge: Edge) -> None:
    """The picture is in the thread after the answer, once, and carries its alternative text."""
    ref = await edge.root()

    await edge.threads().open(ref, "").show(_charted(a_chart(120, 520, alt="It rose from 120 to 520 ms.")))

    pictures = [file for message in edge.replies(ref) for file in message.files]
    assert [(file["title"], file["alt_txt"]) for file in pictures] == [
        ("Latency of checkout", "It rose from 120 to 520 ms.")
    ]
    assert edge.replies(ref)[-1].files


async def test_where_slack_takes_no_picture_it_is_told_in_words(edge: Edge) -> None:
    """Without the permission to upload, the thread says what the picture would show."""
    edge.workspace.faults.plan([{"method": "files.getUploadURLExternal", "kind": "error", "error": "missing_scope"}])
    ref = await edge.root()

    await edge.threads().open(ref, "").show(_charted(a_chart(120, 520, alt="It rose from 120 to 520 ms.")))

    assert "It rose from 120 to 520 ms." in words(edge.replies(ref))


async def _charted(chart: Chart) -> AsyncIterator[RunEvent]:
    async for event in a_run("It is slow."):
        if isinstance(event, Ended):
            yield Charted(chart, "E1")
        yield event
