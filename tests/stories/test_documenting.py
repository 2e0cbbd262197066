"""Documents: what is stale and what was learned end as pull requests."""

from collections.abc import Callable, Iterator

import pytest

from sandbox.conversation import NAMES, Conversation
from sandbox.github.git import Git
from sandbox.slack.visitor import wait_for
from tests.stories.conftest import CHANNELS, Office, missed_slot, open_office

REPOSITORY = "acme/infrastructure"
SHOWS = "postmortems/"
PAGE = "docs/runbooks/checkout-errors.md"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Open an office with a runbook that is out of date, and a clock that looks at documents."""
    with (
        missed_slot(tmp_path_factory.mktemp("site"), "documents", "document drift", "documentation") as extra,
        open_office("stale-runbook", extra=extra) as office,
    ):
        yield office


def test_a_stale_runbook_is_found_on_schedule_and_ends_as_a_pull_request(shop: Office) -> None:
    """The digest names the page, Ana clicks, Ben says yes, and the branch differs in the stale words only."""
    digest = wait_for(shop.digests)[0]
    thread = Conversation(shop.url, CHANNELS["platform"], digest["ts"])
    assert (PAGE in str(digest["blocks"]), thread.cards()) == (True, [])
    buttons = [element for block in digest["blocks"] for element in block.get("elements", [])]
    button = next(one for one in buttons if one.get("action_id") == "infra_item_propose")
    shop.person("ana").click(CHANNELS["platform"], digest["ts"], "infra_item_propose", button["value"])
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


def test_one_click_after_an_incident_ends_as_the_draft_of_its_postmortem(opens: Callable[..., Office]) -> None:
    """Cara presses the button of its end; its draft, a file and a pull request, has cause, change and who said yes."""
    office = opens("bad-deploy")
    thread = office.is_paged()
    thread.clicks("ben", "infra_approve", thread.card("open"))
    over = wait_for(lambda: [one for one in thread.bot_messages() if "infra_postmortem" in str(one["blocks"])])
    office.person("cara").click(thread.channel, over[0]["ts"], "infra_postmortem", "postmortem")
    card = wait_for(lambda: [one for one in thread.cards() if one.tool == "github_pull_request"])[0]

    thread.clicks("ben", "infra_view", card)  # it is too long for a card: who says yes has seen all of it
    window = wait_for(
        lambda: [one for one in office.company.workspace.modals.shown(NAMES["ben"]) if SHOWS in str(one)]
    )[0]
    office.person("ben").press(str(window["id"]), "infra_approve", card.approval_id)

    git = office.company.hub.repositories[REPOSITORY].git
    branch = f"infra/{card.approval_id}"
    [path] = wait_for(lambda: [name for name in names(git, branch) if "postmortems" in name])
    draft = git.run("show", f"{branch}:{path}").decode()
    assert "kube_rollback(" in draft
    assert "U0BEN0001" in draft
    assert "## Root cause" in draft
    shared = next(file for message in thread.messages() for file in message["files"] if file["name"].endswith(".md"))
    assert (shared["name"], shared["size"]) == (path.rpartition("/")[2], len(draft.encode()))


def names(git: Git, branch: str) -> list[str]:
    """Return the files of a branch, none while there is no such branch."""
    return (
        git.run("ls-tree", "-r", "--name-only", branch).decode().split() if git.resolve(f"refs/heads/{branch}") else []
    )
