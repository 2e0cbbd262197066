"""The pull request that ends a finding: made of the catalogue and the code, whatever anybody says."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.github_company import Office, opened
from tests.tools.test_security_history import NOON
from tools.contract import Call, ToolError
from tools.github import pull_request
from tools.proposal import Verdict
from tools.security import remediate
from tools.security.posture import Issue
from tools.security.readings import security_posture
from tools.security.records import SecurityFinding, Severity
from tools.security.remediate import remedy_of

HOME, BUCKET = "acme/infrastructure", "arn:aws:s3:::acme-receipts"
TOOL = "security_remediate"


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    """Open an office with a bucket that may become public, and read back at short intervals."""
    with opened("public-bucket") as office, pytest.MonkeyPatch.context() as patch:
        patch.setattr(pull_request, "SETTLE_SECONDS", 0.3)
        patch.setattr(pull_request, "LOOK_SECONDS", 0.02)
        yield office


def test_what_moved_since_it_was_shown_is_not_opened(office: Office) -> None:
    """An edit of other code than was looked at is another edit."""
    grant = office.grant(TOOL, control="SQS.1", resource="arn:aws:sqs:us-east-1:123456789012:invoices")
    main = office.git(HOME).run("show", "main:storage.tf").decode()
    office.pushes(HOME, "main", {"storage.tf": f"{main}\n# by hand\n"})

    outcome = office.carries_out(grant)

    assert outcome.verdict is Verdict.STALE
    assert not [one for one in office.pulls(HOME) if "SQS.1" in one.title]


def test_a_finding_is_ended_by_one_pull_request(office: Office) -> None:
    """With the label and the reviewers of the house; a second one for the same is refused by its number."""
    remedy = next(one.remedy for one in security_posture.call(BUCKET).findings)
    assert remedy == Call(TOOL, {"control": "S3.8", "resource": BUCKET})

    outcome = office.carries_out(office.grant(TOOL, **remedy.args))

    [pull] = office.pulls(HOME)
    assert (outcome.verdict, pull.labels, pull.reviewers) == (Verdict.DONE, ["security-remediation"], ["cara"])
    assert b"restrict_public_buckets = true" in office.git(HOME).run("show", f"{pull.head}:storage.tf")
    with pytest.raises(ToolError, match=f"Pull request {pull.number} of {HOME} proposes this already"):
        office.grant(TOOL, **remedy.args)


@pytest.mark.parametrize(("control", "resource"), [("S3.8", "arn:aws:s3:::nobodys"), ("EC2.7", BUCKET)])
def test_what_does_not_fail_is_not_remediated(office: Office, control: str, resource: str) -> None:
    """Naming a control and a resource is not enough: Security Hub has to say so now."""
    with pytest.raises(ToolError, match="nothing to remediate"):
        office.grant(TOOL, control=control, resource=resource)


def test_a_finding_that_others_import_is_a_pull_request_like_any_other() -> None:
    """Whoever may import findings may give them a control's name; the policy lists only what Security Hub checks."""
    product = f"arn:aws:securityhub:us-east-1:{remediate.CHECKER}"
    own = SecurityFinding("1", product, "S3.8", "t", BUCKET, "k", "1", "r", Severity.HIGH, NOON, "")
    theirs = replace(own, product="arn:aws:securityhub:us-east-1::product/scanner/scanner")
    edit = Call("github_pull_request", {})

    remedies = [remedy_of(Issue("S3.8", BUCKET, (one,)), edit).tool for one in (own, theirs)]

    assert remedies == [TOOL, "github_pull_request"]
