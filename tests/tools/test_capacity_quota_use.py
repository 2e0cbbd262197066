"""Quotas that are used up now, by what AWS counts of them."""

import pytest

from agents.contract import Cited
from agents.diagnosis import diagnose
from agents.weighing import Scene
from tests.aws_account import looked_at, series
from tools.capacity.quota_use import aws_quotas
from tools.contract import Finding, Role

RESIZE = "function/resize"


def account(used: float) -> dict[str, object]:
    """Return an account of which so many of 1,000 concurrent executions are in use."""
    counted = {"MetricNamespace": "AWS/Lambda", "MetricName": "ConcurrentExecutions", "MetricDimensions": {}}
    quota = {
        "ServiceCode": "lambda",
        "QuotaCode": "L-B99A9384",
        "QuotaName": "Concurrent executions",
        "Value": 1000.0,
        "UsageMetric": counted,
    }
    metric = series("ConcurrentExecutions", [used] * 30, Namespace="AWS/Lambda", Dimensions=[], Stat="Maximum")
    return {"quotas/lambda.json": {"Quotas": [quota]}, "cloudwatch/metrics.json": [metric]}


@pytest.mark.parametrize(
    ("used", "code", "role"),
    [
        (1000.0, "aws_quota_used_up", Role.CAUSE),
        (850.0, "aws_quota_near", Role.CONTEXT),
        (100.0, "aws_quota_free", Role.HEALTHY),
    ],
)
def test_a_quota_is_judged_by_what_is_used_of_it(used: float, code: str, role: Role) -> None:
    """All of it is a cause, most of it is worth knowing, less is in order."""
    with looked_at(account(used)):
        (found,) = aws_quotas.call(service="lambda").findings

    assert (found.code, found.role, found.subject) == (code, role, "quota/lambda")


def test_a_service_without_counted_quotas_says_so() -> None:
    """AWS counts the use of few quotas; of the others nothing is claimed."""
    with looked_at(account(0.0)):
        (found,) = aws_quotas.call(service="sqs").findings

    assert found.code == "aws_quota_uncounted"


def test_throttling_follows_from_the_account_that_is_full() -> None:
    """The function is throttled because the account's quota is used up, not by a limit of its own."""
    throttled = Finding("lambda_throttled", RESIZE, "resize is throttled.", "", 0.75, Role.CAUSE)
    full = Finding("aws_quota_used_up", "quota/lambda", "The quota is used up.", "", 0.8, Role.CAUSE)
    scene = Scene(frozenset({RESIZE, "quota/lambda"}), {RESIZE: frozenset({"quota/lambda"})})

    told = diagnose([Cited(throttled, "E1"), Cited(full, "E2")], scene)

    assert told.cause
    assert told.cause.finding is full
