"""EventBridge's events as plain alerts: alarms, findings, cost anomalies, Health, and any other; pure."""

from collections.abc import Callable, Iterator
from typing import cast

from bot.intake.paths import at, objects, said
from tools.contract import JsonObject

_GUARDDUTY = ((9.0, "P1"), (7.0, "P2"), (4.0, "P3"), (0.0, "P4"))
"""https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html"""
_ASFF = ((90.0, "P1"), (70.0, "P2"), (40.0, "P3"), (0.0, "P4"))
"""Severity.Normalized: https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html"""
_CLOSED = {"RESOLVED", "SUPPRESSED"}
_IDS = (
    *("instance-id", "instance_id", "instanceId", "SourceIdentifier", "bucket.name", "s3ObjectDetails.bucketName"),
    *("resourcesAffected.s3Bucket.name", "resourceArn", "resource_id", "stateMachineArn", "project-name", "budgetName"),
    *("AutoScalingGroupName", "clusterArn", "name", "jobName", "pipeline", "resourceId", "group"),
    *("DBInstanceIdentifier", "volume-id", "functionName", "queueName", "streamName"),
)
_DONE = frozenset({"completed", "succeeded", "success", "ok"})
_UNDERWAY = frozenset(
    {"in_progress", "running", "started", "pending", "created", "queued", "submitted", "provisioning", "activating"}
)
_MEANT = frozenset({"serviceschedulerinitiated", "userinitiated"})
"""Why ECS stops tasks that nobody misses: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html"""
_SUSPECTS = (
    *("instanceDetails.instanceId", "s3BucketDetails.0.name", "eksClusterDetails.name", "lambdaDetails.functionName"),
    *("rdsDbInstanceDetails.dbInstanceIdentifier", "accessKeyDetails.userName"),
)
"""Where GuardDuty names what a finding is about."""
Told = Iterator[tuple[str, object]]


def event(body: JsonObject) -> Told:
    """Yield what an event says, by its detail type."""
    kind = said(body.get("detail-type"))
    read = next((read for word, read in _KINDS if word in kind.lower()), _any)
    source, told = read(body, cast("JsonObject", body["detail"]))
    shared = {"region": body.get("region"), "account": body.get("account"), "eventid": body.get("id")}
    yield source, {"time": body.get("time")} | shared | told


def finding_events(body: JsonObject) -> Told:
    """Yield the findings that Security Hub sends, each by itself."""
    for one in objects(at(body, "detail.findings")):
        began = one.get("FirstObservedAt") or one.get("CreatedAt") or body.get("time")
        yield _product(one), (_ocsf(one) if "finding_info" in one else _asff(one)) | {"time": began}


def anomaly(body: JsonObject) -> Told:
    """Yield a cost anomaly as SNS carries it: what EventBridge has as its detail, with a link.

    https://docs.aws.amazon.com/cost-management/latest/userguide/ad-SNS.html
    """
    source, told = _cost({}, body)
    yield source, told | {"MessageId": body.get("MessageId"), "account": body.get("accountId")}


def _product(one: JsonObject) -> str:
    """Return who found it: a threat that GuardDuty saw is one by whichever way it comes, and not a posture."""
    made = said(one.get("ProductArn")) or said(at(one, "metadata.product.uid"))
    return "guardduty" if made.endswith("/guardduty") else "securityhub"


def _ocsf(one: JsonObject) -> JsonObject:
    """Return a finding of the newer Security Hub, which speaks OCSF.

    https://schema.ocsf.io/classes/compliance_finding
    """
    over = {said(one.get("status")).upper(), said(at(one, "compliance.status")).upper()} & (_CLOSED | {"PASS"})
    return {
        "name": at(one, "finding_info.title"),
        "state": "resolved" if over else "firing",
        "severity": one.get("severity"),
        "resource": at(one, "resources.0.uid"),
        "key": at(one, "finding_info.uid"),
        "description": at(one, "finding_info.desc"),
        "link": at(one, "remediation.references.0"),
        "account": at(one, "cloud.account.uid"),
        "types": at(one, "finding_info.types"),
    }


def _asff(one: JsonObject) -> JsonObject:
    status, passed = said(at(one, "Workflow.Status")).upper(), said(at(one, "Compliance.Status")).upper() == "PASSED"
    over = status in _CLOSED or passed or said(one.get("RecordState")).upper() == "ARCHIVED"
    label = said(at(one, "Severity.Label"))
    return {
        "name": one.get("Title"),
        "state": "resolved" if over else "firing",
        "severity": label or _scaled(at(one, "Severity.Normalized"), _ASFF),
        "resource": at(one, "Resources.0.Id"),
        "key": one.get("Id"),
        "description": one.get("Description"),
        "link": one.get("SourceUrl") or at(one, "Remediation.Recommendation.Url"),
        "account": one.get("AwsAccountId"),
        "generator": one.get("GeneratorId"),
        "types": one.get("Types"),
    }


def _alarm(body: JsonObject, detail: JsonObject) -> tuple[str, JsonObject]:
    measured = (at(one, "metricStat.metric.dimensions") for one in objects(at(detail, "configuration.metrics")))
    sizes = next((one for one in measured if isinstance(one, dict) and one), {})
    name = said(detail.get("alarmName"))
    return "cloudwatch", {
        "name": name,
        "state": at(detail, "state.value"),
        "resource": next(filter(None, map(said, sizes.values())), ""),
        "service": sizes.get("ServiceName"),
        "time": at(detail, "state.timestamp") or body.get("time"),
        "key": said(at(body, "resources.0")) or name,
        "reason": at(detail, "state.reason"),
        "description": at(detail, "configuration.description"),
        "dimensions": sizes,
    }


