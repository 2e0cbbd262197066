"""The report in a message's metadata: it always fits, and what was looked at is the last to go."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.contract import Cited, Ending, Evidence, Report
from agents.events import Ended, Usage
from bot.slack.limits import METADATA
from bot.slack.report import footer, trimmed
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


def ended_with(answer: str, *calls: Call) -> Ended:
    """Make the end of a run that took readings."""
    taken = tuple(Evidence(f"E{number}", call, "a reading", "") for number, call in enumerate(calls, 1))
    return Ended(Ending.ANSWERED, Report(answer=answer, evidence=taken), Usage("runbook"))


def test_what_is_cited_has_a_page_to_look_at() -> None:
    """Only evidence that the answer cites and that has a page is linked."""
    alarm, pods = Call("aws_alarm_history", {"alarm": "checkout-5xx"}), Call("kube_pods", {"namespace": "shop"})

    told = json.dumps(footer(ended_with("It fires [E1], pods crash [E2].", alarm, pods, alarm)))

    assert "#alarmsV2:alarm/checkout-5xx|E1>" in told
    assert "|E2>" not in told
    assert "|E3>" not in told


def test_a_page_elsewhere_is_no_link() -> None:
    """GitHub is linked only where the settings say that its host may be."""
    told = json.dumps(footer(ended_with("See [E1].", Call("github_pull", {"repository": "acme/shop", "pull": 7}))))

    assert "See for yourself" not in told
