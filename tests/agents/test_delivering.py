"""An alert about a pipeline goes to delivery, and what nobody can look at is asked back."""

from datetime import UTC, datetime

from agents import ROSTER
from agents.choose import choose
from agents.contract import Alert, Ask, AskKind, ThreadRef
from agents.runbook.case import Case
from agents.runbook.delivering import deliver
from tools.contract import Call

NOW = datetime(2026, 11, 2, tzinfo=UTC)
TOOLS = frozenset({"ci_triage", "change_risk"})


def _ask(text: str, link: str = "") -> Ask:
    alert = Alert("github", "checkout", "firing", link=link) if link else None
    return Ask("a1", AskKind.ALERT if link else AskKind.SLASH, text, ThreadRef("T", "C", "1"), "", NOW, alert=alert)


def test_an_alert_that_leads_to_a_run_is_triaged() -> None:
    """Whatever the alert is called, its link to a workflow run says what it is about."""
    ask = _ask("checkout failed", "https://github.com/acme/checkout/actions/runs/9102")

    agent, move = choose(ROSTER, ask), deliver(Case(ask, NOW, tools=TOOLS), ())

    assert agent.name == "delivery"
    assert move.calls == (Call("ci_triage", {"repository": "acme/checkout", "run": 9102}),)


def test_an_ask_that_names_nothing_is_asked_back() -> None:
    """Without a run, a pull request or a repository the answer says how to name one."""
    move = deliver(Case(_ask("triage it please"), NOW, tools=TOOLS), ())

    assert not move.calls
    assert "link of a run" in move.text
