"""What GuardDuty and Access Analyzer report themselves, where Security Hub does not collect it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from tools.aws.client import analyzer, guardduty
from tools.contract import Finding, Observation
from tools.declare import reads
from tools.security.homes import regions
from tools.security.posture import issues
from tools.security.records import SecurityFinding, Severity
from tools.security.reporting import many, observed, quiet, told

FINDINGS = {
    "threat_detected": "GuardDuty saw something that looks like an attack, and nobody archived it.",
    "threats_quiet": "GuardDuty is on and has nothing open.",
    "access_granted": "IAM Access Analyzer sees access that outsiders have, or that nobody uses.",
    "access_kept": "IAM Access Analyzer is on and has nothing open.",
}
ACCESS = {
    "ExternalAccess": (Severity.HIGH, "somebody outside the account or organization may use it"),
    "InternalAccess": (Severity.MEDIUM, "others inside the organization may use it"),
    "UnusedIAMRole": (Severity.LOW, "nobody took this role for as long as the analyzer looks back"),
    "UnusedIAMUserAccessKey": (Severity.MEDIUM, "an access key of this user is not used"),
    "UnusedIAMUserPassword": (Severity.MEDIUM, "the password of this user is not used"),
    "UnusedPermission": (Severity.LOW, "permissions it has are not used"),
}
"""https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_FindingSummaryV2.html: it rates none."""
MOST = 200
"""Findings of a region that are read, the worst first."""
PAGE = 50
"""https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetFindings.html: ids in one call."""


@reads(needs=("guardduty:ListDetectors", "guardduty:ListFindings", "guardduty:GetFindings"))
def guardduty_threats() -> Observation:
    """List what GuardDuty saw and nobody archived, the worst first; a region where it is off is named."""
    off, found = list[str](), list[SecurityFinding]()
    for region in regions():
        with guardduty(region) as client:
            detectors = client.list_detectors()["DetectorIds"]
            for detector in detectors:
                found += [_threat(one) for one in _threats(client, detector)]
        off += [] if detectors else [region]
    ranked = issues(found)
    missing = f" GuardDuty is off in {', '.join(off)}: nobody watches there." if off else ""
    head = f"GuardDuty has {many(len(ranked), 'open threat')}.{missing}"
    findings = tuple(Finding(code="threat_detected", **told(issue)) for issue in ranked)
    return observed(head, ranked, findings or (() if off else (quiet("threats_quiet", head),)))


@reads(needs=("access-analyzer:ListAnalyzers", "access-analyzer:ListFindings"))
def access_findings() -> Observation:
    """List what IAM Access Analyzer has open: access for outsiders first, unused access after it.

    A region without an analyzer is named.
    """
    off, found = list[str](), list[SecurityFinding]()
    for region in regions():
        with analyzer(region) as client:
            arns = [
                one["arn"] for page in client.get_paginator("list_analyzers").paginate() for one in page["analyzers"]
            ]
            for arn in arns:
                found += [_access(one, region) for one in _accesses(client, arn)]
        off += [] if arns else [region]
    ranked = issues(found)
    missing = f" No analyzer is on in {', '.join(off)}: nobody watches there." if off else ""
    outside = sum(issue.exposed for issue in ranked)
    sides = f": {outside} of access from outside, {len(ranked) - outside} of other access" if ranked else ""
    head = f"IAM Access Analyzer has {many(len(ranked), 'open finding')}{sides}.{missing}"
    findings = tuple(Finding(code="access_granted", **told(issue)) for issue in ranked)
    return observed(head, ranked, findings or (() if off else (quiet("access_kept", head),)))


def _accesses(client: Any, arn: str) -> Iterator[Mapping[str, Any]]:
    pages = client.get_paginator("list_findings_v2").paginate(
        analyzerArn=arn, filter={"status": {"eq": ["ACTIVE"]}}, PaginationConfig={"MaxItems": MOST}
    )
    for page in pages:
        yield from page["findings"]


def _access(told: Mapping[str, Any], region: str) -> SecurityFinding:
    kind = told.get("findingType", "ExternalAccess")
    severity, words = ACCESS.get(kind, (Severity.LOW, f"{kind} is open"))
    return SecurityFinding(
        id=told["id"],
        product="access-analyzer",
        control=kind,
        title=words,
        resource=told.get("resource", told["id"]),
        kind=told["resourceType"],
        account=told["resourceOwnerAccount"],
        region=region,
        severity=severity,
        since=told["createdAt"].astimezone(UTC),
        updated=told["updatedAt"].isoformat(),
        exposed=kind == "ExternalAccess",
    )


def _threats(client: Any, detector: str) -> Iterator[Mapping[str, Any]]:
    criteria = {"Criterion": {"service.archived": {"Equals": ["false"]}}}
    worst = {"AttributeName": "severity", "OrderBy": "DESC"}
    pages = client.get_paginator("list_findings").paginate(
        DetectorId=detector,
        FindingCriteria=criteria,
        SortCriteria=worst,
        PaginationConfig={"PageSize": PAGE, "MaxItems": MOST},
    )
    for page in pages:
        if page["FindingIds"]:
            yield from client.get_findings(DetectorId=detector, FindingIds=page["FindingIds"])["Findings"]


def _threat(told: Mapping[str, Any]) -> SecurityFinding:
    resource = told.get("Resource", {})
    return SecurityFinding(
        id=told["Arn"],
        product="guardduty",
        control=told["Type"],
        title=told.get("Title", told["Type"]),
        resource=_about(resource) or told["AccountId"],
        kind=resource.get("ResourceType", ""),
        account=told["AccountId"],
        region=told["Region"],
        severity=_rated(told["Severity"]),
        since=datetime.fromisoformat(told["CreatedAt"]).astimezone(UTC),
        updated=told["UpdatedAt"],
        exposed=True,
    )


def _about(resource: Mapping[str, Any]) -> str:
    """Return the id of what a threat is about, from the details of its kind."""
    keys = {"InstanceDetails": "InstanceId", "AccessKeyDetails": "UserName", "EksClusterDetails": "Arn"}
    return next((str(resource[kind][key]) for kind, key in keys.items() if resource.get(kind, {}).get(key)), "")


def _rated(severity: float) -> Severity:
    """Return GuardDuty's own rating.

    https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html
    """
    bounds = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM))
    return next((label for least, label in bounds if severity >= least), Severity.LOW)
