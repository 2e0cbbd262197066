"""What the readings make of the sandbox's worlds, before and after the remedy."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.world import read_world
from tests.tools.kube_api import Request, kubeconfig, serving
from tests.tools.kube_world import carried_out, granted, pointed, served
from tools.contract import Call, Finding, Role
from tools.kube.callers import kube_caller_errors
from tools.kube.logs import kube_logs
from tools.kube.pods import kube_pods
from tools.kube.rollback import kube_rollback
from tools.kube.rollouts import kube_rollout_history, kube_rollout_status
from tools.kube.workloads import kube_workloads

WORLDS = Path(__file__).parents[2] / "sandbox" / "worlds"
CHECKOUT: dict[str, object] = {"namespace": "shop", "deployment": "checkout"}


def until(condition: Callable[[], bool], seconds: float = 120) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


def by_code(found: tuple[Finding, ...]) -> dict[str, Finding]:
    """Return findings by code; the first of each, which is the strongest."""
    return {one.code: one for one in reversed(found)}


def test_a_bad_deploy_is_found_and_rolled_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The crash leads to the log and to the rollback; after it everything is in order, and nothing asks for more."""
    with served(read_world(WORLDS / "bad-deploy"), tmp_path, monkeypatch):
        crash = by_code(kube_pods.call().findings)["crash_loop"]
        said = by_code(kube_logs.call(**crash.leads_to[0].args).findings)
        assert crash.remedy is not None
        carried_out(kube_rollback, crash.remedy.args, granted(kube_rollback, crash.remedy.args))
        until(lambda: kube_rollout_status.call(**CHECKOUT).findings[0].code == "rollout_complete")
        after = kube_pods.call().findings + kube_rollout_history.call(**CHECKOUT).findings

    assert crash.subject == "deployment/shop/checkout"
    assert "PAYMENTS_API_URL" in said["config_missing"].observed
    assert not [one for one in after if one.role in {Role.CAUSE, Role.CHANGE} or one.remedy]


def test_a_scaled_up_worker_is_found_with_the_way_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who scaled what, from how many: scaling back is the remedy; yesterday's kill is context."""
    with served(read_world(WORLDS / "connections"), tmp_path, monkeypatch):
        scaled = by_code(kube_workloads.call().findings)["scaled_recently"]
        pods = kube_pods.call().findings

    assert scaled.remedy == Call("kube_scale", {"namespace": "shop", "deployment": "orders-worker", "replicas": 3})
    assert not [one for one in pods if one.subject == "deployment/shop/catalog" and one.role is Role.CAUSE]


def test_a_false_alarm_has_neither_cause_nor_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leftovers of old trouble are context."""
    with served(read_world(WORLDS / "false-alarm"), tmp_path, monkeypatch):
        found = kube_pods.call().findings + kube_workloads.call().findings

    assert not [one for one in found if one.role in {Role.CAUSE, Role.CHANGE, Role.SYMPTOM} or one.remedy]


def test_a_thousand_pods_cost_no_more_requests_than_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each kind is listed once."""
    pods = [{"metadata": {"name": f"checkout-1-{n}", "namespace": "shop"}} for n in range(1000)]

    def answer(request: Request) -> tuple[int, object]:
        return 200, {"items": pods if request.path.endswith("/pods") else []}

    with serving(answer) as api:
        pointed(kubeconfig(tmp_path, api.url), monkeypatch)
        seen = kube_pods.call(namespace="shop")

        assert len(api.requests) == 4
    assert "1000 pods" in seen.text


def test_what_callers_say_is_found_by_the_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who depends on a service by the catalogue is heard, though no setting names its address."""
    with served(read_world(WORLDS / "network-policy"), tmp_path, monkeypatch):
        [found] = kube_caller_errors.call(namespace="shop", workload="payments").findings
        nobody = kube_caller_errors.call(namespace="shop", workload="storefront").findings

    assert (found.code, found.subject) == ("callers_fail", "deployment/shop/payments")
    assert not nobody
