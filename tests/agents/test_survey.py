"""The engine's plain way: readings, what matters most in them, and a fresh remedy for what somebody picks."""

from dataclasses import replace

from agents.contract import Cited, Evidence, Report, item_key
from agents.notebook import Look
from agents.runbook.book import Runbook
from agents.runbook.case import Case, Failure, key
from agents.runbook.survey import survey
from tests.agents.company import NOW, asking
from tools.contract import Call, Finding, Observation, Role

BILL = Call("kube_quotas", {})
IDLE = Finding(
    "idle", "volume/v-1", "v-1 is idle.", "row 1", 0.9, Role.SYMPTOM, remedy=Call("kube_scale", {"replicas": 1})
)
MOVED = replace(IDLE, remedy=Call("kube_scale", {"replicas": 2}))
BOOKS = (Runbook("costs", "cost", (), (BILL,), "", "", ""),)
PRIOR = Report("…", findings=(Cited(IDLE, "E4"),), evidence=(Evidence("E4", BILL, "the bill", "one idle"),))


def at(*looks: Look, item: str = "", prior: Report | None = None, failures: tuple[Failure, ...] = ()) -> Case:
    """Return the case after these looks."""
    made = frozenset(key(call) for call in (*(one.call for one in looks), *(one.call for one in failures)))
    ask = replace(asking("costs?"), item=item)
    return Case(ask, NOW, "cost", prior, looks, failures, made=made, tools=frozenset({"kube_quotas", "kube_scale"}))


def test_a_survey_takes_its_runbooks_readings_once() -> None:
    """The first move takes them, the next concludes."""
    first, second = survey(at(), BOOKS), survey(at(Look("E1", BILL, Observation("…", (IDLE,)))), BOOKS)

    assert first.calls == (BILL,)
    assert [call.tool for call in second.calls] == ["conclude"]


def test_what_is_picked_is_looked_at_again() -> None:
    """Before a remedy is proposed, the reading that it came from is taken anew."""
    move = survey(at(item=item_key(IDLE), prior=PRIOR), BOOKS)

    assert move.calls == (BILL,)


def test_the_fresh_remedy_is_proposed() -> None:
    """What the reading says now is proposed, with the evidence of now."""
    move = survey(at(Look("E1", BILL, Observation("…", (MOVED,))), item=item_key(IDLE), prior=PRIOR), BOOKS)

    assert move.calls[0].args == {"replicas": 2, "reason": "v-1 is idle.", "evidence": ["E1"]}


def test_what_is_gone_is_not_proposed() -> None:
    """A finding that the reading no longer has is said to be gone."""
    move = survey(at(Look("E1", BILL, Observation("…")), item=item_key(IDLE), prior=PRIOR), BOOKS)

    assert move.calls == ()
    assert "no longer so" in move.text


def test_what_cannot_be_looked_at_is_not_proposed() -> None:
    """Without the reading nothing is proposed, and the reason is said."""
    move = survey(at(item=item_key(IDLE), prior=PRIOR, failures=(Failure(BILL, "it timed out"),)), BOOKS)

    assert move.calls == ()
    assert "it timed out" in move.text
