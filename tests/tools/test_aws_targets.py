"""Targets of a load balancer: why they are unhealthy, and whose tasks they are."""

from typing import Any

import pytest

from agents.subjects import subject_of
from tests.aws_account import looked_at
from tools.aws.alarm_records import read, resource_readings
from tools.aws.target_owners import Owner
from tools.aws.target_reasons import reason_of
from tools.aws.targets import TargetGroup, aws_target_health, judged
from tools.contract import Role

HERE = "arn:aws:elasticloadbalancing:us-east-1:123456789012:"
BALANCER, GROUP, OTHER = (
    f"{HERE}{one}" for one in ("loadbalancer/app/shop/50dc", "targetgroup/web/73e2", "targetgroup/api/91aa")
)
CLUSTER = "arn:aws:ecs:us-east-1:123456789012:cluster/main"
CHECKED: dict[str, object] = {
    "TargetGroupName": "web",
    "TargetGroupArn": GROUP,
    "HealthCheckPath": "/ping",
    "Matcher": {"HttpCode": "200"},
}
SERVICE = {
    "serviceArn": "arn:aws:ecs:us-east-1:123456789012:service/main/storefront",
    "serviceName": "storefront",
    "clusterArn": CLUSTER,
    "status": "ACTIVE",
    "loadBalancers": [{"targetGroupArn": GROUP, "containerName": "web", "containerPort": 8080}],
}


def target(reason: str, said: str = "", state: str = "unhealthy") -> dict[str, Any]:
    """Return DescribeTargetHealth's structure of one target."""
    told = {"State": state, "Reason": reason, "Description": said}
    return {
        "Target": {"Id": "10.0.1.7", "Port": 8080},
        "TargetHealth": {name: each for name, each in told.items() if each},
    }


def account(*targets: dict[str, Any]) -> dict[str, object]:
    """Return an account whose balancer has the targets in one group, and in another a healthy one."""
    groups: list[dict[str, object]] = [CHECKED, {"TargetGroupName": "api", "TargetGroupArn": OTHER}]
    balancers = {
        "LoadBalancers": [{"LoadBalancerName": "shop", "LoadBalancerArn": BALANCER, "Type": "application"}],
        "TargetGroups": [{**each, "LoadBalancerArns": [BALANCER]} for each in groups],
        "TargetHealthDescriptions": {GROUP: list(targets), OTHER: [target("", state="healthy")]},
    }
    return {"elbv2/balancers.json": balancers, "ecs/services.json": {"services": [SERVICE]}}


@pytest.mark.parametrize(
    ("reason", "said", "code"),
    [
        ("Target.ResponseCodeMismatch", "Health checks failed with these codes: [404]", "targets_check_wrong"),
        ("Target.ResponseCodeMismatch", "Health checks failed with these codes: [503]", "targets_answer_errors"),
        ("Target.Timeout", "Request timed out", "targets_late"),
        ("Target.FailedHealthChecks", "Health checks failed", "targets_refuse"),
        ("Target.InvalidState", "Target is in the stopped state", "targets_unusable"),
        ("Elb.InitialHealthChecking", "Initial health checks in progress", "targets_starting"),
        ("Elb.InternalError", "", "targets_unchecked"),
        ("Target.HealthCheckDisabled", "Health checks are disabled", ""),
        ("", "", ""),
    ],
)
def test_a_target_is_told_by_its_reason(reason: str, said: str, code: str) -> None:
    """The reason code decides, and of answers the status; what is healthy or not checked has no reason."""
    found = reason_of(target(reason, said)["TargetHealth"])

    assert (found.code if found else "") == code


def test_unhealthy_targets_lead_to_the_ecs_service_behind_them() -> None:
    """Why they are unhealthy is a symptom where the service may be the cause, and its tasks are read next."""
    late = target("Target.Timeout", "Request timed out")
    with looked_at(account(late, late, target("", state="healthy"))):
        found = aws_target_health.call(kind="load_balancer", name="app/shop/50dc").findings

    assert [(one.code, one.role) for one in found] == [("targets_late", Role.SYMPTOM), ("targets_owned", Role.CONTEXT)]
    assert found[0].observed.startswith("2 of 3 targets of web")
    assert found[0].subject == "load_balancer/app/shop/50dc"
    assert found[0].leads_to == (Owner("storefront", CLUSTER).look,)
    assert subject_of(found[0].leads_to[0]) == "container_service/storefront"


def test_a_check_that_asks_for_the_wrong_path_is_the_cause() -> None:
    """What answers 404 runs: the check and the service do not agree, and what it asks is told."""
    group = TargetGroup(
        CHECKED,
        [target("Target.ResponseCodeMismatch", "Health checks failed with these codes: [404]")],
        [Owner("storefront", CLUSTER)],
    )

    wrong, _ = judged("load_balancer/app/shop/50dc", [group])

    assert (wrong.code, wrong.role, wrong.subject) == (
        "targets_check_wrong",
        Role.CAUSE,
        "container_service/storefront",
    )
    assert "/ping and wants 200" in wrong.observed


@pytest.mark.parametrize(
    ("name", "group", "codes"),
    [
        ("app/shop/50dc", "targetgroup/api/91aa", ["targets_fine"]),
        ("app/shop/50dc", "targetgroup/web/73e2", ["targets_none", "targets_owned"]),
        ("app/shop/50dc", "targetgroup/gone/0", ["targets_unknown"]),
        ("app/shop/other", "", ["targets_unknown"]),
    ],
)
def test_only_the_groups_that_are_meant_are_judged(name: str, group: str, codes: list[str]) -> None:
    """A target group narrows what is looked at; a balancer of another id is another one."""
    with looked_at(account()):
        found = aws_target_health.call(kind="load_balancer", name=name, target_group=group).findings

    assert [one.code for one in found] == codes


def test_an_alarm_on_a_target_group_is_followed_to_its_targets() -> None:
    """The dimensions of the alarm say which balancer and which of its groups."""
    dimensions = {"LoadBalancer": "app/shop/50dc", "TargetGroup": "targetgroup/web/73e2"}
    told = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    alarm = read({"AlarmName": "a", "Namespace": "AWS/ApplicationELB", "Dimensions": told})

    calls = {call.tool: call.args for call in resource_readings(alarm)}

    assert calls["aws_target_health"] == {
        "kind": "load_balancer",
        "name": "app/shop/50dc",
        "target_group": "targetgroup/web/73e2",
    }
