"""CloudWatch Logs: groups, streams, events and Logs Insights queries."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable

from sandbox.aws.errors import AwsError
from sandbox.aws.estate import LogEvent
from sandbox.aws.log_patterns import pattern
from sandbox.aws.paging import next_page, page
from sandbox.aws.present import Present
from sandbox.aws.wire import Params

SIZE = 50
"""https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html: default limit."""

TOO_OLD, TOO_NEW = 14 * 86_400_000, 2 * 3_600_000
"""Milliseconds, as PutLogEvents documents them."""

EVENTS_SIZE = 10_000
"""https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html: default limit."""


def describe_log_groups(now: Present, params: Params) -> Params:
    """Return the log groups by prefix or part of the name."""
    prefix, part = params.get("logGroupNamePrefix", ""), params.get("logGroupNamePattern", "")
    if prefix and part:
        raise AwsError("InvalidParameterException", "logGroupNamePrefix and logGroupNamePattern exclude each other.")
    names = sorted(name for name in now.estate.groups if name.startswith(prefix) and part.lower() in name.lower())
    found, token = page(names, params.get("nextToken"), params.get("limit", SIZE))
    return {"logGroups": [_group(now, name) for name in found], **next_page("nextToken", token)}


def describe_log_streams(now: Present, params: Params) -> Params:
    """Return the streams of a group, by name or by the last event."""
    events = now.estate.groups[group_of(now, params)]
    prefix = params.get("logStreamNamePrefix", "")
    streams = [_stream(name, list(held)) for name, held in _by_stream(events) if name.startswith(prefix)]
    by_time = params.get("orderBy") == "LastEventTime"
    streams.sort(key=lambda each: each["lastEventTimestamp"] if by_time else each["logStreamName"])
    if params.get("descending"):
        streams.reverse()
    found, token = page(streams, params.get("nextToken"), params.get("limit", SIZE))
    return {"logStreams": found, **next_page("nextToken", token)}


def filter_log_events(now: Present, params: Params) -> Params:
    """Return the events that fit a filter pattern, oldest first."""
    fits = pattern(params.get("filterPattern", ""))
    streams, prefix = params.get("logStreamNames"), params.get("logStreamNamePrefix", "")
    held = [
        event
        for event in between(now.estate.groups[group_of(now, params)], params)
        if (not streams or event.stream in streams) and event.stream.startswith(prefix) and fits(event.message)
    ]
    found, token = page(held, params.get("nextToken"), params.get("limit", EVENTS_SIZE))
    events = [_event(event) | {"logStreamName": event.stream, "eventId": event.id} for event in found]
    return {"events": events, "searchedLogStreams": [], **next_page("nextToken", token)}


def get_log_events(now: Present, params: Params) -> Params:
    """Return the events of one stream: the newest unless startFromHead; tokens lead forward and backward."""
    held = [each for each in now.estate.groups[group_of(now, params)] if each.stream == params["logStreamName"]]
    if not held and (group_of(now, params), params["logStreamName"]) not in now.estate.streams:
        raise AwsError("ResourceNotFoundException", "The specified log stream does not exist.")
    events = list(between(held, params))
    size = params.get("limit", EVENTS_SIZE)
    start = 0 if params.get("startFromHead") else max(0, len(events) - size)
    match str(params.get("nextToken", "")).partition("/"):
        case ("f", _, at) if at.isdigit():
            start = min(int(at), len(events))
        case ("b", _, at) if at.isdigit():
            start, size = max(0, int(at) - size), min(size, int(at))
    end = min(start + size, len(events))
    found = [_event(event) for event in events[start:end]]
    return {"events": found, "nextForwardToken": f"f/{end}", "nextBackwardToken": f"b/{start}"}


def create_log_stream(now: Present, params: Params) -> Params:
    """Make a stream, which holds nothing until events are put."""
    name = params["logStreamName"]
    group = group_of(now, params)
    if (group, name) in now.estate.streams or any(event.stream == name for event in now.estate.groups[group]):
        raise AwsError("ResourceAlreadyExistsException", "The specified log stream already exists")
    now.estate.streams.add((group, name))
    return {}


def put_log_events(now: Present, params: Params) -> Params:
    """Keep events in the order they come in.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
    """
    at = now.clock.time() * 1000
    events = params["logEvents"]
    if any(not at - TOO_OLD <= event["timestamp"] <= at + TOO_NEW for event in events):
        raise AwsError("InvalidParameterException", "Log events must be of the last 14 days, and not of the future.")
    held = now.estate.groups[group_of(now, params)]
    stream = params["logStreamName"]
    held.extend(LogEvent(each["timestamp"], stream, each["message"], str(uuid.uuid4())) for each in events)
    return {"nextSequenceToken": "0"}


def group_of(now: Present, params: Params) -> str:
    """Return the group that parameters name.

    Raises:
        AwsError: There is none.
    """
    said = str(params.get("logGroupIdentifier") or params.get("logGroupName") or "")
    name = said.removesuffix(":*").partition(":log-group:")[2] or said
    if name not in now.estate.groups:
        raise AwsError("ResourceNotFoundException", "The specified log group does not exist.")
    return name


def between(events: Iterable[LogEvent], params: Params) -> Iterable[LogEvent]:
    """Return the events from `startTime` to `endTime`, milliseconds."""
    start, end = params.get("startTime", 0), params.get("endTime")
    return (event for event in events if event.at >= start and (end is None or event.at <= end))


def _group(now: Present, name: str) -> Params:
    arn = f"arn:aws:logs:{now.estate.region}:{now.estate.account}:log-group:{name}"
    events = now.estate.groups[name]
    size = sum(len(event.message) for event in events)
    created = events[0].at if events else 0
    return {"logGroupName": name, "arn": f"{arn}:*", "logGroupArn": arn, "creationTime": created, "storedBytes": size}


def _by_stream(events: list[LogEvent]) -> Iterable[tuple[str, Iterable[LogEvent]]]:
    return itertools.groupby(sorted(events, key=lambda event: (event.stream, event.at)), key=lambda event: event.stream)


def _stream(name: str, events: list[LogEvent]) -> Params:
    first, last = events[0].at, events[-1].at
    return {"logStreamName": name, "firstEventTimestamp": first, "lastEventTimestamp": last, "creationTime": first}


def _event(event: LogEvent) -> Params:
    return {"timestamp": event.at, "ingestionTime": event.at, "message": event.message}
