"""An opensre RDS case as the files of a world: instances, metrics, events, Performance Insights."""

import json
from typing import Any

from sandbox.evals.opensre_cases import BASE, Incident
from sandbox.slack.wire import Body


def rds_files(incident: Incident) -> dict[str, object]:
    """Return the world's files by path."""
    return {
        "rds/db_instances.json": {"DBInstances": _instances(incident)},
        "rds/events.json": {"Events": [_event(one) for one in incident.evidence("aws_rds_events").get("events", ())]},
        "cloudwatch/metrics.json": {"MetricDataResults": [_metric(one) for one in _metrics(incident)]},
        **_insights(incident.evidence("aws_performance_insights")),
    }


def _instances(incident: Incident) -> list[Body]:
    scenario, notes = incident.scenario, incident.alert.get("commonAnnotations", {})
    name = notes.get("db_instance_identifier") or scenario["db_instance_identifier"]
    shape = {
        "DBInstanceClass": scenario.get("instance_class", ""),
        "Engine": scenario.get("engine", "postgres"),
        "EngineVersion": str(scenario.get("engine_version", "")),
        "PerformanceInsightsEnabled": True,
    }
    primary: Body = {"DBInstanceIdentifier": name, **shape}
    replica = notes.get("read_replica") or _replica(incident, name)
    if not replica:
        return [primary]
    follower: Body = {"DBInstanceIdentifier": replica, **shape, "ReadReplicaSourceDBInstanceIdentifier": name}
    return [{**primary, "ReadReplicaDBInstanceIdentifiers": [replica]}, follower]


def _replica(incident: Incident, name: str) -> str:
    """Return the instance beside the primary that the case's own events and metrics name; empty if there is none."""
    told = {str(one["source_identifier"]) for one in incident.evidence("aws_rds_events").get("events", ())}
    metrics = incident.evidence("aws_cloudwatch_metrics").get("metric_data_results") or ()
    told |= {str(each["value"] if "value" in each else each["Value"]) for one in metrics for each in one["dimensions"]}
    return next((one for one in sorted(told) if one.startswith(f"{name}-")), "")


def _event(one: Body) -> Body:
    return {
        "Date": one["date"],
        "Message": one["message"],
        "SourceIdentifier": one["source_identifier"],
        "SourceType": one.get("source_type", "db-instance"),
        "EventCategories": one.get("event_categories", []),
    }


def _metrics(incident: Incident) -> list[Any]:
    told = incident.evidence("aws_cloudwatch_metrics").get("metric_data_results")
    if told is not None:
        return list(told)
    files = sorted((incident.folder.parent / BASE).glob("aws_cloudwatch_metrics_*.json"))
    read = [json.loads(file.read_text("utf-8")) for file in files]
    return [one for one in read if "values" in one]


def _metric(one: Body) -> Body:
    return {
        "Id": one["id"],
        "Label": one.get("label", one["metric_name"]),
        "Namespace": "AWS/RDS",
        "MetricName": one["metric_name"],
        "Dimensions": one.get("dimensions", []),
        "Stat": one.get("stat", "Average"),
        "Unit": one.get("unit", "None"),
        "StatusCode": "Complete",
        "Timestamps": one["timestamps"],
        "Values": one["values"],
    }


def _insights(told: Body) -> dict[str, object]:
    if not told.get("db_load"):
        return {}
    load = told["db_load"]
    points = [{"Timestamp": at, "Value": value} for at, value in zip(load["timestamps"], load["values"], strict=True)]
    keys = [_statement(one) for one in told.get("top_sql", ())] + [
        _wait(one) for one in told.get("top_wait_events", ())
    ]
    keys += [_maker("db.user.name", one["name"], one) for one in told.get("top_users", ())]
    keys += [_maker("db.host.id", one["id"], one) for one in told.get("top_hosts", ())]
    name = told["db_instance_identifier"]
    document = {
        "Identifier": name,
        "MetricList": [{"Key": {"Metric": "db.load.avg"}, "DataPoints": points}],
        "Keys": keys,
    }
    return {f"pi/{name}.json": document}


def _statement(one: Body) -> Body:
    return {"Dimensions": {"db.sql_tokenized.statement": one["statement"]}, "Total": one["db_load_avg"]}


def _wait(one: Body) -> Body:
    dimensions = {"db.wait_event.name": one["name"], "db.wait_event.type": one.get("type", "")}
    return {"Dimensions": dimensions, "Total": one["db_load_avg"]}


def _maker(dimension: str, name: str, one: Body) -> Body:
    return {"Dimensions": {dimension: name}, "Total": one["db_load_avg"]}
