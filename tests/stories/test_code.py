"""Code: what is asked for in a thread becomes a real pull request, and only what was shown is merged."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from sandbox.github.git import Person
from sandbox.slack.visitor import wait_for
from tests.stories.conftest import Office


@pytest.fixture(scope="module")
def shop(opens: Callable[..., Office]) -> Office:
    """Open an office whose code is on GitHub."""
    return opens("pull-request")


def test_a_click_opens_a_pull_request(shop: Office) -> None:
    """Ana asks, Ben approves, and git has a branch with exactly her words, labeled, with its reviewer asked."""
    words = (
        "change backups.md of acme/infrastructure to: ```Kept for 30 days.``` labeled infrastructure reviewed by cara"
    )
    thread = shop.asks("ana", words)
    card = thread.card("open")

    thread.clicks("ben", "infra_approve", card)
    thread.card("done")
    told = thread.report(2)

    repository = shop.company.hub.repositories["acme/infrastructure"]
    [pull] = repository.pulls.values()
    assert pull.head == f"infra/{card.approval_id}"
    assert repository.git.run("show", f"{pull.head}:backups.md") == b"Kept for 30 days.\n"
    assert (pull.labels, pull.reviewers) == (["infrastructure"], ["cara"])
    assert "Pull request 1 is open" in str(told)


def test_what_moved_after_it_was_shown_is_not_merged(shop: Office) -> None:
    """Two people approve a merge, but somebody pushed meanwhile: main stays, and the card says stale."""
    thread = shop.asks("ana", "merge pull request 8 of acme/checkout")
    card, git = thread.card("open"), shop.company.hub.repositories["acme/checkout"].git
    main, head = git.resolve("main"), git.resolve("test-words")
    tree = git.write_tree(head or "", [("100644", git.write_blob(b"other"), "other.txt")])
    pushed = git.write_commit(tree, [head or ""], "Push", Person("Cara", "cara@acme.example", datetime.now(UTC)))
    git.run("update-ref", "refs/heads/test-words", pushed)

    thread.clicks("ben", "infra_approve", card)
    thread.clicks("cara", "infra_approve", card)
    wait_for(lambda: thread.cards()[0].state == "stale")

    assert git.resolve("main") == main
