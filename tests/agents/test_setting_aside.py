"""Risks that people accept: only with a reason and an end, and only what is there."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.notebook import Look
from agents.runbook.case import Case, key
from agents.runbook.remediation import remediate
from agents.runbook.setting_aside import HOW, LONGEST, Acceptance, acceptance
from tests.agents.company import NOW, asking
from tools.contract import Call, Finding, Observation, Role

TODAY = date(2026, 12, 1)
KIT = "arn:aws:s3:::press-kit"
OPEN = Finding("control_failed", f"S3.8/{KIT}", "press-kit is public.", "arn:aws:hub/1 arn:aws:hub/2", 0.9, Role.CAUSE)
TLS = replace(OPEN, subject=f"S3.5/{KIT}", pointer="arn:aws:hub/3")
TOOLS = frozenset({"security_posture", "securityhub_suppress", "securityhub_reopen"})


def at(text: str, *findings: Finding) -> Case:
    """Return the case of a person's order, after a look that found these; before it if it found none."""
    look = Look("E1", Call("security_posture", {"about": KIT}), Observation("…", findings))
    looks = (look,) if findings else ()
    made = frozenset(key(one.call) for one in looks)
    return Case(asking(text), NOW, "security", looks=looks, made=made, tools=TOOLS)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (f"suppress S3.8 on {KIT} for 30 days because it is public: on purpose", (30, "it is public: on purpose")),
        (f"Set aside S3.8 on {KIT}: pictures for 2 weeks of press", (14, "pictures of press")),
        (
            f"please suppress `S3.8 on {KIT}` until 2026-12-24 because we need it for 3 months",
            (23, "we need it for 3 months"),
        ),
        (f"suppress S3.8 on {KIT} until 2027-12-24 because it is public", (0, "it is public")),
        (f"suppress S3.8 on {KIT} until 2026-13-24 because it is public", (0, "it is public")),
        (f"suppress S3.8 on {KIT}", (0, "")),
    ],
)
def test_an_order_says_what_why_and_for_how_long(text: str, meant: tuple[int, str]) -> None:
    """What cannot be is not guessed: no days."""
    days, reason = meant

    assert acceptance(text, TODAY) == Acceptance(KIT, "S3.8", reason, days)


@settings(deadline=None)  # a busy machine is not a slow function
@given(st.text(max_size=80))
def test_no_words_break_the_reading_of_an_order(words: str) -> None:
    """Whatever people write, it is an order with days that the change takes, or none."""
    found = acceptance(f"suppress {words}", TODAY)

    assert found is None or 0 <= found.days <= LONGEST


def test_without_a_reason_and_an_end_nothing_is_proposed() -> None:
    """The answer says how to write it."""
    assert remediate(at(f"suppress S3.8 on {KIT} for 30 days"), ()).text == HOW
    assert remediate(at(f"suppress S3.8 on {KIT} because it is public on purpose"), ()).text == HOW


def test_every_finding_of_the_issue_is_set_aside() -> None:
    """A control has one finding a standard; other controls of the resource stay."""
    text = f"suppress S3.8 on {KIT} for 30 days because it is public on purpose"

    first, then = remediate(at(text), ()), remediate(at(text, OPEN, TLS), ())

    assert first.calls == (Call("security_posture", {"about": KIT}),)
    assert [(call.tool, call.args["finding"]) for call in then.calls] == [
        ("securityhub_suppress", "arn:aws:hub/1"),
        ("securityhub_suppress", "arn:aws:hub/2"),
    ]
    assert (then.calls[0].args["reason"], then.calls[0].args["days"]) == ("it is public on purpose", 30)


def test_of_several_controls_the_one_that_is_meant_has_to_be_said() -> None:
    """A resource's name alone is not enough where it fails more than one."""
    move = remediate(at(f"suppress {KIT} for 30 days because it is public on purpose", OPEN, TLS), ())

    assert move.calls == ()
    assert "name the control too" in move.text


def test_a_finding_is_taken_up_again_by_its_id() -> None:
    """It is on no list by then, so nothing else names it."""
    [call] = remediate(at("reopen arn:aws:securityhub:us-east-1:123456789012:finding/1"), ()).calls

    assert (call.tool, call.args["finding"]) == (
        "securityhub_reopen",
        "arn:aws:securityhub:us-east-1:123456789012:finding/1",
    )
