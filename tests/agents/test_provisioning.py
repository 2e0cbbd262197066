"""The embedded engine provisions: it follows what readings lead to, asks once for what is missing, and is honest."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agents.contract import Ask, AskKind, Cited, Evidence, Report, ThreadRef, item_key
from agents.notebook import Look, Offer
from agents.runbook.case import Case, key
from agents.runbook.provisioning import provision
from tools.contract import Call, Finding, Observation, Role

TOOLS = frozenset({"terraform_intent", "terraform_draft", "terraform_plan", "terraform_drift", "github_pull_request"})
OPEN = Call(
    "github_pull_request", {"repository": "acme/infrastructure", "title": "Add", "body": "", "files": {"a": ""}}
)


def asked(text: str, **known: object) -> Case:
    """Return the case of a person's words."""
    ask = Ask("1", AskKind.MENTION, text, ThreadRef("T", "C", "1"), "U0ANA0001", datetime(2026, 3, 2, tzinfo=UTC))
    return replace(Case(ask, ask.at, "provisioning", tools=TOOLS), **known)  # type: ignore[arg-type]


def seen(call: Call, *findings: Finding) -> dict[str, object]:
    """Return what a case knows after one reading."""
    look = Look("E1", call, Observation("", findings))
    return {"looks": (look,), "rounds": 1, "made": frozenset({key(call)})}


def finding(code: str, **more: object) -> Finding:
    """Return a finding."""
    return replace(Finding(code, "draft/a", f"It is {code}.", "here", 0.9, Role.CONTEXT), **more)  # type: ignore[arg-type]


INTENT = Call("terraform_intent", {"words": "provision a database"})
QUESTION = finding("intent_incomplete", advice="Which environment?")


def test_the_words_are_understood_first() -> None:
    """All that was said goes to the reading that understands it."""
    move = provision(asked("provision a queue for invoices"), ())

    assert move.calls == (Call("terraform_intent", {"words": "provision a queue for invoices"}),)


def test_what_is_missing_is_asked_and_ends_the_run() -> None:
    """One question, nothing proposed."""
    move = provision(asked("provision a database", **seen(INTENT, QUESTION)), ())

    assert (move.text, move.calls) == ("Which environment?", ())


def test_an_answer_continues_where_the_question_was_asked() -> None:
    """The words of before come along with the answer."""
    evidence = Evidence("E1", INTENT, "Terraform intent", "")
    prior = Report("", findings=(Cited(QUESTION, "E1"),), evidence=(evidence,))

    move = provision(asked("production, name it ledger", prior=prior), ())

    assert move.calls[0].args == {"words": "provision a database\nproduction, name it ledger"}


def test_a_new_ask_in_the_thread_starts_anew() -> None:
    """Once nothing is missing, what was said before is not said again."""
    prior = Report("", findings=(Cited(finding("draft_accepted"), "E9"),), evidence=(Evidence("E1", INTENT, "", ""),))

    move = provision(asked("provision a bucket for reports", prior=prior), ())

    assert move.calls[0].args == {"words": "provision a bucket for reports"}


def test_what_a_reading_leads_to_is_looked_at() -> None:
    """From what is asked for to the draft."""
    draft = Call("terraform_draft", {"module": "sqs-queue"})

    move = provision(asked("provision a queue", **seen(INTENT, finding("intent_clear", leads_to=(draft,)))), ())

    assert move.calls == (draft,)


def test_an_accepted_draft_is_proposed_with_its_evidence() -> None:
    """Exactly the pull request that the review gives, and why."""
    move = provision(asked("provision a queue", **seen(INTENT, finding("draft_accepted", remedy=OPEN))), ())

    proposed, concluded = move.calls
    assert {name: proposed.args[name] for name in OPEN.args} == OPEN.args
    assert proposed.args["evidence"] == ["E1"]
    assert concluded.tool == "conclude"


@pytest.mark.parametrize("code", ["draft_refused", "plan_stopped"])
def test_what_is_refused_is_never_proposed(code: str) -> None:
    """Whatever remedy a finding may carry, only an accepted draft or a plan that is ready is proposed."""
    move = provision(asked("provision a queue", **seen(INTENT, finding(code, remedy=OPEN))), ())

    assert [call.tool for call in move.calls] == ["conclude"]


def test_a_plan_is_taken_by_name() -> None:
    """To apply begins with a plan."""
    move = provision(asked("apply production-network"), ())

    assert move.calls == (Call("terraform_plan", {"root": "production-network"}),)


def test_fixing_drift_looks_again_first() -> None:
    """What somebody wants fixed is proposed from a fresh look."""
    drifted = replace(finding("drift_changed", remedy=OPEN), subject="terraform/shop/terraform_data.limits")
    look = Call("terraform_drift", {"root": ""})
    prior = Report("", findings=(Cited(drifted, "E1"),), evidence=(Evidence("E1", look, "", ""),))

    move = provision(asked("fix it", prior=prior), ())

    assert item_key(drifted) == "drift_changed:terraform/shop/terraform_data.limits"
    assert move.calls == (look,)


def test_the_answer_says_what_was_proposed_or_why_not() -> None:
    """A refusal of the change itself is told."""
    done = seen(INTENT, finding("draft_accepted", remedy=OPEN))
    made = frozenset({key(INTENT), key(Call("conclude", {}))})
    offer = Offer(OPEN, refused="The name is taken.")

    move = provision(asked("provision a queue", **{**done, "made": made, "offers": (offer,)}), ())

    assert "It is draft_accepted. [E1]" in move.text
    assert "I could not propose it: The name is taken." in move.text
