"""The security posture: what is open, in what order, and never what is closed."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.aws_account import Account, looked_at
from tools.contract import Role, ToolError
from tools.security import hub
from tools.security.asff import is_open, open_finding
from tools.security.controls import canonical
from tools.security.posture import issues
from tools.security.readings import security_posture
from tools.security.records import Severity

PRODUCT = "arn:aws:securityhub:us-east-1::product/aws/securityhub"


def told(control: str, name: str, **changed: object) -> dict[str, object]:
    """Return a finding as Security Hub reports it, failed and new."""
    return {
        "SchemaVersion": "2018-10-08",
        "Id": f"arn:aws:securityhub:us-east-1:123456789012:security-control/{control}/finding/{name}",
        "ProductArn": PRODUCT,
        "GeneratorId": f"security-control/{control}",
        "AwsAccountId": "123456789012",
        "Region": "us-east-1",
        "CreatedAt": "2026-02-01T00:00:00.000Z",
        "UpdatedAt": "2026-03-01T00:00:00.000Z",
        "Severity": {"Label": "HIGH", "Normalized": 70},
        "Title": f"{control} should pass",
        "Description": "",
        "Resources": [{"Type": "AwsS3Bucket", "Id": f"arn:aws:s3:::{name}"}],
        "Compliance": {"Status": "FAILED", "SecurityControlId": control},
        "Workflow": {"Status": "NEW"},
        "RecordState": "ACTIVE",
    } | changed


CLOSED: tuple[dict[str, object], ...] = (
    {"RecordState": "ARCHIVED"},
    {"Workflow": {"Status": "SUPPRESSED"}},
    {"Workflow": {"Status": "RESOLVED"}},
    {"Workflow": {"Status": "NOTIFIED"}, "Compliance": {"Status": "PASSED"}},
)
OVER = {
    "Workflow": {"Status": "SUPPRESSED"},
    "Note": {"Text": "Accepted", "UpdatedBy": "infra", "UpdatedAt": "2026-02-01T00:00:00.000Z"},
    "UserDefinedFields": {"infraUntil": "2026-02-02", "infraAction": "a1"},
}
FINDINGS = [
    told("S3.5", "old-and-inside", CreatedAt="2020-01-01T00:00:00.000Z"),
    told("S3.8", "new-and-exposed"),
    told("S3.4", "mild", Severity={"Label": "LOW"}),
    told("RDS.2", "worst", Severity={"Normalized": 95}),
    told("EC2.13", "twice", GeneratorId="rule/4.1", Compliance={"Status": "FAILED"}, ProductFields={"RuleId": "4.1"}),
    told(
        "EC2.13", "twice", Id="arn:aws:other", Compliance={"Status": "FAILED"}, ProductFields={"ControlId": "PCI.EC2.5"}
    ),
    told("S3.14", "aside-no-more", **OVER),
    *(told("S3.8", f"closed-{number}", **changed) for number, changed in enumerate(CLOSED)),
]


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    """Point the tools at an account with findings, open and closed."""
    with looked_at({"securityhub/findings.json": {"Findings": FINDINGS}}) as served:
        yield served


@pytest.mark.usefixtures("account")
def test_what_is_open_is_ranked_by_severity_exposure_and_age() -> None:
    """The worst first; of equals what outsiders reach, then what is open for longest."""
    names = [one.subject.rpartition(":")[2] for one in security_posture.call().findings]

    assert names == ["worst", "twice", "new-and-exposed", "old-and-inside", "aside-no-more", "mild"]


@pytest.mark.usefixtures("account")
def test_a_control_is_one_item_in_however_many_standards() -> None:
    """CIS 4.1 and PCI.EC2.5 about one group are EC2.13 once."""
    subjects = [one.subject for one in security_posture.call().findings]

    assert subjects.count("EC2.13/arn:aws:s3:::twice") == 1


@pytest.mark.usefixtures("account")
def test_what_was_set_aside_counts_again_when_its_time_is_over() -> None:
    """Nothing has to wake up for it: the day that was named has passed."""
    seen = security_posture.call("aside-no-more")

    assert "was set aside until 2026-02-02" in seen.findings[0].observed


@pytest.mark.usefixtures("account")
def test_a_look_for_what_is_not_there_says_what_to_do() -> None:
    """One sentence, no empty list."""
    with pytest.raises(ToolError, match="give a control such as"):
        security_posture.call("unheard-of")


def test_an_account_without_findings_is_told_as_clean() -> None:
    """Good news is a finding too, and a healthy one."""
    with looked_at({"securityhub/findings.json": {"Findings": []}}):
        [clean] = security_posture.call().findings

    assert (clean.code, clean.role) == ("posture_clean", Role.HEALTHY)


@pytest.mark.usefixtures("account")
def test_what_time_did_not_suffice_for_is_named() -> None:
    """A count that is not complete says so."""
    reach = hub.hub_findings(("us-east-1",), seconds=-1)

    assert reach.unread[0] is Severity.CRITICAL


@pytest.mark.parametrize(
    ("named", "control"),
    [
        ("arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/4.2", "EC2.14"),
        ("pci-dss/v/3.2.1/PCI.S3.2", "S3.2"),
        ("aws-foundational-security-best-practices/v/1.0.0/RDS.3", "RDS.3"),
        ("AWSInspector", "AWSInspector"),
        ("cis-aws-foundations-benchmark/v/1.4.0/1.14", "IAM.3"),
        ("arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/1.14", "IAM.6"),
        ("cis-aws-foundations-benchmark/v/5.0.0/5.5", "EC2.2"),
        ("cis-aws-foundations-benchmark/v/3.0.0/9.9", "CIS 3.0.0 9.9"),
        ("s3-bucket-ssl-requests-only", "S3.5"),
        ("securityhub-restricted-ssh-1a2b3c4d", "EC2.13"),
        ("required-tags", "required-tags"),
    ],
)
def test_a_control_has_one_name(named: str, control: str) -> None:
    """Whatever a standard calls it."""
    assert canonical(named) == control


@given(
    record=st.sampled_from(["ACTIVE", "ARCHIVED"]),
    workflow=st.sampled_from(["NEW", "NOTIFIED", "SUPPRESSED", "RESOLVED"]),
    compliance=st.sampled_from(["FAILED", "WARNING", "PASSED", "NOT_AVAILABLE", None]),
)
def test_closed_is_never_shown_as_open(record: str, workflow: str, compliance: str | None) -> None:
    """Archived, suppressed, resolved or passed: each alone closes a finding."""
    state = {"RecordState": record, "Workflow": {"Status": workflow}, "Compliance": {"Status": compliance}}

    shown = open_finding(told("S3.8", "any", **state))

    assert (shown is not None) == is_open(state)
    assert shown is None or (record, workflow in {"NEW", "NOTIFIED"}, compliance in {"FAILED", "WARNING", None}) == (
        "ACTIVE",
        True,
        True,
    )


CLOSING: list[dict[str, object]] = [
    {"RecordState": "ARCHIVED"},
    {"Workflow": {"Status": "SUPPRESSED"}},
    {"Workflow": {"Status": "RESOLVED"}},
    {"Workflow": None, "WorkflowState": "RESOLVED"},
    {"Compliance": {"Status": "PASSED"}},
    {"Compliance": {"Status": "NOT_AVAILABLE"}},
]
SHAPES: dict[str, list[object]] = {
    "Workflow": [None, {}, {"Status": "NEW"}, {"Status": "NOTIFIED"}],
    "WorkflowState": [None, "NEW", "IN_PROGRESS"],
    "RecordState": ["ACTIVE"],
    "Compliance": [None, {}, {"Status": "FAILED"}, {"Status": "WARNING"}],
    "Severity": [
        None,
        {},
        {"Label": "HIGH"},
        {"Normalized": 0},
        {"Product": 8.0},
        {"Original": "high"},
        {"Label": None},
    ],
    "ProductFields": [None, {}, {"RuleId": "4.1"}, {"ControlId": "S3.8"}, {"aws/config/ConfigRuleName": "own"}],
    "FindingProviderFields": [None, {}, {"Severity": {"Label": "LOW"}}],
    "Resources": [None, [], [{"Type": "Other", "Id": "x", "Details": None}]],
    "Types": [None, [], ["Effects/Data Exposure"]],
    "FirstObservedAt": [None, "2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05+02:00"],
}
"""How the fields of a finding come, over the years and from others' products."""


@given(shape=st.fixed_dictionaries({}, optional={key: st.sampled_from(values) for key, values in SHAPES.items()}))
def test_every_shape_of_an_open_finding_is_read(shape: dict[str, object]) -> None:
    """Old fields, missing ones and empty ones: it is open, and it has a severity and an age."""
    shown = open_finding({**told("S3.8", "any"), **shape})

    assert shown is not None
    assert shown.since.tzinfo is not None


@given(
    shape=st.fixed_dictionaries({}, optional={key: st.sampled_from(values) for key, values in SHAPES.items()}),
    closing=st.sampled_from(CLOSING),
)
def test_what_is_closed_in_one_way_is_closed(shape: dict[str, object], closing: dict[str, object]) -> None:
    """Whatever its other fields say."""
    assert open_finding({**told("S3.8", "any"), **shape, **closing}) is None


@given(st.permutations(FINDINGS))
def test_the_order_of_pages_does_not_matter(shuffled: list[dict[str, object]]) -> None:
    """The same findings are the same list."""
    assert issues(filter(None, map(open_finding, shuffled))) == issues(filter(None, map(open_finding, FINDINGS)))
