"""Functions, queues, tables and the others by their metrics, and who changed what."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.aws_account import Account, at, looked_at, series
from tools.aws.resources import aws_resource_health
from tools.aws.signs import KINDS
from tools.aws.trail import aws_changes
from tools.contract import Role

CALM, STORM = [0.0] * 120, [0.0] * 100 + [40.0] * 20


def metric(kind: str, code: str, name: str, values: list[float], **parts: str) -> dict[str, object]:
    """Return the metric behind a finding, of a thing of that name, or of one part of it."""
    told = KINDS[kind]
    sign = next(sign for sign in told.signs if sign.code == code)
    return series(
        sign.metric,
        values,
        Namespace=told.namespace,
        Dimensions=[{"Name": key, "Value": value} for key, value in {told.dimension: name, **parts}.items()],
        Stat=sign.stat,
    )


CHANGE = {
    "EventId": "e-1",
    "EventName": "UpdateFunctionConfiguration20150331v2",
    "EventSource": "lambda.amazonaws.com",
    "EventTime": at(-12),
    "Username": "deployer",
    "ReadOnly": "false",
    "Resources": [{"ResourceType": "AWS::Lambda::Function", "ResourceName": "resize"}],
}
DOCUMENTS = {
    "cloudwatch/metrics.json": [
        metric("function", "lambda_throttled", "resize", STORM),
        metric("function", "lambda_errors", "resize", CALM),
        metric("function", "lambda_errors", "calm", CALM),
        metric("queue", "sqs_old", "orders", [20.0] * 100 + [900.0] * 20),
        metric("load_balancer", "alb_no_targets", "app/web/1", CALM, TargetGroup="targetgroup/blue/1"),
        metric("load_balancer", "alb_no_targets", "app/web/1", STORM, TargetGroup="targetgroup/green/2"),
        metric("container_service", "ecs_memory", "web", [40.0] * 100 + [97.0] * 20, ClusterName="main"),
        metric("queue", "sqs_dead", "orders-dlq", STORM),
        metric("queue", "sqs_dead", "letters", STORM),
        metric("http_api", "api_5xx", "a1b2", STORM),
        metric("table", "dynamodb_throttled", "carts", [0.0] * 70 + [40.0] * 30 + [0.0] * 20),
    ],
    "cloudtrail/events.json": {"Events": [CHANGE, {**CHANGE, "EventId": "e-2", "ReadOnly": "true"}]},
}


@pytest.fixture(scope="module", autouse=True)
def account() -> Iterator[Account]:
    """Point the tools at an account with a few things in it."""
    with looked_at(DOCUMENTS) as served:
        yield served


@pytest.mark.parametrize(
    ("kind", "name", "codes"),
    [
        ("function", "resize", {"lambda_throttled"}),
        ("function", "calm", {"resource_fine"}),
        ("queue", "orders", {"sqs_old"}),
        ("table", "carts", {"resource_recovered"}),
        ("machine", "i-0", {"resource_unmeasured"}),
        ("container_service", "web", {"ecs_memory"}),
        ("queue", "orders-dlq", {"sqs_dead"}),
        ("queue", "letters", {"resource_unmeasured"}),
        ("http_api", "a1b2", {"api_5xx"}),
    ],
)
def test_a_thing_is_judged_by_its_metrics(kind: str, name: str, codes: set[str]) -> None:
    """Beyond the bound and the usual is trouble; trouble that is over, calm, and no data are told apart."""
    seen = aws_resource_health.call(kind=kind, name=name)

    assert {one.code for one in seen.findings} == codes


def test_a_thing_is_judged_by_its_parts_and_the_bad_part_is_named() -> None:
    """Unhealthy targets are counted by target group; the picture shows the group that has them."""
    seen = aws_resource_health.call(kind="load_balancer", name="app/web/1")

    (found,) = seen.findings
    assert "targetgroup/green/2" in found.observed
    assert seen.chart is not None
    assert seen.chart.spans


def test_what_is_well_has_no_picture() -> None:
    """A chart points something out; a flat line does not."""
    assert aws_resource_health.call(kind="function", name="calm").chart is None


def test_who_changed_a_thing_is_told() -> None:
    """Writes only, with who and when, as a change that may have set trouble off."""
    (found,) = aws_changes.call(resource="resize").findings

    assert (found.role, found.subject) == (Role.CHANGE, "function/resize")
    assert "deployer did lambda UpdateFunctionConfiguration" in found.observed


def test_a_thing_that_nobody_changed_says_so() -> None:
    """No event of it is an observation, too."""
    (found,) = aws_changes.call(resource="orders").findings

    assert found.code == "aws_unchanged"


def test_changes_are_looked_for_before_the_moment_that_is_given() -> None:
    """A change long after the moment is none of its causes."""
    moment = aws_changes.call(resource="resize").findings[0].since

    assert moment is not None
    before = aws_changes.call(resource="resize", around=(moment - timedelta(hours=2)).isoformat())
    at_it = aws_changes.call(resource="resize", around=moment.isoformat())
    assert [one.code for one in before.findings] == ["aws_unchanged"]
    assert [one.code for one in at_it.findings] == ["aws_changed"]
