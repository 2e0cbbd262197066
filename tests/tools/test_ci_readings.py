"""Failed runs and risky changes are read from GitHub as it is, and what follows is proposed where that is honest."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import pytest

from agents.runbook.delivering import looked_for
from tests.github_company import Office, opened
from tests.tools.ci_logs import log_of
from tools.ci import plans
from tools.ci.fixes import nearest
from tools.ci.readings import change_risk, ci_triage
from tools.contract import Call, Finding, ToolError
from tools.proposal import Verdict

REPOSITORY = "acme/checkout"
MISSING = (
    "ERROR: Could not find a version that satisfies the requirement pytest==8.4.1 (from versions: 7.4.4, 8.0.0, 8.3.5, "
    "9.0.0rc1, 9.1)\nERROR: No matching distribution found for pytest==8.4.1"
)


@pytest.fixture
def office() -> Iterator[Office]:
    """Run a company whose pipeline is red."""
    with opened() as company:
        yield company


def _logged(office: Office, command: str, printed: str, attempts: int = 1) -> Finding:
    """Let the last failed run have failed like this, so many times, and triage it."""
    run = office.hub.repositories[REPOSITORY].runs[9102]
    before = list(run.attempts)
    failed = replace(before[0][0], log="".join(log_of(command, printed)))
    run.attempts[:] = [[failed]] * attempts
    try:
        return ci_triage.call(REPOSITORY).findings[0]
    finally:
        run.attempts[:] = before


def test_the_newest_failed_run_is_triaged_with_the_line_that_says_why(office: Office) -> None:
    """Asked for a repository, the newest red run is found; the failing test is named with its line of the log."""
    told = ci_triage.call(REPOSITORY)

    assert "9102" in told.headline
    assert "test_prices.py::test_total" in told.findings[0].observed
    assert told.findings[0].remedy is None
    assert office.hub


def test_what_a_network_broke_is_run_again_once(office: Office) -> None:
    """A failure outside the code is proposed to be run again, but not a second time."""
    once = _logged(office, "npm ci", "npm error code ECONNRESET")
    twice = _logged(office, "npm ci", "npm error code ECONNRESET", attempts=2)

    assert once.remedy == Call("github_rerun", {"repository": REPOSITORY, "run": 9102})
    assert twice.remedy is None


def test_a_version_that_does_not_exist_is_pinned_to_the_nearest_that_does(office: Office) -> None:
    """The installer lists the versions there are, so the pull request is established by the log."""
    found = _logged(office, "pip install -r requirements.txt", MISSING)

    assert found.remedy is not None
    assert found.remedy.tool == "github_pull_request"
    assert found.remedy.args["files"] == {"requirements.txt": "pytest==8.3.5\n"}


def test_no_release_is_made_up_where_none_is_listed() -> None:
    """Only released versions count, and none is nothing."""
    assert nearest("8.4", ["9.0rc1"]) == ""
    assert nearest("8.4", ["7.1", "7.10"]) == "7.10"


def test_a_change_of_low_risk_with_green_checks_may_be_merged(office: Office) -> None:
    """Words in a README are merged by whoever the policy says; a red check stops that."""
    green, red = (change_risk.call(REPOSITORY, pull).findings[0] for pull in (8, 7))

    assert green.remedy == Call("github_merge_low_risk", {"repository": REPOSITORY, "pull": 8})
    assert red.remedy is None
    assert office.hub


def test_a_plan_that_destroys_a_database_makes_a_change_high(office: Office) -> None:
    """What a plan in a comment would destroy is named, and nobody is offered a merge."""
    pull = office.hub.repositories[REPOSITORY].pulls[8]
    said = {"id": 1, "user": {"login": "ci"}, "body": "  # aws_db_instance.orders will be destroyed"}
    pull.comments.append({**said, "created_at": "2026-03-02T12:00:00Z"})

    found = change_risk.call(REPOSITORY, 8).findings[0]
    pull.comments.clear()

    assert found.code == "change_risk_high"
    assert "aws_db_instance.orders" in found.observed
    assert found.remedy is not None
    assert found.remedy.tool == "github_comment"


def _plan(*addresses: str) -> bytes:
    """Return the JSON of a plan that destroys these."""
    gone: dict[str, object] = {"actions": ["delete"], "before": {}, "after": None}
    changes = [{"address": one, "type": one.split(".")[-2], "mode": "managed", "change": gone} for one in addresses]
    return json.dumps({"format_version": "1.2", "resource_changes": changes}).encode()


def test_every_address_that_a_plan_among_the_artifacts_destroys_is_named(office: Office) -> None:
    """The plan of the pull request's own run is read, however much it destroys."""
    addresses = [f"module.data.aws_dynamodb_table.orders_{number}" for number in range(30)]
    repository = office.hub.repositories[REPOSITORY]
    run = repository.runs[9102]
    run.sha, run.artifacts["terraform-plan"] = repository.pulls[8].head_sha, {"plan.json": _plan(*addresses)}

    told = change_risk.call(REPOSITORY, 8)

    assert told.findings[0].code == "change_risk_high"
    assert all(f"`{address}`" in told.text for address in addresses)


