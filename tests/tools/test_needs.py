"""What a tool declares it needs is what it asks of the real services, and no more of them than it says."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.settings import settings as told
from sandbox.aws.server import Cloud
from sandbox.company import Company, running
from sandbox.world import World, read_world
from tests.tools.test_memory import POOL
from tools import CATALOGUE
from tools.contract import Change, JsonObject, Reading, Tool, ToolError
from tools.needs import AwsNeed, KubeNeed, read_need
from tools.terraform.drafts import Draft, keep

WORLDS = Path(__file__).parents[2] / "sandbox" / "worlds"
DRAFT = keep(
    Draft(
        "acme/infrastructure",
        "main",
        "production",
        "Add",
        {},
        module="eks-node-group",
        values={"instance_type": "m7i.large", "max_nodes": 2},
    )
).id
LOCAL = {
    "cdk_check",
    "cloudformation_check",
    "manifests_check",
    "past_incidents",
    "runbook_search",
    *(f"terraform_{step}" for step in ("format", "validate", "policy", "security", "cost", "plan", "apply", "drift")),
}
"""Tools that look at what the process has, or run terraform, and ask nobody by themselves."""
CHECKOUT = {"namespace": "shop", "deployment": "checkout"}
CODE: JsonObject = {"repository": "acme/checkout"}
INFRASTRUCTURE: JsonObject = {"repository": "acme/infrastructure"}
ARGUMENTS: dict[str, list[JsonObject]] = {
    "service_lookup": [{"words": "checkout"}, {"words": "no such thing"}],
    "aws_alarms": [{}],
    "aws_alarm_history": [{"alarm": "checkout-5xx"}],
    "aws_metric": [
        {
            "namespace": "AWS/RDS",
            "metric": "DatabaseConnections",
            "dimensions": {"DBInstanceIdentifier": "orders-db"},
        },
        {"namespace": "AWS/RDS", "metric": "DatabaseConnections", "dimensions": {"DBInstanceIdentifier": "none"}},
    ],
    "aws_logs_insights": [
        {"log_group": "/shop/checkout", "query": "fields @message"},
        {"log_group": "/no", "query": "x"},
    ],
    "aws_log_errors": [{"log_group": "/shop/checkout"}, {"log_group": "/no"}],
    **{
        name: [{"instance": "orders-db"}, {"instance": "none"}]
        for name in ("aws_rds_instance", "aws_rds_events", "aws_rds_performance", "aws_rds_health")
    },
    "aws_config_history": [
        {"kind": "AWS::S3::Bucket", "resource": "acme-receipts"},
        {"kind": "AWS::S3::Bucket", "resource": "none"},
    ],
    "capacity_forecast": [{}, {"about": "orders-db", "what": "disk"}],
    "aws_resource_health": [{"kind": "queue", "name": "orders"}],
    "aws_ecs_service": [{"service": "search"}],
    "aws_quotas": [{"service": "ec2"}],
    "aws_target_health": [{"kind": "load_balancer", "name": "app/search/6d0ecf831eec9f09"}],
    "aws_event_sources": [{"kind": "queue", "name": "orders"}],
    "service_signal": [
        {"service": "checkout", "signal": "errors", "against": "deploy"},
        {"service": "checkout", "signal": "cpu"},
    ],
    "prometheus_service": [{"namespace": "shop", "workload": "checkout"}],
    "prometheus_query": [{"query": "up"}],
    **{name: [{"namespace": "shop", "workload": "checkout"}] for name in ("loki_errors", "loki_caller_errors")},
    "datadog_metric": [{"query": "avg:system.cpu.user{*}"}],
    "kube_logs": [{"namespace": "shop", "pod": "none"}],
    **{name: [{"namespace": "shop", "workload": "checkout"}] for name in ("kube_log_errors", "kube_caller_errors")},
    "kube_rollout_status": [dict(CHECKOUT), {**CHECKOUT, "deployment": "none"}],
    "kube_rollout_history": [dict(CHECKOUT), {**CHECKOUT, "deployment": "none"}],
    "kube_scale": [{**CHECKOUT, "replicas": 5}, {**CHECKOUT, "deployment": "none", "replicas": 5}],
    "kube_restart": [dict(CHECKOUT)],
    "kube_rollback": [dict(CHECKOUT)],
    **{
        name: [{"repository": "acme/checkout"}, {"repository": "acme/none"}]
        for name in ("github_pulls", "github_runs", "github_commits")
    },
    "github_pull": [{**CODE, "pull": 7}, {**CODE, "pull": 999}],
    "github_checks": [{**CODE, "ref": "shipping-note"}, {**CODE, "ref": "none"}],
    "github_run": [{**CODE, "run": 9102}],
    "github_run_log": [{**CODE, "job": 8102}],
    "github_comment": [{**CODE, "pull": 7, "body": "Thanks."}],
    "github_rerun": [{**CODE, "run": 9102}],
    **{name: [{**CODE, "pull": 7}] for name in ("change_risk", "github_merge_low_risk")},
    **{name: [{"incident": POOL.id}] for name in ("postmortem_draft", "runbook_draft")},
    "ci_triage": [{**CODE, "run": 9102}],
    "github_merge": [{**CODE, "pull": 7}, {**CODE, "pull": 8}],
    "github_file": [{**INFRASTRUCTURE, "path": "main.tf"}, {**INFRASTRUCTURE, "path": "none"}],
    "github_files": [dict(INFRASTRUCTURE), {"repository": "acme/none"}],
    "securityhub_suppress": [{"finding": "arn:aws:none/finding/1", "reason": "Public on purpose", "days": 30}],
    "security_remediate": [{"control": "S3.8", "resource": "arn:aws:s3:::none"}],
    "securityhub_reopen": [{"finding": "arn:aws:none/finding/1"}],
    "terraform_intent": [{"words": "a queue for invoices in production"}],
    "terraform_draft": [{"module": "sqs-queue", "name": "invoices", "environment": "production"}],
    "terraform_write": [{"title": "Add", "environment": "production", "files": {"a.tf": "# a\n"}}],
    **{name: [{"draft": DRAFT}] for name in ("aws_quota_check", "terraform_review")},
    "github_pull_request": [{**INFRASTRUCTURE, "title": "Add", "body": "", "files": {"a.tf": "# a\n", "main.tf": ""}}],
}
"""Calls that reach every branch that asks something; a tool that takes no arguments of its own is called without."""


def _troubled() -> World:
    """Return a world with trouble in Kubernetes and a database, with repositories, and with a Prometheus."""
    world = read_world(WORLDS / "bad-deploy")
    return replace(
        world,
        path=WORLDS / "pull-request",
        aws={**world.aws, "prometheus": {}, "loki": {}, "datadog": {}, "grafana": {}},
    )


@pytest.fixture(scope="module")
def company() -> Iterator[Company]:
    """Run a company with trouble in Kubernetes and a database, and point the tools at it."""
    with running(_troubled()) as company, pytest.MonkeyPatch.context() as patch:
        for name, value in company.environment().items():
            patch.setenv(name, value)
        told.cache_clear()
        patch.setattr("tools.knowledge.past._archives", [lambda: [POOL]])
        yield company
    told.cache_clear()


@pytest.mark.parametrize("name", sorted(set(CATALOGUE) - LOCAL))
def test_a_tool_asks_no_more_than_it_declares(company: Company, name: str) -> None:
    """By the sandbox's own log of calls: what was called is among the tool's needs."""
    tool = CATALOGUE[name]
    company.cluster.asked.clear()
    company.cloud.calls.clear()
    company.hub.asked.clear()
    company.prometheus.asked.clear()
    company.loki.asked.clear()
    company.datadog.asked.clear()
    company.grafana.asked.clear()

    for args in _arguments(tool, company):
        _looked(tool, args)

    called = {*_asked_of_kubernetes(company), *_asked_of_aws(company.cloud), *_asked_of_github(company)}
    called.update(company.prometheus.asked + company.loki.asked + company.datadog.asked + company.grafana.asked)
    assert called
    assert called <= {str(read_need(need)) for need in tool.needs}


@pytest.mark.parametrize("name", sorted(set(CATALOGUE) - LOCAL))
def test_a_tool_declares_something_readable(name: str) -> None:
    """Every tool of ours declares its needs, in the spelling that policies are made from."""
    tool = CATALOGUE[name]

    needs = [read_need(need) for need in tool.needs]

    assert needs
    assert isinstance(tool, Change) or all(need.looks or str(need) in STARTS for need in needs)


IN_IAM = {
    "accessanalyzer:ListAnalyzers": "access-analyzer:ListAnalyzers",
    "accessanalyzer:ListFindingsV2": "access-analyzer:ListFindings",
}
"""What policies call an operation, where that is otherwise.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListFindingsV2.html
"""
STARTS = {"logs:StartQuery", "logs:StopQuery", "logs:FilterLogEvents"}
"""Readings by another name."""


@settings(max_examples=50)
@given(st.from_regex(r"[a-z]{1,6}(\.[a-z]{2,4})?/[a-z]{2,9}(/[a-z]{2,5})?:[a-z]{3,6}", fullmatch=True))
def test_a_need_is_spelled_in_one_way(text: str) -> None:
    """Reading and writing a need gives the same text."""
    assert str(read_need(text)) == text
    assert isinstance(read_need(text), KubeNeed)


@pytest.mark.parametrize(
    "text", ["", "*", "rds:*", "apps/*:get", "rds:describe", "deployments:get", "apps/deployments"]
)
def test_a_need_is_exact(text: str) -> None:
    """A wildcard, or half a need, is none."""
    with pytest.raises(ValueError, match="is no permission"):
        read_need(text)


def test_an_aws_need_looks_by_its_name() -> None:
    """What AWS calls Describe, Get or List only looks."""
    assert read_need("rds:DescribeEvents") == AwsNeed("rds", "DescribeEvents")
    assert [read_need(f"rds:{name}").looks for name in ("DescribeEvents", "StopDBInstance")] == [True, False]


def _arguments(tool: Tool, company: Company) -> list[JsonObject]:
    if tool.name != "kube_logs":
        return ARGUMENTS.get(tool.name, [{}])
    pods = [one["metadata"]["name"] for one in company.world.objects if one["kind"] == "Pod"]
    return [{"namespace": "shop", "pod": name, "previous": True} for name in pods] + ARGUMENTS["kube_logs"]


def _looked(tool: Tool, args: JsonObject) -> None:
    with suppress(ToolError):  # what it asked before that counts as well
        tool.call(**args) if isinstance(tool, Reading) else tool.preview(**args)


def _asked_of_github(company: Company) -> set[str]:
    return {one.permission for one in company.hub.asked}


def _asked_of_kubernetes(company: Company) -> set[str]:
    return {str(KubeNeed(one.group, one.resource, one.verb)) for one in company.cluster.asked}


def _asked_of_aws(cloud: Cloud) -> set[str]:
    called = {f"{call.service}:{call.operation}" for call in cloud.calls}
    return {IN_IAM.get(name, name) for name in called}
