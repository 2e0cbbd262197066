"""What GuardDuty, AWS Config and IAM Access Analyzer say themselves."""

import pytest

from sandbox.evals.code_storing import BUCKET
from tests.aws_account import looked_at
from tools.security.homes import Home, Homes
from tools.security.rules import config_compliance
from tools.security.watchers import access_findings, guardduty_threats


def threat(name: str, severity: float, *, archived: bool = False) -> dict[str, object]:
    """Return a GuardDuty finding about a server."""
    return {
        "AccountId": "123456789012",
        "Arn": f"arn:aws:guardduty:us-east-1:123456789012:detector/d/finding/{name}",
        "CreatedAt": "2026-03-01T00:00:00Z",
        "UpdatedAt": "2026-03-01T00:00:00Z",
        "Id": name,
        "Region": "us-east-1",
        "Resource": {"ResourceType": "Instance", "InstanceDetails": {"InstanceId": f"i-{name}"}},
        "SchemaVersion": "2.0",
        "Service": {"Archived": archived},
        "Severity": severity,
        "Title": "A server asks for a domain of miners",
        "Type": "CryptoCurrency:EC2/BitcoinTool.B!DNS",
    }


def result(name: str, told: str, rule: str = "s3-bucket-ssl") -> dict[str, object]:
    """Return an evaluation of a bucket."""
    qualifier = {"ConfigRuleName": rule, "ResourceType": "AWS::S3::Bucket", "ResourceId": name}
    identifier = {"EvaluationResultQualifier": qualifier, "OrderingTimestamp": "2026-03-01T00:00:00Z"}
    return {"EvaluationResultIdentifier": identifier, "ComplianceType": told}


def access(name: str, kind: str, status: str = "ACTIVE") -> dict[str, object]:
    """Return a finding of an analyzer."""
    return {
        "id": name,
        "findingType": kind,
        "status": status,
        "resource": f"arn:aws:s3:::{name}",
        "resourceType": "AWS::S3::Bucket",
        "resourceOwnerAccount": "123456789012",
        **dict.fromkeys(("analyzedAt", "createdAt", "updatedAt"), "2026-03-01T00:00:00Z"),
    }


def test_threats_are_ranked_and_archived_ones_left_out() -> None:
    """The worst first, by GuardDuty's own scale."""
    found = [threat("mild", 2.0), threat("worst", 8.5), threat("done", 9.5, archived=True)]

    with looked_at({"guardduty/findings.json": {"Findings": found}}):
        seen = guardduty_threats.call()

    assert [one.subject.rpartition("/")[2] for one in seen.findings] == ["i-worst", "i-mild"]


def test_a_region_that_nobody_watches_is_not_called_quiet() -> None:
    """Nothing found, because nothing looked, is no good news."""
    with looked_at({}):
        seen = guardduty_threats.call()

    assert seen.findings == ()
    assert "GuardDuty is off in us-east-1" in seen.headline


def test_resources_that_do_not_meet_a_rule_are_listed() -> None:
    """Those that do are not."""
    results = [result("open-bucket", "NON_COMPLIANT"), result("fine", "COMPLIANT")]

    with looked_at({"config/results.json": {"EvaluationResults": results}}):
        seen = config_compliance.call()

    assert [one.subject for one in seen.findings] == ["s3-bucket-ssl/open-bucket"]


def test_a_rule_is_ended_as_its_control_is() -> None:
    """With the pull request of the catalogue; a rule of one's own has none, and a person is told why there is none."""
    rules = {"s3-bucket-versioning-enabled": "acme-receipts", "rds-storage-encrypted": "orders-db", "own-rule": "x"}
    where = Homes(home=(Home(account="*", repository="acme/infrastructure"),))
    results = [result(name, "NON_COMPLIANT", rule) for rule, name in rules.items()]

    with looked_at({"config/results.json": {"EvaluationResults": results}}), pytest.MonkeyPatch.context() as patch:
        patch.setattr("tools.security.rules.homes", lambda: where)
        patch.setattr("tools.security.rules.terraform", lambda _: {"main.tf": BUCKET})
        found = {one.subject.partition("/")[0]: one for one in config_compliance.call().findings}

    assert found["S3.14"].remedy is not None
    assert found["S3.14"].remedy.args["title"] == "Keep earlier versions of what is in acme-receipts (S3.14)"
    assert "copy a snapshot encrypted" in found["RDS.3"].advice
    assert (found["own-rule"].remedy, found["own-rule"].advice) == (None, "")


def test_access_from_outside_comes_before_access_that_nobody_uses() -> None:
    """What was archived or resolved is left out, however many pages there are."""
    unused = [access(f"unused-{number}", "UnusedPermission") for number in range(120)]
    closed = [access("over", "ExternalAccess", "RESOLVED"), access("meant", "ExternalAccess", "ARCHIVED")]

    with looked_at(
        {"accessanalyzer/findings.json": {"findings": [*unused, *closed, access("open", "ExternalAccess")]}}
    ):
        seen = access_findings.call()

    assert seen.findings[0].subject == "ExternalAccess/arn:aws:s3:::open"
    assert "may use it" in seen.findings[0].observed
    assert len(seen.findings) == len(unused) + 1


def test_access_that_no_analyzer_looks_at_is_not_called_kept() -> None:
    """A region without an analyzer is named."""
    with looked_at({}):
        seen = access_findings.call()

    assert seen.findings == ()
    assert "No analyzer is on in us-east-1" in seen.headline


def test_a_region_without_rules_is_not_called_in_order() -> None:
    """No rule is broken where there is none."""
    with looked_at({}):
        seen = config_compliance.call()

    assert seen.findings == ()
    assert "AWS Config has no rules in us-east-1" in seen.headline
