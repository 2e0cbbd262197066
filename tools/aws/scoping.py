"""Keeps AWS readings within the run's scope: requests that name something else are refused, lists are cut down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tools.scope import Kind, require, sees

ASKED: dict[str, Kind] = {
    "AlarmName": "alarms",
    "AlarmNames": "alarms",
    "DBInstanceIdentifier": "databases",
    "SourceIdentifier": "databases",
    "logGroupIdentifier": "log_groups",
    "logGroupIdentifiers": "log_groups",
    "logGroupName": "log_groups",
    "logGroupNames": "log_groups",
}
"""Parameters that name things, in whatever request."""

DIMENSIONS: dict[str, Kind] = {"DBInstanceIdentifier": "databases", "Namespace": "namespaces"}
"""Dimensions of metrics that name things; a metric with neither is of nothing that scopes know."""

LISTED: dict[str, tuple[str, Kind]] = {
    "AlarmHistoryItems": ("AlarmName", "alarms"),
    "CompositeAlarms": ("AlarmName", "alarms"),
    "DBInstances": ("DBInstanceIdentifier", "databases"),
    "Events": ("SourceIdentifier", "databases"),
    "MetricAlarms": ("AlarmName", "alarms"),
    "logGroups": ("logGroupName", "log_groups"),
}
"""Lists in answers, with what names their items."""


def kept_in_scope(client: Any) -> Any:
    """Return the client, which from now on asks what the calling run may see."""
    client.meta.events.register("provide-client-params", _asking)
    client.meta.events.register("after-call", _answered)
    return client


def _asking(params: Mapping[str, object], **_: object) -> None:
    for kind, name in _named(params):
        require(kind, name)


def _answered(parsed: dict[str, Any], **_: object) -> None:
    for key, (field, kind) in LISTED.items():
        if isinstance(parsed.get(key), list):
            parsed[key] = [item for item in parsed[key] if sees(kind, str(item.get(field, "")))]


def _named(value: object) -> Iterator[tuple[Kind, str]]:
    """Yield what a request names, however deep."""
    match value:
        case {"Name": str(name), "Value": str(told)} if name in DIMENSIONS:
            yield DIMENSIONS[name], told
        case Mapping():
            for key, inner in value.items():
                yield from ((ASKED[key], each) for each in _names(inner)) if key in ASKED else _named(inner)
        case list() | tuple():
            for inner in value:
                yield from _named(inner)


def _names(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]
