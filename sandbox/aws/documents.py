"""Recognize what a world's document holds by the API's member names, or by the keys of its elements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

MEMBERS = {
    "MetricAlarms": "alarm",
    "CompositeAlarms": "composite",
    "AlarmHistoryItems": "history",
    "MetricDataResults": "metric",
    "Metrics": "metric",
    "logGroups": "group",
    "logStreams": "stream",
    "events": "log",
    "logEvents": "log",
    "DBInstances": "instance",
    "DBClusters": "cluster",
    "Events": "event",
    "Parameters": "parameter",
    "MetricList": "load",
    "Keys": "key",
}
"""Members of API responses, and what their elements are."""

SIGNS = (
    ({"AlarmName", "HistoryItemType"}, "history"),
    ({"AlarmName", "AlarmRule"}, "composite"),
    ({"AlarmName"}, "alarm"),
    ({"Timestamps", "Values"}, "metric"),
    ({"Datapoints"}, "metric"),
    ({"MetricName"}, "metric"),
    ({"DBInstanceIdentifier"}, "instance"),
    ({"DBClusterIdentifier"}, "cluster"),
    ({"SourceIdentifier", "Message"}, "event"),
    ({"ParameterName"}, "parameter"),
    ({"Key", "DataPoints"}, "load"),
    ({"Dimensions", "Total"}, "key"),
    ({"logGroupName"}, "group"),
    ({"logStreamName", "firstEventTimestamp"}, "stream"),
    ({"message"}, "log"),
)
"""Keys that an element of a bare list must have, most telling first."""


@dataclass(frozen=True)
class Element:
    """One thing a document holds.

    Attributes:
        kind: What it is: alarm, composite, history, metric, group, stream, log, instance, cluster, event, …
        value: The element itself.
        around: The document's other members, which name what all elements share.
        where: The file it stands in.
    """

    kind: str
    value: Mapping[str, object]
    around: Mapping[str, object] = field(default_factory=dict)
    where: str = ""


def elements(document: object, where: str) -> Iterator[Element]:
    """Yield what a document holds.

    Raises:
        ValueError: The document is like no API response.
    """
    if document is None or document == {}:
        return
    match document:
        case list() if document and all(_is_datapoint(each) for each in document):
            yield Element("metric", {"Datapoints": document}, {}, where)
        case list():
            for each in document:
                yield from elements(each, where) if isinstance(each, dict) else [_sign(each, {}, where)]
        case dict() if _sections(document):
            yield from _members(document, where)
        case dict() if document and all(str(name).startswith("/") for name in document):
            yield from (
                Element("group", {"logGroupName": name, "events": held}, {}, where) for name, held in document.items()
            )
        case dict():
            yield _sign(document, {}, where)
        case _:
            raise ValueError(f"{where}: expected an API response, found {type(document).__name__}.")


def _is_datapoint(value: object) -> bool:
    """Tell a GetMetricStatistics data point; an alarm's history has times too, but says whose."""
    return isinstance(value, dict) and "Timestamp" in value and "AlarmName" not in value


def _sections(document: Mapping[str, object]) -> list[str]:
    return [name for name in MEMBERS if isinstance(document.get(name), list) and not _is_one_alarm(document)]


def _is_one_alarm(document: Mapping[str, object]) -> bool:
    """Tell an alarm on metric math, whose own member is also called Metrics."""
    return "AlarmName" in document


def _members(document: Mapping[str, object], where: str) -> Iterator[Element]:
    around = {name: value for name, value in document.items() if name not in MEMBERS}
    for section in _sections(document):
        held = document[section]
        for value in held if isinstance(held, list) else []:
            if not isinstance(value, dict):
                raise ValueError(f"{where}: {section} must hold objects, found {type(value).__name__}.")  # noqa: TRY004 - a world's file is data
            yield Element(MEMBERS[section], value, around, where)


def _sign(value: object, around: Mapping[str, object], where: str) -> Element:
    if isinstance(value, dict):
        for keys, kind in SIGNS:
            if keys <= value.keys():
                return Element(kind, value, around, where)
    known = ", ".join(MEMBERS)
    raise ValueError(f"{where}: this is like no API response; expected one with a member of {known}.")
