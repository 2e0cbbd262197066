"""A security finding that comes in as an alert: looked at where it is kept, and answered with what ends it."""

from dataclasses import replace

import pytest

from agents import ROSTER
from agents.choose import choose
from agents.contract import Alert, AskKind
from agents.notebook import Look
from agents.runbook.case import Case, key
from agents.runbook.remediation import remediate
from tests.agents.company import NOW, asking
from tools.contract import Call, Finding, Observation, Role

ID = "arn:aws:securityhub:us-east-1:123456789012:security-control/S3.8/finding/1"
BUCKET = "arn:aws:s3:::receipts"
REMEDY = Call("security_remediate", {"control": "S3.8", "resource": BUCKET})
OPEN = Finding("control_failed", f"S3.8/{BUCKET}", "receipts is public.", ID, 0.9, Role.CAUSE, remedy=REMEDY)
OTHER = replace(OPEN, subject=f"S3.5/{BUCKET}", pointer="another", remedy=replace(REMEDY, args={"control": "S3.5"}))
TOOLS = frozenset({"security_posture", "guardduty_threats", "security_remediate"})


def at(*findings: Finding, source: str = "securityhub", text: str = f"Buckets\nkey: {ID}\n") -> Case:
    """Return the case of an alert after a look that found these; before it if it found none."""
    alert = Alert(source, "Buckets should not be public", "firing", "P1", resource=BUCKET)
    call = Call("security_posture", {"about": ID}) if source == "securityhub" else Call("guardduty_threats", {})
    looks = (Look("E1", call, Observation("…", findings)),) if findings else ()
    made = frozenset(key(look.call) for look in looks)
    return Case(asking(text, AskKind.ALERT, alert), NOW, "security", looks=looks, made=made, tools=TOOLS)


@pytest.mark.parametrize("source", ["securityhub", "guardduty"])
def test_a_finding_goes_to_the_security_agent_whatever_it_is_called(source: str) -> None:
    """By where it comes from."""
    assert choose(ROSTER, at(source=source).ask).name == "security"


def test_the_finding_is_looked_up_by_its_id() -> None:
    """What the alert says of it is not taken for true."""
    assert remediate(at(), ()).calls == (Call("security_posture", {"about": ID}),)
    assert remediate(at(text="no id"), ()).calls == (Call("security_posture", {"about": BUCKET}),)


def test_what_ends_the_finding_is_proposed_and_its_risk_said() -> None:
    """Its own remedy, with the evidence; no other finding's of the same resource."""
    move = remediate(at(OTHER, OPEN), ())

    [remedy, concluded] = move.calls
    assert remedy == Call("security_remediate", {**REMEDY.args, "reason": "receipts is public.", "evidence": ["E1"]})
    assert concluded.args["cause"] == "receipts is public."


def test_of_several_findings_none_is_guessed() -> None:
    """An alert that names no finding of those there are has them listed, and nothing proposed."""
    calls = remediate(at(replace(OPEN, pointer="a third"), OTHER), ()).calls

    assert [call.tool for call in calls] == ["conclude"]


def test_a_threat_is_told_and_has_no_remedy() -> None:
    """GuardDuty's own reading says what it is; somebody has to decide."""
    threat = replace(OPEN, code="threat_detected", remedy=None)

    first, then = remediate(at(source="guardduty"), ()), remediate(at(threat, source="guardduty"), ())

    assert first.calls == (Call("guardduty_threats", {}),)
    assert [call.tool for call in then.calls] == ["conclude"]
