"""Documents: a page that names what is gone ends as a pull request that changes exactly that."""

from collections.abc import Callable

import pytest

from tests.stories.conftest import Office

pytestmark = pytest.mark.xdist_group("documents")

REPOSITORY = "acme/infrastructure"
PAGE = "docs/runbooks/checkout-errors.md"


@pytest.fixture(scope="module")
def shop(opens: Callable[..., Office]) -> Office:
    """Open an office with a runbook that is out of date."""
    return opens("stale-runbook")


def test_a_stale_runbook_ends_as_a_pull_request(shop: Office) -> None:
    """Ana asks whether documents are true, Ben says yes, and the branch differs in the stale words only."""
    thread = shop.commands("ana", "document drift")
    card = thread.card("open")
    thread.clicks("ben", "infra_approve", card)
    thread.card("done")

    git = shop.company.hub.repositories[REPOSITORY].git
    before = git.run("show", f"main:{PAGE}").decode()
    after = git.run("show", f"infra/{card.approval_id}:{PAGE}").decode()
    expected = before.replace(
        "-n shop rollout status deployment/checkout-api", "-n shop rollout status deployment/checkout"
    )
    expected = expected.replace("undo deployment/checkout-api", "undo deployment/checkout")
    expected = expected.replace("c7qk2mzr4x1p", "c9akciq32rgu")
    assert after == expected
    [pull] = shop.company.hub.repositories[REPOSITORY].pulls.values()
    assert (pull.labels, pull.reviewers) == (["documentation"], ["ben"])
