"""T10, all but Terraform: whatever a model writes into a tool's arguments, it reaches nothing but its target."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from config.settings import settings
from sandbox.company import Company, running
from sandbox.demo import WORLDS
from sandbox.world import read_world
from tests.promises.hostile import Seen, twisted, watched
from tests.promises.rows import Row
from tests.tools.conftest import KEY, Bench, Lamp, MemoryLedger
from tools import CATALOGUE, instances
from tools.contract import Reading, Tool, ToolError
from tools.declare import checked
from tools.execute import Executor
from tools.needs import KubeNeed, read_need
from tools.proposal import Verdict

FULL, QUICK = 10_000, 60

SHOP: dict[str, Any] = {"namespace": "shop", "deployment": "checkout"}
DATABASE: dict[str, Any] = {"instance": "orders-db", "minutes": 60, "around": ""}
METRIC: dict[str, Any] = {"namespace": "AWS/RDS", "metric": "CPUUtilization", "stat": "p99", "minutes": 60}
CODE: dict[str, Any] = {"repository": "acme/checkout"}
GOOD: dict[str, dict[str, Any]] = {
    "service_lookup": {"words": "checkout"},
    "aws_alarms": {"name_contains": "checkout", "state": ""},
    "aws_alarm_history": {"alarm": "checkout-5xx", "minutes": 60},
    "aws_metric": {**METRIC, "dimensions": {"DBInstanceIdentifier": "orders-db"}},
    "aws_logs_insights": {"log_group": "/shop/checkout", "query": "fields @message", "minutes": 60},
    "aws_log_errors": {"log_group": "/shop/checkout", "minutes": 60, "around": ""},
    "aws_rds_instance": {"instance": "orders-db"},
    "aws_rds_events": DATABASE,
    "aws_rds_performance": DATABASE,
    "aws_rds_health": DATABASE,
    "kube_pods": {"namespace": "shop", "workload": "checkout"},
    "kube_logs": {"namespace": "shop", "pod": "checkout", "container": "", "previous": True, "lines": 50},
    "kube_events": {"namespace": "shop", "name": "checkout", "minutes": 60},
    "kube_rollout_status": SHOP,
    "kube_rollout_history": SHOP,
    "kube_scale": {**SHOP, "replicas": 3},
    "kube_restart": SHOP,
    "kube_rollback": {**SHOP, "revision": 21},
    "github_file": {**CODE, "path": "prices.py", "ref": "main"},
    "github_files": {**CODE, "folder": "", "ref": ""},
    "github_pulls": {**CODE, "state": "open"},
    "github_pull": {**CODE, "pull": 7},
    "github_checks": {**CODE, "ref": "main"},
    "github_runs": {**CODE, "branch": "main", "commit": ""},
    "github_run": {**CODE, "run": 9102},
    "github_run_log": {**CODE, "job": 8102, "lines": 50},
    "github_commits": {**CODE, "since": "main~1", "until": "main", "hours": 24, "path": ""},
    "github_pull_request": {**CODE, "title": "Add a file", "body": "", "files": {"a.txt": "a"}, "base": "main"},
    "github_comment": {**CODE, "pull": 7, "body": "Thanks."},
    "github_rerun": {**CODE, "run": 9102},
    "security_remediate": {"control": "S3.8", "resource": "arn:aws:s3:::acme-receipts"},
    "github_merge": {**CODE, "pull": 8, "method": "squash"},
}
"""Good arguments to start from; a tool that is not here takes a namespace or nothing."""


def measure(n: int) -> list[Row]:
    """Call every tool with hostile arguments, look at what the process and the services saw, and name unknown tools."""
    counted: Counter[str] = Counter()
    chance = random.Random(n)  # noqa: S311 - the same trials every time
    with _company() as company, watched(*_served(company)) as seen:
        for number in range(n):
            tool = list(CATALOGUE.values())[number % len(CATALOGUE)]
            counted[_tried(company, tool, twisted(GOOD.get(tool.name, {"namespace": "shop"}), chance))] += 1
        writes = len(company.cluster.writes) + sum(one.method != "GET" for one in company.hub.asked)
    return [*_rows(counted, seen, n), Row("T10", "changes made by a preview or a reading", writes, n), _unregistered(n)]


def _rows(counted: Counter[str], seen: Seen, n: int) -> list[Row]:
    reached = counted["in order"] + counted["refused by the target"] + counted["astray"] + counted["broke"]
    return [
        Row("T10", "processes spawned", len(seen.spawned), n),
        Row("T10", "connections to other places", len(seen.strangers), n),
        Row("T10", "files that an argument named", len(seen.files), n),
        Row("T10", "calls beyond what the tool declares", counted["astray"], reached),
        Row("T10", "errors that are no sentence", counted["broke"], n),
    ]


def _tried(company: Company, tool: Tool, args: dict[str, Any]) -> str:
    """Call a tool as a run would; say how it went."""
    company.cluster.asked.clear()
    company.cloud.calls.clear()
    asked = len(company.hub.asked)
    try:
        fit = checked(tool, args)
    except ToolError:
        return "refused"
    try:
        tool.call(**fit) if isinstance(tool, Reading) else tool.preview(**fit)
    except ToolError:
        how = "refused by the target"
    except Exception:  # noqa: BLE001 - that is what is counted
        how = "broke"
    else:
        how = "in order"
    return "astray" if _called(company, asked) - {str(read_need(need)) for need in tool.needs} else how


def _served(company: Company) -> list[str]:
    return [company.urls[name] for name in ("kube", "aws", "github")]


def _called(company: Company, before: int) -> set[str]:
    github = {one.permission for one in company.hub.asked[before:]}
    kube = {str(KubeNeed(one.group, one.resource, one.verb)) for one in company.cluster.asked}
    return kube | github | {f"{call.service}:{call.operation}" for call in company.cloud.calls}


def _unregistered(n: int) -> Row:
    """Send granted changes by names that the catalogue does not have; signed, so that only the name is wrong."""
    lamp = Lamp()
    bench = Bench(lamp, MemoryLedger(), {"lamp_set": lamp.tool()})
    executor = Executor(CATALOGUE, bench.ledger, KEY, lambda: bench.now)
    names = ["lamp_set", "kube_delete", "KUBE_SCALE", "kube_scale ", "kube_pods", "os.system", "__import__"]
    made = 0
    for number in range(n):
        grant = bench.grant(number, tool=names[number % len(names)])
        made += executor.execute(grant).verdict is not Verdict.REFUSED
    return Row("T10", "unregistered tools executed", made + len(lamp.set_by), n)


@contextmanager
def _company() -> Iterator[Company]:
    """Run a company and point the product's tools at it."""
    world = replace(read_world(WORLDS / "bad-deploy"), path=WORLDS / "pull-request")  # with its repositories
    with running(world) as company, pytest.MonkeyPatch.context() as patch:
        for name, value in company.environment().items():
            patch.setenv(name, value)
        settings.cache_clear()
        patch.setattr(instances, "settings", settings)
        _warmed(company)
        yield company
    settings.cache_clear()


def _warmed(company: Company) -> None:
    """Call each client once, so that what libraries do on import is not counted."""
    for tool in CATALOGUE.values():
        _tried(company, tool, GOOD.get(tool.name, {}))
