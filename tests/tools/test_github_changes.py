"""Changes on GitHub do what was shown, once, and know whether they did."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.github_company import QUEUE, Office, opened, queue
from tools.contract import ToolError
from tools.github import comment, merge, pull_request, rerun
from tools.github.client import writer
from tools.github.names import clean
from tools.proposal import Verdict

INFRASTRUCTURE, CODE = "acme/infrastructure", "acme/checkout"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read back at short intervals, and not for long."""
    for module in (pull_request, comment, merge, rerun):
        monkeypatch.setattr(module, "SETTLE_SECONDS", 0.3)
        monkeypatch.setattr(module, "LOOK_SECONDS", 0.02)


@pytest.fixture
def office() -> Iterator[Office]:
    """Open an office of its own for each test: they change things."""
    with opened() as office:
        yield office


def test_a_pull_request_is_one_commit_on_a_branch_named_by_the_approval(office: Office) -> None:
    """It holds exactly the files, on the base that was shown, with its label and its reviewer."""
    grant = office.grant("github_pull_request", **queue())

    outcome = office.carries_out(grant)

    git, [pull] = office.git(INFRASTRUCTURE), office.pulls(INFRASTRUCTURE)
    assert outcome.verdict is Verdict.DONE
    assert pull.head == f"infra/{grant.proposal.id}"
    assert git.run("show", f"{pull.head}:queue.tf").decode() == QUEUE
    assert git.resolve(f"{pull.head}~1") == git.resolve("main")
    assert git.run("diff", "--name-only", "main", pull.head).decode().split() == ["queue.tf"]
    assert (pull.labels, pull.reviewers) == (["infrastructure"], ["ben"])


def test_a_preview_of_a_pull_request_writes_nothing(office: Office) -> None:
    """It shows the diff against the base, and only reads."""
    grant = office.grant("github_pull_request", **queue())

    assert '+resource "aws_sqs_queue" "invoices" {' in grant.proposal.preview.diff
    assert {one.method for one in office.hub.asked} == {"GET"}


def test_a_pull_request_may_delete_files(office: Office) -> None:
    """A file without content is gone on the branch, and shown as deleted before."""
    grant = office.grant("github_pull_request", **queue(files={"queue.tf": QUEUE, "variables.tf": None}))

    outcome = office.carries_out(grant)

    git, [pull] = office.git(INFRASTRUCTURE), office.pulls(INFRASTRUCTURE)
    assert outcome.verdict is Verdict.DONE
    assert "1 new file, 1 deleted file" in grant.proposal.preview.summary
    assert "--- a/variables.tf\n+++ /dev/null" in grant.proposal.preview.diff
    assert git.run("diff", "--name-status", "main", pull.head).decode().split() == [
        "A",
        "queue.tf",
        "D",
        "variables.tf",
    ]


def test_a_file_that_is_not_there_is_not_deleted(office: Office) -> None:
    """Said before anybody is asked."""
    with pytest.raises(ToolError, match=r"There is no old\.tf to delete"):
        office.grant("github_pull_request", **queue(files={"old.tf": None}))


def test_what_github_does_not_take_is_said_and_the_pull_request_stands(office: Office) -> None:
    """A reviewer whom GitHub does not know is named; the others are asked."""
    grant = office.grant("github_pull_request", **queue(reviewers=["ben", "nobody"]))

    outcome = office.carries_out(grant)

    assert outcome.verdict is Verdict.DONE
    assert "reviewer nobody" in outcome.detail
    assert office.pulls(INFRASTRUCTURE)[0].reviewers == ["ben"]


def test_a_team_may_be_asked_for_a_review(office: Office) -> None:
    """As team:slug, beside people; a team that GitHub does not know is named."""
    grant = office.grant("github_pull_request", **queue(reviewers=["ben", "team:oncall", "team:nobody"]))

    outcome = office.carries_out(grant)

    assert office.pulls(INFRASTRUCTURE)[0].teams == ["oncall"]
    assert "reviewer team:nobody" in outcome.detail
    assert "oncall" not in outcome.detail


def test_a_lost_answer_makes_no_second_pull_request(office: Office) -> None:
    """T15: GitHub opened it and the connection dropped; it is found by its branch and not opened again."""
    grant = office.grant("github_pull_request", **queue())
    office.hub.faults.append(("POST", r"/pulls$", "drop"))

    outcome = office.carries_out(grant)

    assert outcome.verdict is Verdict.DONE
    assert len(office.pulls(INFRASTRUCTURE)) == 1
    assert sum(one.path.endswith("/pulls") and one.method == "POST" for one in office.hub.asked) == 1


def test_a_branch_without_a_pull_request_is_not_called_done(office: Office) -> None:
    """T15: the branch was made, the answer was lost, and nothing else was sent: somebody has to look."""
    grant = office.grant("github_pull_request", **queue())
    office.hub.faults.append(("POST", r"/git/refs$", "drop"))

    outcome = office.carries_out(grant)

    assert outcome.verdict is Verdict.UNKNOWN
    assert office.pulls(INFRASTRUCTURE) == []


def test_a_server_error_before_the_branch_is_a_failure(office: Office) -> None:
    """T15: GitHub broke before anything could be seen; the read-back finds neither branch nor pull request."""
    grant = office.grant("github_pull_request", **queue())
    office.hub.faults.append(("POST", r"/git/trees$", "500"))

    outcome = office.carries_out(grant)

    assert outcome.verdict is Verdict.FAILED
    assert list(office.git(INFRASTRUCTURE).branches()) == ["main"]


