"""CloudWatch's alarms: DescribeAlarms, DescribeAlarmsForMetric, DescribeAlarmHistory."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.aws.errors import AwsError
from sandbox.aws.paging import next_page, page
from sandbox.aws.present import Present
from sandbox.aws.wire import Params

SIZE = 50
"""https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html: default MaxRecords."""

UNSERVED = ("ChildrenOfAlarmName", "ParentsOfAlarmName")


def describe_alarms(now: Present, params: Params) -> Params:
    """Return the alarms that fit all filters, metric alarms unless composite ones are asked for."""
    if unserved := [name for name in UNSERVED if name in params]:
        raise AwsError("InvalidParameterValue", f"This sandbox does not serve {unserved[0]}.")
    types = params.get("AlarmTypes") or ["MetricAlarm"]
    metric = _filtered(now.alarms(), params) if "MetricAlarm" in types else []
    composite = _filtered(now.composites(), params) if "CompositeAlarm" in types else []
    found, token = page(metric + composite, params.get("NextToken"), params.get("MaxRecords", SIZE))
    return {
        "MetricAlarms": [alarm for alarm in found if "AlarmRule" not in alarm],
        "CompositeAlarms": [alarm for alarm in found if "AlarmRule" in alarm],
        **next_page("NextToken", token),
    }


def describe_alarms_for_metric(now: Present, params: Params) -> Params:
    """Return the alarms on exactly this metric."""
    wanted = (params["Namespace"], params["MetricName"], _pairs(params))
    found = [each for each in now.alarms() if (each.get("Namespace"), each.get("MetricName"), _pairs(each)) == wanted]
    return {
        "MetricAlarms": [
            each for each in found if each.get("Statistic") == params.get("Statistic", each.get("Statistic"))
        ]
    }


def describe_alarm_history(now: Present, params: Params) -> Params:
    """Return what happened to alarms, newest first unless asked otherwise."""
    types = params.get("AlarmTypes") or ["MetricAlarm"]
    found = [
        item
        for item in now.history()
        if item.get("AlarmName") == params.get("AlarmName", item.get("AlarmName"))
        and item.get("AlarmType", "MetricAlarm") in types
        and item.get("HistoryItemType") == params.get("HistoryItemType", item.get("HistoryItemType"))
        and _within(item, params)
    ]
    if params.get("ScanBy", "TimestampDescending") == "TimestampDescending":
        found.reverse()
    items, token = page(found, params.get("NextToken"), params.get("MaxRecords", SIZE))
    return {"AlarmHistoryItems": items, **next_page("NextToken", token)}


def _filtered(alarms: Iterable[Params], params: Params) -> list[Params]:
    names = params.get("AlarmNames")
    prefix = params.get("AlarmNamePrefix", "")
    state = params.get("StateValue")
    if names and prefix:
        raise AwsError("ValidationError", "AlarmNamePrefix and AlarmNames cannot be used together.")
    return sorted(
        (
            alarm
            for alarm in alarms
            if (not names or alarm["AlarmName"] in names)
            and alarm["AlarmName"].startswith(prefix)
            and (not state or alarm["StateValue"] == state)
        ),
        key=lambda alarm: str(alarm["AlarmName"]),
    )


def _within(item: Params, params: Params) -> bool:
    at = item.get("Timestamp")
    return at is None or (params.get("StartDate", at) <= at <= params.get("EndDate", at))


def _pairs(params: Params) -> list[tuple[str, str]]:
    return sorted((each["Name"], each["Value"]) for each in params.get("Dimensions", []))
