"""Delivery: a red pipeline ends as a diagnosis with a proposed fix, and what would destroy a database is stopped."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.stories.conftest import Office
from tests.tools.ci_logs import log_of

REPOSITORY = "acme/checkout"
MISSING = (
    "ERROR: Could not find a version that satisfies the requirement pytest==8.4.1 (from versions: 8.0.0, 8.3.5, 9.1)\n"
    "ERROR: No matching distribution found for pytest==8.4.1"
)


@pytest.fixture(scope="module")
def shop(opens: Callable[..., Office]) -> Office:
    """Open an office whose pipeline is red: a version is pinned that does not exist."""
    office = opens("pull-request")
    run = office.company.hub.repositories[REPOSITORY].runs[9102]
    log = "".join(log_of("pip install -r requirements.txt", MISSING))
    run.attempts[:] = [[replace(run.attempts[0][0], log=log)]]
    return office


def test_a_red_pipeline_ends_as_a_diagnosis_with_a_proposed_fix(shop: Office) -> None:
    """Ana asks why it is red; the reason is the version that is not there, and a yes opens the pull request."""
    thread = shop.asks("ana", f"triage {REPOSITORY}")
    card = thread.card("open")
    told = thread.report(1)

    thread.clicks("ben", "infra_approve", card)
    thread.card("done")

    repository = shop.company.hub.repositories[REPOSITORY]
    assert "dependency" in str(told)
    assert repository.git.run("show", f"infra/{card.approval_id}:requirements.txt") == b"pytest==8.3.5\n"


def test_a_plan_that_would_destroy_a_database_is_stopped_and_says_why(shop: Office) -> None:
    """The change of a README is harmless, its plan is not: no merge is proposed, the concern is."""
    pull = shop.company.hub.repositories[REPOSITORY].pulls[8]
    body = "Terraform will perform:\n  # aws_db_instance.orders will be destroyed"
    pull.comments.append({"id": 1, "user": {"login": "ci"}, "body": body, "created_at": "2026-03-02T12:00:00Z"})

    thread = shop.asks("ana", f"risk {REPOSITORY}#8")
    card = thread.card("open")
    told = str(thread.report(1))

    assert "high" in told
    assert "aws_db_instance.orders" in told
    assert [one.tool for one in thread.cards()] == [card.tool] == ["github_comment"]
