"""What GuardDuty, AWS Config and Access Analyzer report themselves, where Security Hub does not collect it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tools.aws.client import analyzer, configuration, guardduty
from tools.contract import Finding, Observation, Role
from tools.declare import reads
from tools.security.controls import canonical
from tools.security.homes import regions
from tools.security.posture import Issue, issues
from tools.security.records import SecurityFinding, Severity

FINDINGS = {
    "threat_detected": "GuardDuty saw something that looks like an attack, and nobody archived it.",
    "threats_quiet": "GuardDuty is on and has nothing open.",
    "rule_not_met": "A resource does not meet a rule of AWS Config.",
    "rules_met": "Every rule of AWS Config that was evaluated is met.",
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
UNMET = "NON_COMPLIANT"
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
    head = f"GuardDuty has {_many(len(ranked), 'open threat')}.{missing}"
    findings = tuple(Finding(code="threat_detected", **_told(issue)) for issue in ranked)
    return _observed(head, ranked, findings or (() if off else (_quiet("threats_quiet", head),)))


@reads(needs=("config:DescribeComplianceByConfigRule", "config:GetComplianceDetailsByConfigRule"))
def config_compliance() -> Observation:
    """List the resources that do not meet a rule of AWS Config; a region without rules is named."""
    judged = {region: dict(_judged(region)) for region in regions()}
    off = [region for region, rules in judged.items() if not rules]
    broken = [(region, name) for region, rules in judged.items() for name, told in rules.items() if told == UNMET]
    ranked = issues([one for region, name in broken for one in _results(region, name)])
    rules = sum(len(told) for told in judged.values())
    head = f"{len(broken)} of {_many(rules, 'rule')} of AWS Config are not met, by {_many(len(ranked), 'resource')}."
    missing = f" AWS Config has no rules in {', '.join(off)}: nothing is checked there." if off else ""
    findings = tuple(Finding(code="rule_not_met", **_told(issue)) for issue in ranked)
    return _observed(f"{head}{missing}", ranked, findings or (() if off else (_quiet("rules_met", head),)))


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
    told = f": {outside} of access from outside, {len(ranked) - outside} of other access" if ranked else ""
    head = f"IAM Access Analyzer has {_many(len(ranked), 'open finding')}{told}.{missing}"
    findings = tuple(Finding(code="access_granted", **_told(issue)) for issue in ranked)
    return _observed(head, ranked, findings or (() if off else (_quiet("access_kept", head),)))


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


def _judged(region: str) -> Iterator[tuple[str, str]]:
    """Yield every rule of AWS Config with what it came to."""
    with configuration(region) as client:
        for page in client.get_paginator("describe_compliance_by_config_rule").paginate():
            for one in page["ComplianceByConfigRules"]:
                yield one["ConfigRuleName"], one.get("Compliance", {}).get("ComplianceType", "INSUFFICIENT_DATA")


def _results(region: str, name: str) -> Iterator[SecurityFinding]:
    """Yield what does not meet a rule."""
    with configuration(region) as client:
        pages = client.get_paginator("get_compliance_details_by_config_rule")
        for page in pages.paginate(ConfigRuleName=name, ComplianceTypes=[UNMET]):  # type: ignore[list-item]  # a name of the API's
            yield from (_result(one, name, region) for one in page["EvaluationResults"])


def _result(told: Any, rule: str, region: str) -> SecurityFinding:
    qualifier = told["EvaluationResultIdentifier"]["EvaluationResultQualifier"]
    at = told.get("ResultRecordedTime") or datetime.now(UTC)
    return SecurityFinding(
        id=f"{rule}/{qualifier['ResourceId']}",
        product="config",
        control=canonical(rule),
        title=f"does not meet {rule}{': ' + told['Annotation'] if told.get('Annotation') else ''}",
        resource=qualifier["ResourceId"],
        kind=qualifier["ResourceType"],
        account="",
        region=region,
        severity=Severity.MEDIUM,
        since=at,
        updated=at.isoformat(),
    )


def _told(issue: Issue) -> dict[str, Any]:
    return {
        "subject": f"{issue.control}/{issue.resource}",
        "observed": _sentence(issue),
        "pointer": issue.findings[0].id,
        "confidence": 0.8,
        "role": Role.CAUSE if issue.severity >= Severity.HIGH else Role.CONTEXT,
        "since": issue.since,
    }


def _sentence(issue: Issue) -> str:
    days = (datetime.now(UTC) - issue.since).days
    since = f"open for {_many(days, 'day')}" if days > 0 else "since today"
    return f"{issue.sentence} ({issue.severity.word}, {since})"


def _quiet(code: str, head: str) -> Finding:
    return Finding(code=code, subject="account/all", observed=head, pointer="all", confidence=0.9, role=Role.HEALTHY)


def _observed(head: str, ranked: Sequence[Issue], findings: tuple[Finding, ...]) -> Observation:
    lines = (f"{number}. {_sentence(issue)}" for number, issue in enumerate(ranked, 1))
    return Observation("\n".join([head, *lines]), findings, head)


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
