"""Load the AWS account of a world, leniently: every file says what it holds by its shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sandbox.aws.documents import Element, elements
from sandbox.aws.estate import Estate
from sandbox.aws.load_logs import log_events, written_events
from sandbox.aws.load_metrics import listed, metric_series
from sandbox.aws.series import Series
from sandbox.aws.shapes import conform
from sandbox.aws.wire import Params
from sandbox.world import World

FOLDERS = ("cloudwatch", "logs", "rds", "pi", "performance-insights")
"""The folders of a world that are read here; others belong to services served elsewhere."""


def load(world: World) -> Estate:
    """Return the account, every time in it moved from the world's to the served time.

    Raises:
        ValueError: Names the file and what is wrong with it.
    """
    estate = Estate(world.account, world.region)
    pending: list[Element] = []
    for where, document in _documents(world):
        if isinstance(document, str):
            name, events = written_events(where, document, world.now)
            estate.groups.setdefault(name, []).extend(events)
        else:
            pending += elements(document, where)
    for element in sorted(pending, key=lambda each: each.kind in {"metric", "load", "key"}):  # these need the others
        try:
            _add(estate, element)
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{element.where}: {error}") from error
    return _moved(estate, world.shift.by, world.shift.text)


def _documents(world: World) -> Iterator[tuple[str, object]]:
    for folder in FOLDERS:
        for name, document in world.aws.get(folder, {}).items():
            yield f"{folder}/{name}", document


def _add(estate: Estate, element: Element) -> None:
    match element.kind:
        case "alarm":
            estate.alarms.append(_alarm(estate, conform("cloudwatch", "MetricAlarm", element.value)))
        case "composite":
            estate.composites.append(_alarm(estate, conform("cloudwatch", "CompositeAlarm", element.value)))
        case "history":
            estate.history.append(conform("cloudwatch", "AlarmHistoryItem", element.value))
        case "metric":
            estate.metrics += metric_series(element, estate) or listed(element, estate)
        case "group" | "log" | "stream":
            for name, events in log_events(element):
                estate.groups.setdefault(name, []).extend(events)
        case _:
            _add_database(estate, element)


def _add_database(estate: Estate, element: Element) -> None:
    match element.kind:
        case "instance":
            estate.instances.append(_instance(estate, conform("rds", "DBInstance", element.value)))
        case "cluster":
            estate.clusters.append(conform("rds", "DBCluster", element.value))
        case "event":
            estate.events.append({"SourceType": "db-instance"} | conform("rds", "Event", element.value))
        case "parameter":
            group = str(element.around.get("DBParameterGroupName", element.value.get("DBParameterGroupName", "")))
            estate.parameters.setdefault(group, []).append(conform("rds", "Parameter", element.value))
        case "load":
            estate.loads.append(_load(element, estate))
        case "key":
            keys = estate.keys.setdefault(_resource(element, estate), [])
            keys.append(conform("pi", "DimensionKeyDescription", element.value))


def _alarm(estate: Estate, alarm: Params) -> Params:
    arn = f"arn:aws:cloudwatch:{estate.region}:{estate.account}:alarm:{alarm['AlarmName']}"
    return {"AlarmArn": arn, "StateValue": "OK", "ActionsEnabled": True} | alarm


def _instance(estate: Estate, instance: Params) -> Params:
    name = instance["DBInstanceIdentifier"]
    arn = f"arn:aws:rds:{estate.region}:{estate.account}:db:{name}"
    return {"DBInstanceArn": arn, "DBInstanceStatus": "available", "DbiResourceId": _resource_id(name)} | instance


def _resource_id(name: str) -> str:
    return "db-" + "".join(letter for letter in name.upper() if letter.isalnum()).ljust(26, "A")[:26]


def _load(element: Element, estate: Estate) -> Series:
    made = conform("pi", "MetricKeyDataPoints", element.value)
    key = made.get("Key") or {}
    points = [(each["Timestamp"].timestamp(), each["Value"]) for each in made.get("DataPoints", []) if "Value" in each]
    return Series(
        namespace=_resource(element, estate),
        name=str(key.get("Metric", "db.load.avg")),
        dimensions=tuple(sorted((key.get("Dimensions") or {}).items())),
        points=tuple(sorted(points)),
    )


def _resource(element: Element, estate: Estate) -> str:
    """Return the resource id a Performance Insights document is about: as it says, else as its file is named."""
    said = str(element.around.get("Identifier", ""))
    for instance in estate.instances:
        if said in {instance["DbiResourceId"], instance["DBInstanceIdentifier"]} or (
            not said and instance["DBInstanceIdentifier"] in element.where
        ):
            return str(instance["DbiResourceId"])
    if not said and estate.instances:
        return str(estate.instances[0]["DbiResourceId"])
    return said


def _moved(estate: Estate, shift: timedelta, text: Callable[[str], str]) -> Estate:
    """Return the account with all its times moved."""
    seconds = shift.total_seconds()
    move = _mover(shift, text)
    return Estate(
        account=estate.account,
        region=estate.region,
        alarms=move(estate.alarms),
        composites=move(estate.composites),
        history=move(estate.history),
        metrics=[_later(series, seconds) for series in estate.metrics],
        groups={
            name: [event.later(seconds, text) for event in _ordered(events)] for name, events in estate.groups.items()
        },
        instances=move(estate.instances),
        clusters=move(estate.clusters),
        events=sorted(move(estate.events), key=lambda event: str(event.get("Date", ""))),
        parameters=estate.parameters,
        loads=[_later(series, seconds) for series in estate.loads],
        keys=estate.keys,
    )


def _ordered(events: list[Any]) -> list[Any]:
    return sorted(events, key=lambda event: event.at)


def _later(series: Series, seconds: float) -> Series:
    moved = tuple((at + seconds, value) for at, value in series.points)
    return Series(series.namespace, series.name, series.dimensions, series.stat, series.unit, moved)


def _mover(shift: timedelta, text: Callable[[str], str]) -> Callable[[Any], Any]:
    def move(value: Any) -> Any:
        match value:
            case datetime():
                return value + shift
            case str():
                return text(value)
            case list():
                return [move(each) for each in value]
            case Mapping():
                return {key: move(each) for key, each in value.items()}
            case _:
                return value

    return move
