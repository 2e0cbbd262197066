"""Real kubectl is the oracle: what people type works against the sandbox cluster."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.world import read_world
from tests.kube_cluster import Kubectl, deployment, kubectl_on, needs_kubectl, service, world_of

pytestmark = [needs_kubectl]

WORLD = Path(__file__).parents[2] / "sandbox" / "worlds" / "bad-deploy"


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kubectl]:
    """The cluster of a bad deploy, which these tests only read."""
    with kubectl_on(read_world(WORLD), tmp_path_factory.mktemp("home")) as kubectl:
        yield kubectl


@pytest.fixture
def kubectl(tmp_path: Path) -> Iterator[Kubectl]:
    """A cluster with one healthy deployment, which a test may change."""
    world = world_of(deployment(), service(), pace={"start": 0.2, "ready": 0.2, "stop": 0.2})
    with kubectl_on(world, tmp_path) as served:
        yield served


def test_get_prints_the_columns_people_know(broken: Kubectl) -> None:
    """`kubectl get pods` shows readiness, state, restarts and age."""
    printed = broken("get", "pods", "-l", "app=checkout")

    assert printed.splitlines()[0].split() == ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]
    assert "0/1     CrashLoopBackOff" in printed
    assert printed.count("1/1     Running") == 2


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("get", "deploy", "checkout", "-o", "wide"), "checkout:2.14.0"),
        (("get", "deploy,rs,svc,hpa,pdb,quota,ep,cm,ev"), "replicaset.apps/checkout-7d9c5b6f84"),
        (("get", "all", "-A"), "pod/checkout-5f6b8d7c9b-h4r2d"),
        (("get", "nodes", "-o", "wide"), "Amazon Linux 2023"),
        (("get", "ns,endpointslices"), "kube-system"),
        (("get", "deploy", "checkout", "-o", "yaml"), 'deployment.kubernetes.io/revision: "22"'),
        (("get", "deploy", "checkout", "-o", "jsonpath={.spec.replicas}"), "4"),
        (("get", "pods", "--field-selector", "spec.nodeName=ip-10-0-2-13.ec2.internal"), "checkout-5f6b8d7c9b-k8wvj"),
        (("get", "pods", "-l", "app in (payments)"), "payments-6b7f5d4c8d-j2m9s"),
        (("get", "ev", "--field-selector", "type=Warning"), "Back-off restarting failed container"),
        (("get", "events.events.k8s.io"), "BackOff"),
        (("version",), "v1.32"),
        (("auth", "whoami"), "system:serviceaccount"),
        (("rollout", "history", "deploy/checkout"), "release checkout 2.13.4"),
        (("logs", "checkout-7d9c5b6f84-2xk4p"), "KeyError: 'PAYMENTS_API_URL'"),
        (("logs", "checkout-7d9c5b6f84-2xk4p", "--previous", "--tail=1"), "KeyError"),
        (("logs", "-l", "app=payments", "--tail=2"), "POST /charges"),
        (("logs", "checkout-5f6b8d7c9b-h4r2d", "-c", "checkout", "--since=2m", "--timestamps"), "Z "),
        (("describe", "deploy", "checkout"), "Scaled up replica set checkout-7d9c5b6f84"),
        (("describe", "pod", "checkout-7d9c5b6f84-2xk4p"), "Back-off restarting failed container"),
        (("describe", "svc", "checkout"), "Endpoints:"),
        (("describe", "node", "ip-10-0-1-11.ec2.internal"), "checkout-5f6b8d7c9b-h4r2d"),
        (("describe", "hpa", "storefront"), "52%"),
        (("describe", "quota"), "requests.cpu"),
    ],
)
def test_reading_commands_answer(broken: Kubectl, arguments: tuple[str, ...], expected: str) -> None:
    """get, describe, logs and rollout history print what is there."""
    printed = broken(*arguments)

    assert expected in printed


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("get", "pod", "nope"), 'Error from server (NotFound): pods "nope" not found'),
        (("get", "deploy", "nope"), 'deployments.apps "nope" not found'),
        (("get", "unicorns"), "the server doesn't have a resource type"),
        (("get", "secrets"), "Error from server (Forbidden): secrets is forbidden"),
        (("logs", "checkout-5f6b8d7c9b-h4r2d", "-c", "nope"), "container nope is not valid for pod"),
        (("logs", "checkout-5f6b8d7c9b-h4r2d", "-p"), 'previous terminated container "checkout" in pod'),
    ],
)
def test_refusals_are_in_kubernetes_own_words(broken: Kubectl, arguments: tuple[str, ...], expected: str) -> None:
    """What is missing or forbidden is said as a real server says it."""
    printed = broken(*arguments, fails=True)

    assert expected in printed


def test_can_i_says_yes_to_what_is_allowed(broken: Kubectl) -> None:
    """Everything but secrets is allowed unless the world denies it."""
    printed = broken("auth", "can-i", "patch", "deployments", "--subresource=scale")

    assert printed.strip() == "yes"


def test_can_i_says_no_to_secrets(broken: Kubectl) -> None:
    """Nobody may read secrets."""
    printed = broken("auth", "can-i", "get", "secrets", fails=True)

    assert printed.strip() == "no"


def test_get_watch_streams_what_is_there(broken: Kubectl) -> None:
    """`kubectl get -w` prints the present objects and ends with its time."""
    printed = broken("get", "deploy", "-w", "--request-timeout=1s")

    assert "checkout" in printed


def test_scale_makes_pods(kubectl: Kubectl) -> None:
    """Scaling up ends with as many ready pods as asked for."""
    kubectl("scale", "deploy/web", "--replicas=5")
    printed = kubectl("rollout", "status", "deploy/web", "--timeout=90s")

    assert "successfully rolled out" in printed
    assert kubectl("get", "deploy", "web", "-o", "jsonpath={.status.readyReplicas}") == "5"


def test_set_image_then_undo_returns_to_the_first_replica_set(kubectl: Kubectl) -> None:
    """A rollback reuses the ReplicaSet of the template it returns to, under a new revision."""
    first = kubectl("get", "rs", "-o", "name").strip()
    kubectl("set", "image", "deploy/web", "web=web:2")
    kubectl("rollout", "status", "deploy/web", "--timeout=90s")

    kubectl("rollout", "undo", "deploy/web")

    kubectl("rollout", "status", "deploy/web", "--timeout=90s")
    assert kubectl("get", first, "-o", "jsonpath={.status.readyReplicas}") == "3"
    assert kubectl.cluster.revision("shop", "web") == 3


def test_restart_replaces_every_pod(kubectl: Kubectl) -> None:
    """`kubectl rollout restart` rolls to new pods of the same image."""
    before = set(kubectl("get", "pods", "-o", "name").split())
    kubectl("rollout", "restart", "deploy/web")

    kubectl("rollout", "status", "deploy/web", "--timeout=90s")

    running = kubectl("get", "pods", "-o", "json")
    after = {f"pod/{pod['metadata']['name']}" for pod in json.loads(running)["items"] if is_staying(pod)}
    assert len(after) == 3
    assert not after & before


def is_staying(pod: dict[str, dict[str, object]]) -> bool:
    """Tell whether a pod is not on its way out."""
    return "deletionTimestamp" not in pod["metadata"]


def test_server_side_dry_run_changes_nothing(kubectl: Kubectl) -> None:
    """A dry run answers as if it had been done, and nothing is kept or logged as an effect."""
    printed = kubectl(
        "patch", "deploy", "web", "-p", '{"spec":{"replicas":9}}', "--dry-run=server", "-o", "jsonpath={.spec.replicas}"
    )

    assert printed == "9"
    assert kubectl("get", "deploy", "web", "-o", "jsonpath={.spec.replicas}") == "3"
    assert kubectl.cluster.writes == []


def test_negative_replicas_are_invalid(kubectl: Kubectl) -> None:
    """Validation refuses with the field and the rule."""
    printed = kubectl("patch", "deploy", "web", "-p", '{"spec":{"replicas":-1}}', fails=True)

    assert 'The Deployment "web" is invalid: spec.replicas: Invalid value: -1' in printed


def test_apply_creates_and_changes(kubectl: Kubectl, tmp_path: Path) -> None:
    """`kubectl apply` works, on the client and on the server."""
    manifest = tmp_path / "api.json"
    manifest.write_text(json.dumps(deployment("api", replicas=1)))
    created = kubectl("apply", "-f", str(manifest))
    manifest.write_text(json.dumps(deployment("api", replicas=2)))

    changed = kubectl("apply", "-f", str(manifest))

    assert created.strip() == "deployment.apps/api created"
    assert changed.strip() == "deployment.apps/api configured"
    kubectl("rollout", "status", "deploy/api", "--timeout=90s")


def test_a_deleted_pod_is_replaced(kubectl: Kubectl) -> None:
    """The ReplicaSet makes a new pod for one that somebody deletes."""
    gone = kubectl("get", "pods", "-o", "name").split()[0]

    kubectl("delete", gone)

    kubectl("wait", "--for=condition=Ready", "pod", "-l", "app=web", "--timeout=90s")
    assert gone not in kubectl("get", "pods", "-o", "name")
    assert len(kubectl("get", "pods", "-o", "name").split()) == 3
