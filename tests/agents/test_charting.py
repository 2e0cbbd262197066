"""Which pictures a run shows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from agents.charting import pictures
from agents.contract import Health
from agents.notebook import Conclusion, Look, masked
from tools.contract import Call, Chart, Finding, Observation, Role, Series


def look(evidence: str, *, chart: bool = True) -> Look:
    """Return a reading, with a chart or without."""
    drawn = Chart(f"chart of {evidence}", "ms", ()) if chart else None
    return Look(evidence, Call("aws_metric", {}), Observation("text", chart=drawn))


def shown(*looks: Look, cites: tuple[str, ...] = (), answer: str = "") -> list[str]:
    """Return the evidence of the pictures shown."""
    return [one.evidence for one in pictures(looks, Conclusion(Health.UNHEALTHY, evidence=cites), answer)]


def test_the_charts_of_the_decisive_evidence_are_shown() -> None:
    """What the conclusion cites goes before what the answer mentions, and two are enough."""
    looks = [look("E1"), look("E2"), look("E3"), look("E4")]

    assert shown(*looks, cites=("E3", "E2", "E1"), answer="It is slow [E4].") == ["E3", "E2"]


def test_a_survey_shows_the_charts_its_answer_cites() -> None:
    """Where the conclusion cites nothing, the answer's own citations decide."""
    assert shown(look("E1"), look("E2"), answer="Spend rose [E2].") == ["E2"]


def test_the_only_chart_is_shown_and_one_of_many_is_not_guessed() -> None:
    """A single chart is shown uncited; among several uncited ones, none is."""
    assert shown(look("E1"), look("E2", chart=False)) == ["E1"]
    assert shown(look("E1"), look("E2")) == []


def test_a_chart_shows_when_the_change_was_and_when_the_alarm_fired() -> None:
    """Moments that the conclusion rests on are marked where they fall into the picture, and others are not."""
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    line = Series("5xx", ((noon, 0.0), (noon + timedelta(hours=1), 9.0)))
    call = Call("aws_metric", {})
    drawn = Look("E1", call, Observation("text", chart=Chart("5xx", "", (line,))))
    change = Finding("rollout", "deployment/shop/web", "Rolled out.", "", 0.9, Role.CHANGE, noon + timedelta(minutes=9))
    older = replace(change, since=noon - timedelta(days=1))
    alarm = Finding("alarm_firing", "alarm/web", "", "", 0.9, Role.SYMPTOM, noon + timedelta(minutes=20), (call,))
    other = replace(alarm, leads_to=(), since=noon + timedelta(minutes=1))
    told = Conclusion(Health.UNHEALTHY, cause="The rollout.", evidence=("E1", "E2"))

    (shown_,) = pictures(
        [drawn, Look("E2", Call("kube", {}), Observation("", (change, older, other, alarm)))], told, ""
    )

    assert shown_.chart.marks == ((change.since, "web changed"), (alarm.since, "alarm"))


def test_masking_keeps_the_headline_and_the_chart() -> None:
    """What a reading shows beside its text survives masking, masked itself."""
    seen = Observation("secret", headline="secret", chart=Chart("secret", "ms", (), alt="secret"))

    kept = masked(seen, lambda text: text.replace("secret", "***"))

    assert kept.headline == "***"
    assert kept.chart == Chart("***", "ms", (), alt="***")
