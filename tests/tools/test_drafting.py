"""Drafts from incidents that are over: what is on record, as text, and nothing that calls anybody."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.tools.test_memory import MARCH, POOL
from tools.documentation.postmortem import facts, safe, steps
from tools.knowledge.past import Moment

WHOLE = replace(
    POOL,
    found=MARCH + timedelta(seconds=40),
    approved=MARCH + timedelta(minutes=3),
    fixed=MARCH + timedelta(minutes=4),
    timeline=(Moment(MARCH, "Alert: orders-db-connections"), Moment(MARCH + timedelta(minutes=20), "Over")),
    unknowns=("Who scaled it is not known.",),
)


def test_a_postmortem_tells_the_times_from_the_first_alert() -> None:
    """Detected, first finding, approved, fixed and verified, each with how long after the first."""
    told = facts(WHOLE)

    assert "| Detected | 2026-03-02 14:05:00 UTC |" in told
    assert "| First finding | 2026-03-02 14:05:40 UTC (40 s after it was detected) |" in told
    assert "| Approved | 2026-03-02 14:08:00 UTC (3 min after it was detected) |" in told
    assert "| Verified | 2026-03-02 14:25:00 UTC (20 min after it was detected) |" in told


def test_a_postmortem_has_what_is_asked_of_one() -> None:
    """Cause, who approved, blast radius, timeline, evidence by id, follow-ups and what is not known."""
    told = facts(WHOLE)

    assert POOL.cause in told
    assert "| Approved by | U0BEN0001 |" in told
    assert "- The fix: 9 pods fewer." in told
    assert "- 14:05:00 Alert: orders-db-connections" in told
    assert "- E3 RDS health" in told
    assert "- Put a limit on the pool." in told
    assert "- Who scaled it is not known." in told


def test_a_runbook_says_what_ended_it_as_a_change() -> None:
    """Nobody is told to type what needs an approval."""
    assert "replicas=3) (a change: to be proposed, not typed)" in steps(WHOLE)


@given(st.text(max_size=80))
def test_words_of_logs_stay_words(words: str) -> None:
    """No tag, no mention, no link and no line of its own comes of them."""
    shown = safe(words)

    assert not set("<>@\n") & set(shown)
    assert "](" not in shown
