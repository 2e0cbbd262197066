"""Readings against a cluster that answers as the real one does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from sandbox.kube.server import Cluster
from tests.tools.kube_world import BAD, GOOD, pointed, served, shop, with_settings
from tools.contract import Finding, Observation, Reading, Role, ToolError
from tools.declare import checked
from tools.kube.autoscalers import kube_hpa
from tools.kube.client import reader
from tools.kube.events import kube_events
from tools.kube.fields import name_of
from tools.kube.logs import kube_logs
from tools.kube.nodes import kube_nodes
from tools.kube.pods import kube_pods
from tools.kube.quotas import kube_quotas
from tools.kube.rollouts import kube_rollout_history, kube_rollout_status
from tools.kube.services import kube_services
from tools.kube.workloads import kube_workloads

CHECKOUT = {"namespace": "shop", "deployment": "checkout"}


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """Serve the shop."""
    with served(shop(), tmp_path, monkeypatch) as running:
        yield running


def found(seen: Observation) -> dict[str, Finding]:
    """Return what is found, by code."""
    return {one.code: one for one in seen.findings}


@pytest.mark.usefixtures("cluster")
@pytest.mark.parametrize(
    ("reading", "args", "code"),
    [
        (kube_workloads, {}, "workload_healthy"),
        (kube_pods, {"namespace": "shop", "workload": "checkout"}, "workload_healthy"),
        (kube_rollout_status, CHECKOUT, "rollout_complete"),
        (kube_rollout_history, CHECKOUT, "no_recent_rollout"),
        (kube_services, {"namespace": "shop"}, "service_healthy"),
        (kube_events, {}, "no_warnings"),
        (kube_quotas, {}, "quota_fine"),
        (kube_nodes, {}, "nodes_fine"),
        (kube_hpa, {}, "no_hpa"),
    ],
    ids=lambda one: one.name if isinstance(one, Reading) else None,
)
def test_a_healthy_shop_is_said_to_be_healthy(reading: Reading, args: dict[str, object], code: str) -> None:
    """Every reading says what is in order, so that causes can be ruled out; none finds a cause."""
    seen = reading.call(**checked(reading, args))

    assert code in found(seen)
    assert not [one for one in seen.findings if one.role in {Role.CAUSE, Role.CHANGE, Role.SYMPTOM}]


@pytest.mark.usefixtures("cluster")
def test_history_names_the_images_and_their_difference() -> None:
    """The difference between the current and the last good template is shown."""
    seen = kube_rollout_history.call(**CHECKOUT)

    assert f"-  - image: {BAD}" in seen.text
    assert f"+  - image: {GOOD}" in seen.text


@pytest.mark.usefixtures("cluster")
def test_a_log_is_read_from_the_pod_and_previous_falls_back() -> None:
    """Asking for the previous run of a container that never restarted reads the current one and says so."""
    pod = name_of(reader().every("pods", "shop")[0])

    seen = kube_logs.call(namespace="shop", pod=pod, previous=True)

    assert "there is no previous one" in seen.text


@pytest.mark.usefixtures("cluster")
@pytest.mark.parametrize(
    ("args", "says"),
    [
        ({"namespace": "shop", "deployment": "chckout"}, "there is checkout"),
        ({"namespace": "shopp", "deployment": "checkout"}, "no deployments in namespace shopp"),
    ],
)
def test_what_is_not_there_is_answered_with_what_is(args: dict[str, str], says: str) -> None:
    """A mistyped name is answered with the names there are."""
    with pytest.raises(ToolError, match=says):
        kube_rollout_status.call(**args)


@pytest.mark.usefixtures("cluster")
def test_a_container_that_is_not_there_is_answered_with_those_that_are() -> None:
    """A log needs a container that exists."""
    pod = name_of(reader().every("pods", "shop")[0])

    with pytest.raises(ToolError, match="it has app"):
        kube_logs.call(namespace="shop", pod=pod, container="sidecar")


def test_what_may_not_be_seen_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the right to list events pods are still read, and the missing permission is named."""
    denied = with_settings(shop(), rbac={"deny": [{"verbs": ["list"], "resources": ["events"]}]})

    with served(denied, tmp_path, monkeypatch):
        seen = kube_pods.call()

    assert "grant the permission `events:list`" in seen.text
    assert "workload_healthy" in found(seen)


def test_what_must_be_seen_is_refused_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the right to list pods there is no reading of pods, and the error says what to grant."""
    denied = with_settings(shop(), rbac={"deny": [{"verbs": ["list"], "resources": ["pods"]}]})

    with served(denied, tmp_path, monkeypatch), pytest.raises(ToolError, match="grant the permission `pods:list`"):
        kube_pods.call()


def test_an_account_of_one_namespace_sees_that_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever may not list all namespaces gets the one of the kubeconfig's context, and is told so."""
    everywhere = {"verbs": ["list"], "resources": ["pods"], "namespaces": [""]}
    with served(with_settings(shop(), rbac={"deny": [everywhere]}), tmp_path, monkeypatch):
        file = tmp_path / "of-one-namespace"
        told = yaml.safe_load((tmp_path / "kubeconfig").read_text("utf-8"))
        told["contexts"][0]["context"]["namespace"] = "shop"
        file.write_text(yaml.safe_dump(told), "utf-8")
        pointed(file, monkeypatch)
        seen = kube_pods.call()

    assert "3 pods" in seen.text
    assert "Only pods of namespace shop are seen" in seen.text
