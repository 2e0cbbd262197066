"""An ECS service: are its tasks there, why did they stop, can new ones be placed, and was it deployed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from tools.aws.client import ecs
from tools.aws.ecs_stops import FINDINGS as STOPS
from tools.aws.ecs_stops import stopped
from tools.aws.ecs_terms import DAY, RECENT, short
from tools.aws.wording import ago, clock
from tools.contract import Call, Finding, Observation, Role, ToolError
from tools.declare import reads

if TYPE_CHECKING:
    from types_boto3_ecs import ECSClient

FINDINGS = {
    **STOPS,
    "ecs_short": "An ECS service runs fewer tasks than it should.",
    "ecs_no_room": "ECS cannot place tasks: no instance or no Fargate capacity has room for them.",
    "ecs_deployed": "An ECS service was deployed in the last day.",
    "ecs_deployment_failed": "A deployment of an ECS service failed, or was rolled back by ECS.",
    "ecs_fine": "An ECS service runs all its tasks.",
}
CLUSTERS, TASKS = 20, 100
"""Clusters looked through where none is named, and tasks that one DescribeTasks takes:
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html"""

Service = Annotated[str, Field(min_length=1, max_length=255, description="name of an ECS service")]
Cluster = Annotated[str, Field(max_length=255, description="its cluster; empty to look in all")]


@reads(
    needs=(
        "ecs:ListClusters",
        "ecs:DescribeServices",
        "ecs:ListTasks",
        "ecs:DescribeTasks",
        "ecs:DescribeTaskDefinition",
    )
)
def aws_ecs_service(service: Service, cluster: Cluster = "") -> Observation:
    """Check an ECS service: tasks that run and should, why tasks stopped in the last hour, placement, deployments."""
    now = datetime.now(UTC)
    with ecs() as client:
        told = _service(client, service, cluster)
        ended = _stopped(client, told)
        logs = _log_groups(client, told)
    return Observation(_text(told, ended, now), analyze(told, ended, logs, now))


def analyze(told: Any, ended: Sequence[Any], logs: Sequence[str], now: datetime) -> tuple[Finding, ...]:
    """Return what ails a service: tasks missing, why they stopped, no room for more; and what was deployed."""
    name, runs, wants = told["serviceName"], told.get("runningCount", 0), told.get("desiredCount", 0)
    where = f"container_service/{name}"
    leads = tuple(Call("aws_log_errors", {"log_group": group}) for group in logs)
    stops = stopped(where, ended, whole=runs >= wants, leads=leads)
    found = [*stops, *_unplaced(where, told, now), *_deployments(where, told, now)]
    if runs < wants:
        said = f"ECS service {name} runs {runs} of {wants} tasks."
        return (Finding("ecs_short", where, said, "DescribeServices", 0.85, Role.SYMPTOM, _since(told, now)), *found)
    if any(one.role in {Role.CAUSE, Role.SYMPTOM} for one in found):
        return tuple(found)
    fine = f"ECS service {name} runs all of its {wants} tasks."
    return (Finding("ecs_fine", where, fine, "DescribeServices", 0.85, Role.HEALTHY), *found)


def _service(client: ECSClient, name: str, cluster: str) -> Any:
    """Return DescribeServices' structure.

    Raises:
        ToolError: There is no such service.
    """
    arns = [cluster] if cluster else client.list_clusters()["clusterArns"][:CLUSTERS]
    for arn in arns:
        told = client.describe_services(cluster=arn, services=[name])["services"]
        if active := [one for one in told if one.get("status") != "INACTIVE"]:
            return active[0]
    raise ToolError(f"There is no ECS service {name}{f' in cluster {cluster}' if cluster else ''}.")


def _stopped(client: ECSClient, told: Any) -> list[Any]:
    """Return the tasks that stopped; ECS remembers them for about an hour."""
    where = told["clusterArn"]
    listed = client.list_tasks(cluster=where, serviceName=told["serviceName"], desiredStatus="STOPPED")["taskArns"]
    return list(client.describe_tasks(cluster=where, tasks=listed[:TASKS])["tasks"]) if listed else []


def _log_groups(client: ECSClient, told: Any) -> list[str]:
    """Return the log groups that the service's containers write to."""
    if not told.get("taskDefinition"):
        return []
    held = client.describe_task_definition(taskDefinition=told["taskDefinition"])["taskDefinition"]
    options = (one.get("logConfiguration", {}).get("options", {}) for one in held.get("containerDefinitions", []))
    return list(dict.fromkeys(one["awslogs-group"] for one in options if "awslogs-group" in one))


def _unplaced(where: str, told: Any, now: datetime) -> Iterator[Finding]:
    """Yield that tasks find no place, if ECS said so lately and tasks are missing."""
    said = [each for each in told.get("events", []) if "unable to place a task" in each.get("message", "")]
    late = [each for each in said if now - each["createdAt"] <= RECENT]
    if not late or told.get("runningCount", 0) >= told.get("desiredCount", 0):
        return
    first = min(each["createdAt"] for each in late)
    yield Finding(
        code="ecs_no_room",
        subject=where,
        observed=f"ECS finds no place for tasks of {told['serviceName']} since {clock(first)}: "
        f"{short(late[0]['message'].partition('because ')[2] or late[0]['message'])}",
        pointer="DescribeServices, events",
        confidence=0.85,
        role=Role.CAUSE,
        since=first,
        leads_to=tuple(Call("aws_quotas", {"service": one}) for one in ("fargate", "ec2")),
        advice="Give the cluster capacity (more or larger instances), or ask less CPU and memory of the task.",
    )


def _deployments(where: str, told: Any, now: datetime) -> Iterator[Finding]:
    """Yield the deployment of the last day, and whether one failed."""
    for each in told.get("deployments", []):
        began, version = each.get("createdAt"), short(each.get("taskDefinition", "").rpartition("/")[2])
        if each.get("rolloutState") == "FAILED":
            said = f"The deployment of {version} failed: {short(each.get('rolloutStateReason', 'no reason given'))}"
            yield Finding("ecs_deployment_failed", where, said, "DescribeServices", 0.8, Role.SYMPTOM, began)
        if each.get("status") == "PRIMARY" and began and now - began <= DAY:
            yield Finding(
                code="ecs_deployed",
                subject=where,
                observed=f"{told['serviceName']} was deployed {ago(began, now)}: task definition {version}.",
                pointer="DescribeServices, deployments",
                confidence=0.75,
                role=Role.CHANGE,
                since=began,
                advice=f"Deploy the task definition before {version} again (`aws ecs update-service`).",
            )


def _since(told: Any, now: datetime) -> datetime | None:
    """Return when the service last was steady and no longer is, as its events tell; None if they do not."""
    said = sorted(told.get("events", []), key=lambda each: each["createdAt"])
    steady = [at for at, each in enumerate(said) if "steady state" in each.get("message", "")]
    after = said[steady[-1] + 1 :] if steady else []
    return after[0]["createdAt"] if after and now - after[0]["createdAt"] <= DAY else None


def _text(told: Any, ended: Sequence[Any], now: datetime) -> str:
    head = f"{told['serviceName']}: {told.get('runningCount', 0)} of {told.get('desiredCount', 0)} tasks run"
    rows = [f"{ago(each['createdAt'], now)}: {short(each.get('message', ''))}" for each in told.get("events", [])[:10]]
    stops = [f"stopped: {short(each.get('stoppedReason', 'no reason given'))}" for each in ended[:10]]
    return "\n".join([head, *rows, *stops])
