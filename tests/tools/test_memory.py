"""Memory: incidents and runbooks are found by people's words, within what a run may see, and no harm is handed on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.knowledge.memory import past_incidents, runbook_search
from tools.knowledge.past import Past, remember_by
from tools.knowledge.ranking import Document, ranked
from tools.knowledge.steps import marked
from tools.scope import Scope, within

MARCH = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
POOL = Past(
    id="T0ACME001:C0INCIDEN:1.1",
    title="orders-db-connections",
    service="orders-worker",
    severity="P2",
    cause="orders-worker was scaled from 3 to 12 and its pools use up the connections of orders-db.",
    confidence=0.9,
    fixed_by="kube_scale(namespace=shop, deployment=orders-worker, replicas=3)",
    approvers=("U0BEN0001",),
    blast_radius="9 pods fewer.",
    timeline=(),
    evidence=("E3 RDS health · orders-db: 197 of 200 connections are used",),
    ruled_out=(),
    unknowns=(),
    follow_ups=("Put a limit on the pool.",),
    touches=(("namespaces", "shop"), ("databases", "orders-db")),
    opened=MARCH,
    verified=MARCH + timedelta(minutes=20),
)
IMAGE = replace(
    POOL,
    id="T0ACME001:C0INCIDEN:2.2",
    title="catalog pods",
    service="catalog",
    cause="The image of catalog cannot be pulled: its tag does not exist.",
    evidence=(),
    touches=(("namespaces", "shop"),),
)


@pytest.fixture(autouse=True)
def _archive() -> Iterator[None]:
    remember_by(lambda: (POOL, IMAGE))
    yield
    remember_by(tuple)


def test_an_incident_like_this_one_is_found_with_its_cause_and_its_fix() -> None:
    """The likest comes first, with the day, what it was and what ended it."""
    seen = past_incidents.call(words="connections of orders-db are exhausted by orders-worker")

    assert seen.findings[0].subject == f"incident/{POOL.id}"
    assert "Looks like 2026-03-02 (orders-worker)" in seen.headline
    assert "fixed by kube_scale(" in seen.headline


def test_what_is_not_alike_is_not_called_so() -> None:
    """Nothing is better than something that only shares a word."""
    seen = past_incidents.call(words="the certificate of the storefront has expired and browsers warn of it")

    assert seen.findings == ()


@pytest.mark.parametrize(
    ("scope", "found"),
    [
        (Scope("all", namespaces=("*",), databases=("*",)), True),
        (Scope("a team", namespaces=("shop",)), False),
        (Scope("others", namespaces=("payments",), databases=("*",)), False),
    ],
)
def test_an_incident_is_known_only_to_those_who_may_see_all_of_it(scope: Scope, *, found: bool) -> None:
    """A run learns nothing of an incident about what is outside of its scope."""
    with within((scope,)):
        seen = past_incidents.call(words="connections of orders-db are exhausted by orders-worker")

    assert bool(seen.findings) is found


def test_an_incident_about_nothing_that_scopes_know_is_for_those_without_one() -> None:
    """What cannot be told to be inside is outside."""
    remember_by(lambda: (replace(IMAGE, touches=()),))

    with within((Scope("a team", namespaces=("shop",)),)):
        seen = past_incidents.call(words=IMAGE.cause)

    assert seen.findings == ()


def test_a_runbook_is_found_by_words_of_ones_own() -> None:
    """What people say finds the passage, which names its runbook."""
    seen = runbook_search.call(words="is the replica behind its primary?")

    assert "runbook/database" in [one.subject for one in seen.findings]


@pytest.mark.parametrize(
    "command",
    ["kubectl delete namespace shop", "rm -rf /data", "aws rds delete-db-instance --db-instance-identifier x"],
)
def test_a_destructive_command_is_not_handed_on(command: str) -> None:
    """Neither in a line nor in a block."""
    text = f"First `{command}`.\n```sh\n{command}\n```\n"

    shown = marked(text)

    assert command not in shown
    assert shown.count("destructive command stands here") == 2


def test_commands_are_told_by_what_they_do() -> None:
    """A reading and a change are told apart; a name in quotes is no command."""
    shown = marked("`kubectl get pods -n shop`, `kubectl scale deploy/x --replicas=2`, `orders-db`")

    assert "`kubectl get pods -n shop` (only looks)" in shown
    assert "`kubectl scale deploy/x --replicas=2` (a change" in shown
    assert shown.endswith("`orders-db`")


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=4))
def test_no_words_break_the_search(words: str, texts: list[str]) -> None:
    """Quotes, operators and other syntax are words like any other; each document is found once at most."""
    documents = [Document(str(number), "", text) for number, text in enumerate(texts)]

    found = ranked(documents, words, 3, meaning=False)

    assert len({one.id for one in found}) == len(found) <= 3
