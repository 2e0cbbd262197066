"""AWS's envelopes, opened: SNS, SQS and Lambda records, alarms, log events, Config and the rest; pure."""

import base64
import binascii
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import cast

from bot.intake.events import anomaly, event, finding_events
from bot.intake.paths import at, objects, said
from tools.contract import JsonObject

UMBRELLAS = frozenset({"", "aws", "sns", "sqs", "eventbridge", "cloudwatch"})
"""Names under which AWS's own senders arrive; what they carry says what it is."""
_DEEPEST = 5
_LARGEST = 1_000_000
"""Bytes that a compressed log event may open to."""


def unwrapped(source: str, payload: object, depth: int = 0) -> Iterator[tuple[str, object]]:
    """Yield the alerts within envelopes, each with its source; what is no envelope is yielded as it is."""
    payload = _json(payload) or payload if isinstance(payload, str) else payload
    body = payload if isinstance(payload, Mapping) else {}
    for fits, opened in _ENVELOPES:
        if depth < _DEEPEST and source in UMBRELLAS and fits(body):
            for name, inner in opened(cast("JsonObject", body)):
                yield from unwrapped(name or source, inner, depth + 1)
            return
    yield source, payload


Opened = Iterator[tuple[str, object]]


def _records(body: JsonObject) -> Opened:
    for record in objects(body["Records"]):
        yield "", record.get("Sns") or record.get("kinesis") or record.get("body") or _record(record)


def _record(record: JsonObject) -> JsonObject:
    name = said(record.get("eventName")) or said(record.get("eventSource"))
    return record | {"name": f"{said(record.get('eventSource'))} {name}".strip()}


def _notification(body: JsonObject) -> Opened:
    """Open an SNS message: what it carries, else its subject and words."""
    message = _json(body.get("Message"))
    if isinstance(message, dict) and message:
        shared = {"MessageId": body.get("MessageId"), "delivered": body.get("Timestamp")}
        yield "", message | {key: value for key, value in shared.items() if value and key not in message}
    else:
        words = said(body.get("Message"))
        name = said(body.get("Subject")) or words.partition("\n")[0]
        about = {"resource": said(body.get("TopicArn")).rpartition(":")[2], "time": body.get("Timestamp")}
        yield "sns", {"name": name, "message": words, "MessageId": body.get("MessageId"), **about}


def _alarm(body: JsonObject) -> Opened:
    """Open a CloudWatch alarm as SNS carries it; hand-made ones leave the trigger out."""
    trigger = body.get("Trigger")
    told = body | (cast("JsonObject", trigger) if isinstance(trigger, dict) else {})
    dimensions = {str(one.get("name")): one.get("value") for one in _measured(told)}
    about: JsonObject = {
        "name": body.get("AlarmName"),
        "state": body.get("NewStateValue"),
        "severity": body.get("Priority") or body.get("Severity") or body.get("severity"),
        "resource": next(filter(None, map(said, dimensions.values())), "") or said(body.get("Application")),
        "service": body.get("Application") or dimensions.get("ServiceName"),
        "time": body.get("StateChangeTime") or body.get("delivered"),
        "key": said(body.get("AlarmArn")) or said(body.get("AlarmName")),
        "reason": body.get("NewStateReason"),
        "description": body.get("AlarmDescription"),
        "metric": f"{said(told.get('Namespace'))} {said(told.get('MetricName'))}".strip(),
    }
    where = {"dimensions": dimensions, "region": body.get("Region"), "account": body.get("AWSAccountId")}
    yield "cloudwatch", about | where | {"MessageId": body.get("MessageId")}


def _measured(told: JsonObject) -> list[JsonObject]:
    """Return an alarm's dimensions; where it does sums over several metrics, those of the first that has any."""
    several = (at(one, "MetricStat.Metric.Dimensions") for one in objects(told.get("Metrics")))
    return next(filter(None, map(objects, (told.get("Dimensions"), *several))), [])


def _alarm_data(body: JsonObject) -> Opened:
    """Open the event with which CloudWatch calls a Lambda function."""
    yield (
        "",
        {
            "detail-type": "CloudWatch Alarm State Change",
            "detail": body.get("alarmData"),
            "resources": [body.get("alarmArn")],
            "time": body.get("time"),
            "region": body.get("region"),
            "account": body.get("accountId"),
        },
    )


