"""What AWS Config's rules find, where Security Hub does not collect it, and the pull request that ends it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from tools.aws.client import configuration
from tools.contract import Finding, Observation, ToolError
from tools.declare import reads
from tools.security import live
from tools.security.code import terraform
from tools.security.controls import canonical, exposes
from tools.security.homes import homes, regions
from tools.security.posture import Issue, issues
from tools.security.records import SecurityFinding, Severity
from tools.security.remedies.catalogue import BY_HAND, REMEDIES
from tools.security.remedying import proposed
from tools.security.reporting import many, observed, quiet, told

FINDINGS = {
    "rule_not_met": "A resource does not meet a rule of AWS Config.",
    "rules_met": "Every rule of AWS Config that was evaluated is met.",
}
UNMET = "NON_COMPLIANT"
REMEDIED = 8
"""How many come with their pull request: a few more than an answer shows, each edit being judged as a whole module."""


@reads(
    needs=(
        "config:DescribeComplianceByConfigRule",
        "config:GetComplianceDetailsByConfigRule",
        "contents:read",
        "metadata:read",
        *live.NEEDS,
    )
)
def config_compliance() -> Observation:
    """List the resources that do not meet a rule of AWS Config; a region without rules is named.

    Where the rule is a well-known control, the first come with the pull request that ends it.
    """
    judged = {region: dict(_judged(region)) for region in regions()}
    off = [region for region, rules in judged.items() if not rules]
    broken = [(region, name) for region, rules in judged.items() for name, told in rules.items() if told == UNMET]
    ranked = issues([one for region, name in broken for one in _results(region, name)])
    rules = sum(len(told) for told in judged.values())
    head = f"{len(broken)} of {many(rules, 'rule')} of AWS Config are not met, by {many(len(ranked), 'resource')}."
    missing = f" AWS Config has no rules in {', '.join(off)}: nothing is checked there." if off else ""
    findings = tuple(_remediable(ranked))
    return observed(f"{head}{missing}", ranked, findings or (() if off else (quiet("rules_met", head),)))


def _remediable(ranked: Sequence[Issue]) -> Iterator[Finding]:
    """Yield findings, those of well-known controls with their pull request or with what a person should do."""
    where, code, left = homes(), cache(terraform), REMEDIED
    for issue in ranked:
        finding = Finding(code="rule_not_met", **told(issue))
        if not left or issue.control not in {*REMEDIES, *BY_HAND}:
            yield finding
            continue
        left -= 1
        try:
            yield replace(finding, remedy=proposed(issue, where, code))
        except ToolError as why:
            yield replace(finding, advice=str(why))


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
        exposed=exposes(canonical(rule)),
    )
