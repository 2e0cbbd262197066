"""Pure words: citations, claims, titles, transcripts and runbook files."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import BaseMessage

from agents.citations import cited_in, remarks, verified
from agents.contract import Cited, Health, Report, Speaker, Turn
from agents.conversation import BRIEF, messages_for
from agents.notebook import Conclusion
from agents.partial import so_far
from agents.runbook.book import read_runbook
from agents.runbook.wording import LONG, claim, plain
from agents.subjects import family, subject_of
from agents.titles import spelled, title_of
from tests.agents.company import CHECKOUT, NOW, asking, finding
from tools.contract import Call, Role


def test_citations_are_read_in_every_spelling() -> None:
    """Single and grouped citations count, in order, each once; other brackets do not."""
    assert cited_in("It crashes [E3], see [E1, E3] and [link] [E] (E9).") == ("E3", "E1")


@given(st.text(), st.sets(st.sampled_from(["E1", "E2", "E3"])))
def test_remarks_name_exactly_what_was_never_read(text: str, known: set[str]) -> None:
    """A citation is remarked on if and only if there is no such reading."""
    told = remarks(f"{text} [E2]", Conclusion(Health.HEALTHY), known)

    assert ("E2: no such reading" in told or "E2" in told) == ("E2" not in known)


def test_a_cause_without_evidence_loses_its_confidence() -> None:
    """Naming readings that do not exist is the same as naming none."""
    doubted = verified(Conclusion(Health.UNHEALTHY, "Cosmic rays.", 0.99, ("E7",)), {"E1"})

    assert doubted.confidence < 0.5
    assert doubted.evidence == ()
    assert doubted.unknowns


def test_a_cause_with_evidence_is_kept() -> None:
    """Bracketed ids are ids."""
    assert verified(Conclusion(Health.UNHEALTHY, "It crashes.", 0.9, ("[E1]", "E9")), {"E1"}).evidence == ("E1",)


@given(st.text(max_size=2000))
def test_a_claim_is_short_and_one_line(text: str) -> None:
    """Whatever a reading says, a claim fits a line of a list."""
    short = claim(text)

    assert "\n" not in short
    assert len(short) <= LONG + 1


def test_a_claim_keeps_whole_sentences() -> None:
    """A second sentence that does not fit is left out, not cut."""
    assert claim(f"It crashes. {'A' * 300} is long.") == "It crashes."


def test_image_names_lose_their_registry() -> None:
    """A registry's host tells nobody anything at three in the morning."""
    assert plain("123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/checkout:2.14.0") == "shop/checkout:2.14.0"


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("pod/shop/checkout-7d9f8c6b5-x2x9z", CHECKOUT),
        ("replicaset/shop/checkout", CHECKOUT),
        ("rds/orders-db", "rds/orders-db"),
        ("", ""),
        ("pod/", "pod/"),
    ],
)
def test_pods_belong_to_their_workload(subject: str, expected: str) -> None:
    """What belongs to a workload by its name counts as the workload."""
    assert family(subject) == expected


def test_calls_and_findings_speak_of_the_same_subjects() -> None:
    """A call's arguments spell the subject that its findings will have."""
    assert subject_of(Call("kube_pods", {"namespace": "shop", "workload": "checkout"})) == CHECKOUT
    assert subject_of(Call("aws_rds_health", {"instance": "orders-db", "minutes": 60})) == "rds/orders-db"


def test_titles_are_short_and_calls_are_spelled_out() -> None:
    """A step's title names what is looked at; its details give the call."""
    call = Call("kube_pods", {"namespace": "shop", "workload": "checkout"})

    assert title_of(call) == "Kubernetes pods · shop · checkout"
    assert spelled(call) == "kube_pods(namespace=shop, workload=checkout)"


def test_what_was_found_until_a_run_was_cut_is_told() -> None:
    """A run without an answer still says what it saw."""
    crash = Cited(finding("crash_loop", CHECKOUT, "It exits with code 1.", Role.CAUSE), "E2")

    assert "It exits with code 1. [E2]" in so_far("Out of time.", [crash])
    assert "Nothing telling" in so_far("Out of time.", [])


def _turn(speaker: Speaker, text: str, report: Report | None = None) -> Turn:
    return Turn(speaker, "someone", text, NOW, report)


def test_the_story_outlives_runs_that_only_verify() -> None:
    """The report handed on is the investigation's, not the latest one's."""
    crash = Cited(finding("crash_loop", CHECKOUT, "It exits.", Role.CAUSE), "E2")
    story = Report("It crashes.", Health.UNHEALTHY, "It exits.", findings=(crash,))
    verifying = replace(story, answer="Not yet.", findings=())

    past = [_turn(Speaker.AGENT, "a", story), _turn(Speaker.AGENT, "b", verifying)]
    brief = messages_for(asking(), past, NOW)[-1].additional_kwargs[BRIEF]

    assert brief["report"]["answer"] == "It crashes."


@given(st.lists(st.builds(_turn, st.sampled_from(Speaker), st.text(max_size=50)), max_size=40))
def test_a_transcript_becomes_plain_messages(turns: list[Turn]) -> None:
    """Only human and assistant words, never two runs of the same speaker apart, and the ask last."""
    messages: list[BaseMessage] = messages_for(asking("why?"), turns, NOW)

    assert {message.type for message in messages} <= {"human", "ai"}
    assert messages[-1].text.endswith("why?")
    assert all(one.type != other.type for one, other in pairwise(messages[:-1]))


def test_a_bad_runbook_says_which_and_why() -> None:
    """Missing or wrong front matter names the file and the key."""
    with pytest.raises(ValueError, match=r"x\.md: a runbook begins with front matter"):
        read_runbook("# no front matter", "x.md")
    with pytest.raises(ValueError, match=r"(?s)x\.md.*readings"):
        read_runbook("---\nname: x\n---\ntext", "x.md")