def _logs(body: JsonObject) -> Opened:
    """Open the compressed log events of a subscription."""
    inner = _inflated(at(body, "awslogs.data") or body.get("data"))
    events = objects(inner.get("logEvents")) or [{}]
    yield (
        "cloudwatch",
        {
            "name": ", ".join(map(str, cast("list[object]", inner.get("subscriptionFilters") or []))) or "log events",
            "resource": inner.get("logGroup"),
            "time": events[0].get("timestamp"),
            "message": "\n".join(said(one.get("message")) for one in events[:20]),
        },
    )


def _config(body: JsonObject) -> Opened:
    """Open what Config calls a rule's function with."""
    inner = _json(body.get("invokingEvent"))
    item = at(inner, "configurationItem")
    about = cast("JsonObject", item) if isinstance(item, dict) else {}
    yield (
        "config",
        {
            "name": body.get("configRuleName"),
            "resource": about.get("resourceName") or about.get("resourceId"),
            "arn": about.get("ARN"),
            "type": about.get("resourceType"),
            "time": about.get("configurationItemCaptureTime") or at(inner, "notificationCreationTime"),
            "message": said(at(inner, "messageType")),
            "account": body.get("accountId"),
            "changed": at(inner, "configurationItemDiff.changedProperties"),
        },
    )


def _pipeline(body: JsonObject) -> Opened:
    job = cast("JsonObject", body["CodePipeline.job"])
    name = said(at(job, "data.actionConfiguration.configuration.FunctionName"))
    yield "codepipeline", {"name": f"CodePipeline job {name}".strip(), "resource": name, "key": job.get("id")}


def _rotation(body: JsonObject) -> Opened:
    secret = said(body.get("SecretId"))
    yield "secretsmanager", {"name": f"Secrets Manager rotation: {said(body.get('Step'))}", "resource": secret}


def _dms(body: JsonObject) -> Opened:
    """Open a DMS or RDS event notification, whose keys have blanks."""
    resource = body.get("SourceId") or body.get("Source ID")
    source = said(body.get("Event Source"))
    told: JsonObject = {"name": body.get("Event Message"), "resource": resource, "time": body.get("Event Time")}
    yield "rds" if source.startswith("db-") else "dms", told | {"link": body.get("Identifier Link"), "type": source}


_ENVELOPES: tuple[tuple[Callable[[Mapping[str, object]], bool], Callable[[JsonObject], Opened]], ...] = (
    (lambda body: isinstance(body.get("Records"), list) and bool(objects(body["Records"])), _records),
    (lambda body: "AlarmName" in body, _alarm),
    (
        lambda body: isinstance(body.get("Message"), dict) and "AlarmName" in cast("JsonObject", body["Message"]),
        _notification,
    ),
    (lambda body: body.get("Type") == "Notification" and "Message" in body, _notification),
    (lambda body: isinstance(body.get("alarmData"), dict), _alarm_data),
    (lambda body: "awslogs" in body or "kinesisSchemaVersion" in body, _logs),
    (lambda body: "invokingEvent" in body, _config),
    (lambda body: isinstance(body.get("CodePipeline.job"), dict), _pipeline),
    (lambda body: "SecretId" in body and "Step" in body, _rotation),
    (lambda body: "Event Message" in body, _dms),
    (lambda body: isinstance(at(body, "detail.findings"), list), finding_events),
    (lambda body: "anomalyId" in body and "impact" in body, anomaly),
    (lambda body: "detail-type" in body and isinstance(body.get("detail"), dict), event),
)


def _json(text: object) -> object:
    if isinstance(text, dict):
        return text
    try:
        return json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None


def _inflated(data: object) -> JsonObject:
    """Return the JSON in a gzip or zlib stream in base64, no more of it than is reasonable."""
    try:
        raw = base64.b64decode(data if isinstance(data, str) else "", validate=True)
        found = json.loads(zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(raw, _LARGEST))
    except (binascii.Error, zlib.error, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
