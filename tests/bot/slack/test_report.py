"""The report in a message's metadata: it always fits, and what was looked at is the last to go."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.contract import Cited, Evidence, Report
from bot.slack.limits import METADATA
from bot.slack.report import trimmed
from tools.contract import Call, Finding, Role


def report_of(findings: int, readings: int, words: str) -> Report:
    """Make a report of a size."""
    finding = Finding("crash_loop", "deployment/shop/checkout", words, "a log", 0.9, Role.CAUSE)
    return Report(
        answer=words,
        findings=tuple(Cited(finding, "E1") for _ in range(findings)),
        evidence=tuple(
            Evidence(f"E{number}", Call("kube_pods", {"namespace": words}), words, words) for number in range(readings)
        ),
    )


@settings(max_examples=40)
@given(st.integers(0, 80), st.integers(0, 80), st.text(max_size=900))
def test_a_report_always_fits(findings: int, readings: int, words: str) -> None:
    """Whatever a run found, its metadata is within the limit and is JSON."""
    text = trimmed(report_of(findings, readings, words))

    assert len(text.encode()) <= METADATA
    assert "answer" in json.loads(text)


def test_readings_outlast_findings() -> None:
    """Thirty readings are all named although the findings do not all fit."""
    kept = json.loads(trimmed(report_of(40, 30, "x" * 400)))

    assert len(kept["evidence"]) == 30
    assert 0 < len(kept["findings"]) < 40