def test_a_plan_among_the_files_of_a_pull_request_is_read(office: Office) -> None:
    """Some keep the plan beside the code that it is of."""
    repository = office.hub.repositories[REPOSITORY]
    pull = repository.pulls[8]
    pull.head_sha = office.pushes(
        REPOSITORY, pull.head, {"plans/tfplan.json": _plan("aws_db_instance.orders").decode()}
    )

    told = change_risk.call(REPOSITORY, 8)

    assert "`aws_db_instance.orders` would be deleted" in told.text


def test_an_artifact_that_grows_as_it_is_unpacked_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a zip says of its size is not believed."""
    monkeypatch.setattr(plans, "MOST_BYTES", 1000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("plan.json", " " * 100_000)

    with pytest.raises(ToolError, match="larger than"):
        list(plans.unpacked(packed.getvalue()))


def test_a_run_that_is_green_is_not_triaged(office: Office) -> None:
    """A branch without a failed run gets a sentence."""
    with pytest.raises(ToolError, match="nothing to triage"):
        ci_triage.call(REPOSITORY, branch="shipping-note")

    assert office.hub


def test_only_what_is_of_low_risk_is_merged_as_such(office: Office) -> None:
    """The merge that a policy may allow judges the change itself, again, and refuses what has grown."""
    grant = office.grant("github_merge_low_risk", repository=REPOSITORY, pull=8)
    pull = office.hub.repositories[REPOSITORY].pulls[8]
    said = {"id": 1, "user": {"login": "ci"}, "body": "  # aws_db_instance.orders will be destroyed"}
    pull.comments.append({**said, "created_at": "2026-03-02T12:00:00Z"})

    refused = office.carries_out(grant)
    pull.comments.clear()
    done = office.carries_out(office.grant("github_merge_low_risk", repository=REPOSITORY, pull=8))

    assert refused.verdict is not Verdict.DONE
    assert "high" in refused.detail
    assert done.verdict is Verdict.DONE


@pytest.mark.parametrize(
    ("words", "tool", "args"),
    [
        ("triage https://github.com/acme/checkout/actions/runs/9102", "ci_triage", {"run": 9102}),
        ("triage acme/checkout main", "ci_triage", {"branch": "main"}),
        ("why did https://github.com/acme/checkout/actions/runs/9102/job/5 fail", "ci_triage", {"run": 9102}),
        ("risk https://github.com/acme/checkout/pull/8", "change_risk", {"pull": 8}),
        ("risk acme/checkout#8", "change_risk", {"pull": 8}),
        ("risk of pull request 8 of acme/checkout", "change_risk", {"pull": 8}),
    ],
)
def test_what_an_ask_names_is_looked_at(words: str, tool: str, args: dict[str, object]) -> None:
    """Links, short forms and plain words name the same run or pull request."""
    assert looked_for(words) == Call(tool, {"repository": REPOSITORY, **args})
