"""Words about costs say which application, time and split are meant."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agents.contract import Ask, AskKind, Evidence, Report, ThreadRef
from agents.notebook import Look
from agents.runbook.book import Runbook
from agents.runbook.case import Case, key
from agents.runbook.spending import USUAL, meaning, spend
from tools.contract import Call, Finding, Observation, Role

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
HOLES: dict[str, object] = {"about": "{application}", "period": "{period}", "by": "{split}"}
BOOK = Runbook("spend", "cost", (), (Call("cost_spend", HOLES),), "", "", "")


@pytest.mark.parametrize(
    ("words", "application", "period", "split"),
    [
        ("cost", "", "last 30 days", "service"),
        ("cost of checkout last month", "checkout", "last month", "service"),
        ("what did we spend on the payments-api in 2026-02 by region?", "payments-api", "2026-02", "region"),
        ("and by account?", "", "last 30 days", "account"),
        ("costs this month by tag team", "", "this month", "tag team"),
        ("what did we spend per day in february?", "", "february", "day"),
        ("daily costs of checkout for the last 2 weeks", "checkout", "last 2 weeks", "day"),
        ("cost by application", "", "last 30 days", "application"),
        ("why is the bill of last month so high?", "", "last month", "service"),
    ],
)
def test_words_are_taken_for_what_they_name(words: str, application: str, period: str, split: str) -> None:
    """What is not named is as usual."""
    assert USUAL | meaning(words) == {"application": application, "period": period, "split": split}


@pytest.mark.parametrize(
    ("words", "about", "period", "by"),
    [
        ("and last month?", "checkout", "last month", "region"),
        ("only for the payments application", "payments", "2026-01", "region"),
        ("and by account?", "checkout", "2026-01", "account"),
        ("and payments?", "payments", "2026-01", "region"),
        ("what about everything, per day?", "", "2026-01", "day"),
    ],
)
def test_who_goes_on_asking_keeps_what_was_talked_about(words: str, about: str, period: str, by: str) -> None:
    """Application, period and split are those of the thread's latest look, but for what is named anew."""
    last = Call("cost_spend", {"about": "checkout", "period": "2026-01", "by": "region", "kind": "billed"})

    move = spend(_case(words, Report("", evidence=(Evidence("E1", last, "", ""),))), [BOOK])

    assert move.calls == (Call("cost_spend", {"about": about, "period": period, "by": by}),)


def test_a_schedule_begins_anew() -> None:
    """What somebody asked under a digest does not change the next one."""
    last = Call("cost_spend", {"about": "checkout", "period": "2026-01", "by": "region"})

    move = spend(_case("cost", Report("", evidence=(Evidence("E1", last, "", ""),)), AskKind.SCHEDULE), [BOOK])

    assert move.calls == (Call("cost_spend", {"about": "", "period": "last 30 days", "by": "service"}),)


def test_an_answer_to_people_lists_what_it_was_split_by() -> None:
    """All that was asked for by name, behind the amount and before what sticks out."""
    rows = "\n".join(f"- Service {number}: USD 1.00, up 0 %" for number in range(8))
    look = Look("E1", Call("cost_spend", {"by": "service"}), Observation(f"Spend.\n{rows}", headline="Spend."))
    done = frozenset({key(Call("cost_spend", {"about": "", "period": "last 30 days", "by": "service"})), '["conclude"'})

    usual, named = (spend(replace(_case(words), looks=(look,), made=done), [BOOK]) for words in ("cost", "by service"))

    assert usual.text.startswith("Spend. [E1]\n\nBy service [E1]:\n- Service 0: USD 1.00")
    assert "\n3 more: ask by service" in usual.text
    assert named.text.count("\n- Service") == 8


def test_without_prometheus_the_answer_says_what_to_set() -> None:
    """Requests against use have no other source; nothing is not an answer."""
    book = replace(BOOK, readings=(Call("cost_requests", {}),))

    assert "set PROMETHEUS_URL" in spend(_case("cost of requests nobody uses"), [book]).text


def test_what_is_no_machine_is_looked_for_among_workloads() -> None:
    """Then its pull request is proposed, which the reading brought along."""
    remedy = Call("github_pull_request", {"repository": "acme/checkout"})
    found = Finding("requests_unused", "deployment/shop/checkout", "Unused.", "p", 0.7, Role.CONTEXT, remedy=remedy)
    looks = (Look("E1", Call("cost_savings", {}), Observation("None.")),)
    tools = frozenset({"cost_savings", "cost_requests", "github_pull_request"})
    case = replace(_case("cost rightsize checkout"), tools=tools, looks=looks, made=frozenset({'["cost_savings", {}]'}))
    both = (*looks, Look("E2", Call("cost_requests", {}), Observation("One.", (found,))))

    then = spend(case, [BOOK])
    last = spend(replace(case, looks=both, made=frozenset({*case.made, '["cost_requests", {}]'})), [BOOK])

    assert then.calls == (Call("cost_requests", {}),)
    assert [call.tool for call in last.calls] == ["github_pull_request"]


def _case(words: str, prior: Report | None = None, kind: AskKind = AskKind.MESSAGE) -> Case:
    ask = Ask("a", kind, words, ThreadRef("T", "C", "1"), "U0ANA0001", NOW)
    return Case(ask, NOW, "cost", prior, tools=frozenset({"cost_spend"}))