def _guardduty(body: JsonObject, detail: JsonObject) -> tuple[str, JsonObject]:
    if "scanStatus" in detail:
        return _malware(body, detail)
    return "guardduty", {
        "name": said(detail.get("title")) or said(detail.get("type")),
        "severity": _scaled(detail.get("severity"), _GUARDDUTY),
        "state": "resolved" if at(detail, "service.archived") is True else "firing",
        "resource": next(filter(None, (said(at(detail, f"resource.{path}")) for path in _SUSPECTS)), ""),
        "time": at(detail, "service.eventFirstSeen") or detail.get("createdAt") or body.get("time"),
        "key": said(detail.get("arn")) or said(detail.get("id")),
        "description": detail.get("description"),
        "type": detail.get("type"),
        "count": at(detail, "service.count"),
        "account": detail.get("accountId"),
    }


def _malware(_body: JsonObject, detail: JsonObject) -> tuple[str, JsonObject]:
    result = said(at(detail, "scanResultDetails.scanResultStatus"))
    threats = ", ".join(said(one.get("name")) for one in objects(at(detail, "scanResultDetails.threats")))
    bucket, key = said(at(detail, "s3ObjectDetails.bucketName")), said(at(detail, "s3ObjectDetails.objectKey"))
    return "guardduty", {
        "name": f"GuardDuty malware scan: {result.replace('_', ' ').lower()}",
        "severity": "high" if result == "THREATS_FOUND" else "low",
        "state": "resolved" if result == "NO_THREATS_FOUND" else "firing",
        "resource": "/".join(filter(None, (bucket, key))) or said(at(detail, "resourceType")),
        "description": threats,
    }


def _cost(body: JsonObject, detail: JsonObject) -> tuple[str, JsonObject]:
    cause = at(detail, "rootCauses.0")
    return "cost-anomaly", {
        "name": f"Cost anomaly: {said(detail.get('monitorName')) or said(at(cause, 'service')) or 'unusual spend'}",
        "severity": "medium",
        "resource": said(detail.get("dimensionValue")) or said(at(cause, "service")) or said(at(body, "resources.0")),
        "time": detail.get("anomalyStartDate") or body.get("time"),
        "key": detail.get("anomalyId"),
        "link": detail.get("anomalyDetailsLink"),
        "impact_usd": at(detail, "impact.totalImpact"),
        "usage_type": at(cause, "usageType"),
    }


def _health(body: JsonObject, detail: JsonObject) -> tuple[str, JsonObject]:
    issue = said(detail.get("eventTypeCategory"))
    return "health", {
        "name": said(detail.get("eventTypeCode")) or "AWS Health event",
        "state": "resolved" if said(detail.get("statusCode")) == "closed" else "firing",
        "severity": {"issue": "high", "investigation": "medium"}.get(issue, "info"),
        "resource": said(at(detail, "affectedEntities.0.entityValue")) or said(at(body, "resources.0")),
        "service": "",
        "aws_service": detail.get("service"),
        "time": detail.get("startTime") or body.get("time"),
        "key": detail.get("eventArn"),
        "description": at(detail, "eventDescription.0.latestDescription"),
    }


def _any(body: JsonObject, detail: JsonObject) -> tuple[str, JsonObject]:
    """Return what any other event says: its title or type is its name, what it is about its resource."""
    known = next(filter(None, (said(at(detail, path)) for path in _IDS)), "")
    stated = _stated(detail)
    resource = said(at(body, "resources.0")) or known
    return said(body.get("source")).removeprefix("aws.") or "eventbridge", {
        "name": said(detail.get("title")) or body.get("detail-type"),
        "state": "resolved" if _over(detail, stated) else "firing",
        "status": stated,
        "severity": _graded(detail, stated),
        "resource": resource,
        "service": _ecs_service(said(detail.get("group")), resource),
        "key": said(detail.get("findingArn")),
        "detail": detail,
    }


def _stated(detail: JsonObject) -> str:
    names = ("state", "status", "lastStatus", "build-status", "jobStatus")
    return next(filter(None, (said(detail.get(name)) for name in names)), "")


def _over(detail: JsonObject, stated: str) -> bool:
    """Tell whether all is well: work that succeeded, a finding that is closed; what stopped only happened."""
    closed = "findingArn" in detail and stated.lower() in {"closed", "suppressed"}
    return closed or detail.get("archived") is True or stated.lower() in _DONE


def _graded(detail: JsonObject, stated: str) -> object:
    """Return how bad it is, in the event's own words; work that goes on, and tasks meant to stop, are news only."""
    code = said(detail.get("stopCode")).lower()
    if code in _MEANT or (not code and stated.lower() in _UNDERWAY):
        return "info"
    grades = (detail.get("severity"), at(detail, "severity.description"), at(detail, "severity.label"))
    last = (detail.get("eventType"), stated if stated in {"WARN", "ERROR"} else "")
    return next((one for one in (*grades, *last) if isinstance(one, str) and one), "")


def _ecs_service(group: str, resource: str) -> str:
    """Return the ECS service that a task or an event belongs to."""
    _, found, path = resource.partition(":service/")
    return path.rpartition("/")[2] if found else group.removeprefix("service:") if group.startswith("service:") else ""


_KINDS: tuple[tuple[str, Callable[[JsonObject, JsonObject], tuple[str, JsonObject]]], ...] = (
    ("alarm state change", _alarm),
    ("guardduty", _guardduty),
    ("anomaly detected", _cost),
    ("cost anomaly", _cost),
    ("aws health", _health),
)


def _scaled(value: object, scale: tuple[tuple[float, str], ...]) -> str:
    """Return P1 to P4 for a number on a scale."""
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
    return next((level for least, level in scale if number is not None and number >= least), "")
