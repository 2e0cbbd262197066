"""Read what Security Hub reports: a finding in its own format becomes ours, or nothing if it is closed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from tools.security.controls import canonical, exposes
from tools.security.records import SecurityFinding, Severity, severity_of

OPEN_STATES = frozenset({"NEW", "NOTIFIED", "ASSIGNED", "IN_PROGRESS", "DEFERRED"})
"""Workflow states in which somebody still has to do something; the last three are of the retired WorkflowState.

https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Workflow.html
"""
CLOSED_CHECKS = frozenset({"PASSED", "NOT_AVAILABLE"})
"""Results that are no failure: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Compliance.html"""

NUMBERED = "cis-aws-foundations-benchmark/v/"
ACTION, UNTIL, BY = "infraAction", "infraUntil", "infra"
"""What we write on a finding set aside: by which approval, until which day (user-defined fields), and who notes it."""

NAMES = ("GroupName", "Name", "DbInstanceIdentifier", "DBInstanceIdentifier", "FunctionName", "UserName", "TrailName")
"""Members of a resource's details that name it."""


def is_open(told: Mapping[str, Any]) -> bool:
    """Tell whether a finding asks somebody to do something: not passed, archived, suppressed or resolved."""
    workflow = (told.get("Workflow") or {}).get("Status") or told.get("WorkflowState") or "NEW"
    return (
        told.get("RecordState", "ACTIVE") == "ACTIVE"
        and workflow in OPEN_STATES
        and (told.get("Compliance") or {}).get("Status") not in CLOSED_CHECKS
    )


def open_finding(told: Mapping[str, Any], today: date | None = None) -> SecurityFinding | None:
    """Return an open finding in our shape, None for one that is closed; one whose time aside is over is open again."""
    aside = not is_open(told)
    if aside and not is_over(told, today or datetime.now(UTC).date()):
        return None
    resource: Mapping[str, Any] = next(iter(told.get("Resources") or ()), {})
    return SecurityFinding(
        id=told["Id"],
        product=told.get("ProductArn", ""),
        control=control_id(told),
        title=told.get("Title", ""),
        resource=resource.get("Id", told.get("AwsAccountId", "")),
        kind=resource.get("Type", ""),
        account=told.get("AwsAccountId", ""),
        region=resource.get("Region") or told.get("Region", ""),
        severity=severity(told),
        since=moment(told.get("FirstObservedAt") or told.get("CreatedAt") or told.get("UpdatedAt")),
        updated=told.get("UpdatedAt", ""),
        exposed=exposes(control_id(told)),
        names=tuple(names(resource)),
        aside_until=str((told.get("UserDefinedFields") or {}).get(UNTIL, "")) if aside else "",
    )


def names(resource: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a resource is called beside its ARN."""
    if name := (resource.get("Tags") or {}).get("Name"):
        yield str(name)
    for details in (resource.get("Details") or {}).values():
        if isinstance(details, dict):
            yield from (str(details[key]) for key in NAMES if isinstance(details.get(key), str))


def is_over(told: Mapping[str, Any], today: date) -> bool:
    """Tell whether a finding was set aside from here until a day that has passed."""
    until = str((told.get("UserDefinedFields") or {}).get(UNTIL, ""))
    aside = (told.get("Workflow") or {}).get("Status") == "SUPPRESSED" and bool(until) and until < today.isoformat()
    return aside and is_open({**told, "Workflow": {"Status": "NEW"}, "WorkflowState": "NEW"})


def control_id(told: Mapping[str, Any]) -> str:
    """Return the id of the control that failed, by its one name; the kind of finding where there is no control.

    Where it stands has moved over the years:
    https://docs.aws.amazon.com/securityhub/latest/userguide/asff-changes-consolidation.html
    """
    if consolidated := (told.get("Compliance") or {}).get("SecurityControlId"):
        return str(consolidated)
    fields, generator = told.get("ProductFields") or {}, str(told.get("GeneratorId", ""))
    if NUMBERED in generator:  # its fields have the number only, which is another control's in another version
        return canonical(generator)
    if named := fields.get("ControlId") or fields.get("RuleId") or fields.get("aws/config/ConfigRuleName"):
        return canonical(str(named))
    if "/" in generator and ":detector/" not in generator:
        return canonical(generator)
    kinds = told.get("Types") or [generator]
    return str(kinds[0]).rpartition("/")[2] if ":detector/" in generator else generator or str(kinds[0])


def severity(told: Mapping[str, Any]) -> Severity:
    """Return the severity: by its label, else by the number, else as the product gave it."""
    given = told.get("Severity") or {}
    offered = (told.get("FindingProviderFields") or {}).get("Severity") or {}
    number = given.get("Normalized")
    labels = (given.get("Label"), *(() if number is not None else (offered.get("Label"), given.get("Original"))))
    known = (Severity.__members__.get(str(label).upper()) for label in labels)
    return next((one for one in known if one is not None), severity_of(float(number or 0)))


def moment(text: str | None) -> datetime:
    """Return a time as Security Hub writes it (UTC)."""
    found = datetime.fromisoformat(text) if text else datetime.now(UTC)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
