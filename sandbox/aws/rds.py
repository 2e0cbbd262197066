"""RDS: instances, clusters, events and parameters."""

from __future__ import annotations

from datetime import timedelta

from sandbox.aws.errors import AwsError
from sandbox.aws.paging import next_page, page
from sandbox.aws.present import Present
from sandbox.aws.wire import Params

SIZE = 100
"""https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstances.html: default MaxRecords."""

LAST_HOUR = timedelta(minutes=60)
"""https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEvents.html: default Duration."""


def describe_instances(now: Present, params: Params) -> Params:
    """Return the instances, or the one that is named by identifier or ARN."""
    wanted = params.get("DBInstanceIdentifier")
    found = [
        each for each in now.estate.instances if wanted in {None, each["DBInstanceIdentifier"], each["DBInstanceArn"]}
    ]
    found = [
        each for each in found if _fits(each, params, {"db-instance-id": "DBInstanceIdentifier", "engine": "Engine"})
    ]
    if wanted and not found:
        raise AwsError("DBInstanceNotFound", f"DBInstance {wanted} not found.", 404)
    held, token = page(found, params.get("Marker"), params.get("MaxRecords", SIZE))
    return {"DBInstances": held, **next_page("Marker", token)}


def describe_clusters(now: Present, params: Params) -> Params:
    """Return the clusters, or the one that is named."""
    wanted = params.get("DBClusterIdentifier")
    found = [each for each in now.estate.clusters if wanted in {None, each["DBClusterIdentifier"]}]
    if wanted and not found:
        raise AwsError("DBClusterNotFoundFault", f"DBCluster {wanted} not found.", 404)
    held, token = page(found, params.get("Marker"), params.get("MaxRecords", SIZE))
    return {"DBClusters": held, **next_page("Marker", token)}


def describe_events(now: Present, params: Params) -> Params:
    """Return what happened, oldest first; in the last hour unless a time is named."""
    moment = now.clock.now()
    span = timedelta(minutes=params["Duration"]) if "Duration" in params else LAST_HOUR
    end = params.get("EndTime", moment)
    start = params.get("StartTime", end - span)
    categories = set(params.get("EventCategories", []))
    found = [
        event
        for event in now.estate.events
        if ("Date" not in event or start <= event["Date"] <= end)
        and event.get("SourceIdentifier") == params.get("SourceIdentifier", event.get("SourceIdentifier"))
        and event.get("SourceType") == params.get("SourceType", event.get("SourceType"))
        and (not categories or categories & set(event.get("EventCategories", [])))
    ]
    held, token = page(found, params.get("Marker"), params.get("MaxRecords", SIZE))
    return {"Events": held, **next_page("Marker", token)}


def describe_parameters(now: Present, params: Params) -> Params:
    """Return the parameters of a group that the world describes or an instance uses."""
    group = params["DBParameterGroupName"]
    used = {
        each.get("DBParameterGroupName") for one in now.estate.instances for each in one.get("DBParameterGroups", [])
    }
    if group not in now.estate.parameters and group not in used:
        raise AwsError("DBParameterGroupNotFound", f"DBParameterGroup {group} not found.", 404)
    held = now.estate.parameters.get(group, now.estate.parameters.get("", []))
    found = [each for each in held if each.get("Source") == params.get("Source", each.get("Source"))]
    kept, token = page(found, params.get("Marker"), params.get("MaxRecords", SIZE))
    return {"Parameters": kept, **next_page("Marker", token)}


def _fits(resource: Params, params: Params, members: dict[str, str]) -> bool:
    for wanted in params.get("Filters", []):
        if wanted["Name"] not in members:
            raise AwsError("InvalidParameterValue", f"Unrecognized filter name: {wanted['Name']}")
        if resource.get(members[wanted["Name"]]) not in wanted["Values"]:
            return False
    return True
