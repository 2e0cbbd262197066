"""ECS as a world wrote it: clusters, services, tasks that run or stopped, task definitions."""

from __future__ import annotations

from typing import Any

from sandbox.aws.errors import AwsError
from sandbox.aws.paging import next_page, page
from sandbox.aws.present import Present
from sandbox.aws.shapes import conform
from sandbox.aws.wire import Params
from sandbox.world import World

SIZE = 100
SHAPES = {"services": "Service", "tasks": "Task", "taskDefinitions": "TaskDefinition"}


class Containers:
    """The ECS of one account: `services`, `tasks` and `taskDefinitions` in a world's ecs/ folder."""

    def __init__(self, world: World) -> None:
        documents: Any = world.aws.get("ecs", {})
        held = {
            member: [
                conform("ecs", shape, world.shifted(each)) for doc in documents.values() for each in doc.get(member, [])
            ]
            for member, shape in SHAPES.items()
        }
        self._services, self._tasks, self._definitions = held.values()
        self.operations = {
            ("ecs", "ListClusters"): self.clusters,
            ("ecs", "ListServices"): self.names,
            ("ecs", "DescribeServices"): self.services,
            ("ecs", "ListTasks"): self.listed,
            ("ecs", "DescribeTasks"): self.tasks,
            ("ecs", "DescribeTaskDefinition"): self.definition,
        }

    def clusters(self, _now: Present, params: Params) -> Params:
        """Answer ListClusters: those that services are in."""
        found = list(dict.fromkeys(each["clusterArn"] for each in self._services))
        held, token = page(found, params.get("nextToken"), params.get("maxResults", SIZE))
        return {"clusterArns": held, **next_page("nextToken", token)}

    def names(self, _now: Present, params: Params) -> Params:
        """Answer ListServices of a cluster."""
        found = [
            each["serviceArn"] for each in self._services if _is(each["clusterArn"], params.get("cluster", "default"))
        ]
        held, token = page(found, params.get("nextToken"), params.get("maxResults", SIZE))
        return {"serviceArns": held, **next_page("nextToken", token)}

    def services(self, _now: Present, params: Params) -> Params:
        """Answer DescribeServices, the missing ones as failures."""
        inside = [each for each in self._services if _is(each["clusterArn"], params.get("cluster", "default"))]
        named = {name: [each for each in inside if _is(each["serviceArn"], name)] for name in params["services"]}
        missing = [{"arn": name, "reason": "MISSING"} for name, found in named.items() if not found]
        return {"services": [each for found in named.values() for each in found], "failures": missing}

    def listed(self, _now: Present, params: Params) -> Params:
        """Answer ListTasks of a service, those that run unless asked otherwise."""
        wanted, service = params.get("desiredStatus", "RUNNING"), params.get("serviceName", "")
        found = [
            each["taskArn"]
            for each in self._tasks
            if each.get("desiredStatus", "RUNNING") == wanted
            and _is(each["clusterArn"], params.get("cluster", "default"))
            and (not service or each.get("group") == f"service:{service}")
        ]
        held, token = page(found, params.get("nextToken"), params.get("maxResults", SIZE))
        return {"taskArns": held, **next_page("nextToken", token)}

    def tasks(self, _now: Present, params: Params) -> Params:
        """Answer DescribeTasks."""
        found = [each for each in self._tasks if any(_is(each["taskArn"], name) for name in params["tasks"])]
        return {"tasks": found, "failures": []}

    def definition(self, _now: Present, params: Params) -> Params:
        """Answer DescribeTaskDefinition."""
        named = params["taskDefinition"]
        for each in self._definitions:
            if _is(each["taskDefinitionArn"], named):
                return {"taskDefinition": each}
        raise AwsError("ClientException", "Unable to describe task definition.")


def _is(arn: str, name: str) -> bool:
    """Tell whether a name or an ARN means a thing."""
    return name in {arn, arn.rpartition("/")[2]}
