"""What a run is told of its thread."""

from datetime import UTC, datetime

from agents.contract import Ask, AskKind, Cited, Report, Speaker, ThreadRef, Turn, item_key
from agents.conversation import BRIEF, messages_for
from tools.contract import Finding, Role

NOON = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
OPEN = Finding("S3.8", "bucket/a", "It is public.", "row 1", 0.9, Role.SYMPTOM)


def test_what_was_picked_is_looked_for_in_the_report_that_has_it() -> None:
    """A second item of a digest can be picked after the first one's own report."""
    listed = Report("One thing is open.", findings=(Cited(OPEN, "E1"),))
    turns = [Turn(Speaker.AGENT, "security", "…", NOON, report) for report in (listed, Report("Proposed."))]
    ask = Ask("a", AskKind.MESSAGE, "fix it", ThreadRef("T", "C", "1"), "U", NOON, item=item_key(OPEN))

    brief = messages_for(ask, turns, NOON)[-1].additional_kwargs[BRIEF]

    assert brief["report"]["answer"] == "One thing is open."