def test_a_refused_pull_request_leaves_no_branch(office: Office) -> None:
    """What GitHub refuses is taken back as far as it got."""
    grant = office.grant("github_pull_request", **queue())
    office.hub.faults.append(("POST", r"/pulls$", "422"))

    outcome = office.carries_out(grant)

    assert outcome.verdict is Verdict.FAILED
    assert list(office.git(INFRASTRUCTURE).branches()) == ["main"]


def test_a_moved_base_is_stale(office: Office) -> None:
    """What was shown is a diff against a commit; on another one nothing is sent."""
    grant = office.grant("github_pull_request", **queue())
    office.pushes(INFRASTRUCTURE, "main", {"queue.tf": "# somebody was faster\n"})

    outcome = office.carries_out(grant)

    assert outcome.verdict is Verdict.STALE
    assert office.pulls(INFRASTRUCTURE) == []


def test_paths_that_hold_secrets_or_reviewers_are_refused(office: Office) -> None:
    """A pull request that edits a workflow could take its secrets; one that edits CODEOWNERS, its reviewers."""
    for path in (".github/workflows/ci.yml", ".GitHub/Workflows/x.yml", "docs/CODEOWNERS", "Jenkinsfile"):
        with pytest.raises(ToolError, match="GITHUB_GUARDED_PATHS"):
            office.grant("github_pull_request", **queue(files={path: "x"}))


def test_no_change_is_no_pull_request(office: Office) -> None:
    """A file that is like that already is said, not proposed."""
    there = office.git(INFRASTRUCTURE).run("show", "main:main.tf").decode()

    with pytest.raises(ToolError, match="nothing to propose"):
        office.grant("github_pull_request", **queue(files={"main.tf": there}))


@given(st.text(max_size=30), st.sampled_from(["..", ".", "", ".git", ".GIT"]), st.text(max_size=30))
def test_a_path_stays_in_the_repository(before: str, step: str, after: str) -> None:
    """Whatever is around it, a step that leads out or into git's own folder is refused."""
    with pytest.raises(ToolError, match="is no path"):
        clean(f"{before}/{step}/{after}")


def test_a_green_pull_request_is_merged_at_the_head_that_was_shown(office: Office) -> None:
    """The history of main really has it."""
    grant = office.grant("github_merge", repository=CODE, pull=8)

    outcome = office.carries_out(grant)

    assert outcome.verdict is Verdict.DONE
    assert b"prices are in cents" in office.git(CODE).run("show", "main:README.md")


def test_a_lost_answer_to_a_merge_is_read_back(office: Office) -> None:
    """T15: it was merged and the connection dropped; it is said to be merged, and was asked for once."""
    grant = office.grant("github_merge", repository=CODE, pull=8)
    office.hub.faults.append(("PUT", r"/merge$", "drop"))

    outcome = office.carries_out(grant)

    assert outcome.verdict is Verdict.DONE
    assert sum(one.method == "PUT" for one in office.hub.asked) == 1


def test_a_moved_head_is_not_merged(office: Office) -> None:
    """Somebody pushed after it was shown: nothing is merged, and that is the reason given."""
    grant = office.grant("github_merge", repository=CODE, pull=8)
    main = office.git(CODE).resolve("main")
    office.pushes(CODE, "test-words", {"README.md": "Something else.\n"})

    outcome = office.carries_out(grant)

    assert outcome.verdict is Verdict.STALE
    assert "head" in outcome.detail
    assert office.git(CODE).resolve("main") == main


def test_a_head_that_moves_between_look_and_merge_is_not_merged(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GitHub itself compares the head that is sent: 409 is stale."""
    grant = office.grant("github_merge", repository=CODE, pull=8)

    def late() -> object:
        office.pushes(CODE, "test-words", {"README.md": "Something else.\n"})
        return writer()

    monkeypatch.setattr(merge, "writer", late)

    outcome = office.carries_out(grant)

    assert outcome.verdict is Verdict.STALE
    assert "Head branch was modified" in outcome.detail


def test_a_red_pull_request_is_not_offered_for_merging(office: Office) -> None:
    """The check that failed is named."""
    with pytest.raises(ToolError, match="test failed"):
        office.grant("github_merge", repository=CODE, pull=7)


def test_a_comment_is_left_once(office: Office) -> None:
    """A lost answer is read back by the comment's mark."""
    grant = office.grant("github_comment", repository=CODE, pull=7, body="The amount is with tax.")
    office.hub.faults.append(("POST", r"/comments$", "drop"))

    outcome = office.carries_out(grant)

    said = [one["body"] for one in office.hub.repositories[CODE].pulls[7].comments]
    assert outcome.verdict is Verdict.DONE
    assert sum("with tax." in body for body in said) == 1


def test_failed_jobs_run_again(office: Office) -> None:
    """The run is at its next attempt; a run in which nothing failed is refused."""
    grant = office.grant("github_rerun", repository=CODE, run=9102)

    outcome = office.carries_out(grant)

    assert outcome.verdict is Verdict.DONE
    assert len(office.hub.repositories[CODE].runs[9102].attempts) == 2
    with pytest.raises(ToolError, match="nothing to run again"):
        office.grant("github_rerun", repository=CODE, run=9101)
