"""ECS services: tasks that stop, tasks that find no place, deployments."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.world import read_world
from tests.aws_account import Account, looked_at
from tools.aws.ecs import analyze, aws_ecs_service
from tools.aws.ecs_stops import reason_of
from tools.contract import Role, ToolError

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
WORLD = Path(__file__).parents[2] / "sandbox" / "worlds" / "ecs-image-gone"


@pytest.fixture(scope="module", autouse=True)
def account() -> Iterator[Account]:
    """Point the tools at an account whose search service lost its image."""
    with looked_at(read_world(WORLD)) as served:
        yield served


def service(runs: int, wants: int = 2, **more: object) -> dict[str, Any]:
    """Return DescribeServices' structure."""
    return {"serviceName": "web", "runningCount": runs, "desiredCount": wants, **more}


def ended(minutes: int, reason: str, code: int | None = None) -> dict[str, Any]:
    """Return a task that stopped so many minutes ago."""
    container = {"name": "web"} if code is None else {"name": "web", "exitCode": code}
    return {"stoppedReason": reason, "stoppedAt": NOW - timedelta(minutes=minutes), "containers": [container]}


@pytest.mark.parametrize(
    ("task", "code"),
    [
        (ended(1, "CannotPullContainerError: manifest for web:9 not found"), "ecs_image_pull"),
        (ended(1, "ResourceInitializationError: unable to pull secrets or registry auth"), "ecs_secret_missing"),
        (ended(1, "OutOfMemoryError: Container killed due to memory usage", 137), "ecs_out_of_memory"),
        (ended(1, "Task failed ELB health checks in (target-group web)"), "ecs_unhealthy"),
        (ended(1, "Task failed container health checks"), "ecs_unhealthy"),
        (ended(1, "Essential container in task exited", 1), "ecs_exits"),
        (ended(1, "Your Spot Task was interrupted."), "ecs_interrupted"),
        ({"stopCode": "TaskFailedToStart", "stoppedReason": "Unexpected EC2 error"}, "ecs_not_started"),
        (ended(1, "Essential container in task exited", 0), ""),
        (ended(1, "Scaling activity initiated by (deployment ecs-svc/1)", 143), ""),
    ],
)
def test_a_stop_is_told_by_its_reason(task: dict[str, Any], code: str) -> None:
    """What ECS says decides; a stop that was meant has no reason."""
    reason = reason_of(task)

    assert (reason.code if reason else "") == code


def test_tasks_that_stop_while_some_are_missing_are_the_cause() -> None:
    """The service is short, and why its tasks stopped comes with the containers' log as what to read next."""
    found = analyze(service(1), [ended(9, "Essential container in task exited", 3)], ["/ecs/web"], NOW)

    assert [(one.code, one.role) for one in found] == [("ecs_short", Role.SYMPTOM), ("ecs_exits", Role.CAUSE)]
    assert "exit code 3" in found[1].observed
    assert found[1].leads_to[0].args == {"log_group": "/ecs/web"}


def test_one_stop_of_a_service_that_has_all_its_tasks_is_a_leftover() -> None:
    """A service that replaced its task is well; one that loses tasks again and again is not."""
    stop = ended(9, "Essential container in task exited", 3)

    once, again = analyze(service(2), [stop], [], NOW), analyze(service(2), [stop] * 4, [], NOW)

    assert [one.code for one in once] == ["ecs_fine", "old_ecs_stop"]
    assert [one.role for one in again] == [Role.CAUSE]


def test_tasks_that_find_no_place_are_told_with_the_reason() -> None:
    """ECS says why in the service's events; what it said an hour ago and more is over."""
    said = "(service web) was unable to place a task because no container instance met all of its requirements."

    def found(minutes: int) -> list[str]:
        event = {"createdAt": NOW - timedelta(minutes=minutes), "message": said}
        return [one.code for one in analyze(service(1, events=[event]), [], [], NOW)]

    assert found(5) == ["ecs_short", "ecs_no_room"]
    assert found(90) == ["ecs_short"]


def test_a_service_is_found_in_whatever_cluster_and_its_deployment_is_a_change() -> None:
    """Without a cluster all are looked in; the deployment just before is what may have set it off."""
    found = {one.code: one for one in aws_ecs_service.call(service="search").findings}

    assert found["ecs_image_pull"].role is Role.CAUSE
    assert found["ecs_deployed"].role is Role.CHANGE
    with pytest.raises(ToolError, match="There is no ECS service none"):
        aws_ecs_service.call(service="none")
