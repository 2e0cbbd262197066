"""What client libraries rely on: watches, preconditions, validation, dry runs and access rules."""

import threading
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from kubernetes import client, config, watch
from kubernetes.client.exceptions import ApiException

from sandbox.clock import Clock
from sandbox.kube.server import Cluster
from tests.kube_cluster import deployment, service, serving, until, world_of


@pytest.fixture
def cluster() -> Cluster:
    """A cluster with one deployment, in which patching deployments in `locked` is denied."""
    locked = {**deployment("vault"), "metadata": {"name": "vault", "namespace": "locked"}}
    denied = {"deny": [{"verbs": ["patch"], "resources": ["deployments"], "namespaces": ["locked"]}]}
    pace = {"start": 0.1, "ready": 0.1, "stop": 0.1}
    return Cluster(world_of(deployment(), service(), locked, rbac=denied, pace=pace), Clock())


@pytest.fixture
def apps(cluster: Cluster) -> Iterator[Any]:
    """The apps/v1 API of the production client library."""
    with serving(cluster) as url:
        api = config.new_client_from_config_dict(  # type: ignore[no-untyped-call]  # the library has no types
            {
                "clusters": [{"name": "c", "cluster": {"server": url}}],
                "users": [{"name": "u", "user": {"token": "t"}}],
                "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
                "current-context": "x",
            }
        )
        yield client.AppsV1Api(api)
        api.close()


class Refusal(NamedTuple):
    """What a refused call was told."""

    status: int
    body: str


def refusal(call: Any, *args: Any, **kwargs: Any) -> Refusal:
    """Return what the server refuses a call with."""
    with pytest.raises(ApiException) as refused:
        call(*args, **kwargs)
    return Refusal(refused.value.status or 0, str(refused.value.body))


def test_a_stale_resource_version_conflicts(apps: Any) -> None:
    """A write that carries an old resourceVersion is refused with 409 and changes nothing."""
    old = apps.read_namespaced_deployment("web", "shop").metadata.resource_version
    apps.patch_namespaced_deployment("web", "shop", {"metadata": {"labels": {"seen": "yes"}}})
    body = {"metadata": {"resourceVersion": old}, "spec": {"replicas": 7}}

    refused = refusal(apps.patch_namespaced_deployment, "web", "shop", body)

    assert refused.status == 409
    assert "the object has been modified" in refused.body
    assert apps.read_namespaced_deployment("web", "shop").spec.replicas == 3


def test_another_uid_conflicts(apps: Any) -> None:
    """A write meant for an object of the same name that has been made anew is refused."""
    body = {"metadata": {"uid": "00000000-0000-0000-0000-000000000000"}, "spec": {"replicas": 7}}

    refused = refusal(apps.patch_namespaced_deployment, "web", "shop", body)

    assert refused.status == 409
    assert "Precondition failed: UID in precondition" in refused.body


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ({"replicas": -1}, 422),
        ({"replicas": "three"}, 400),
        ({"selector": {"matchLabels": {"app": "other"}}}, 422),
        ({"template": {"spec": {"containers": None}}}, 422),
    ],
)
def test_what_breaks_the_rules_is_refused(apps: Any, cluster: Cluster, spec: dict[str, Any], code: int) -> None:
    """Validation happens before anything is stored or counted as an effect."""
    refused = refusal(apps.patch_namespaced_deployment, "web", "shop", {"spec": spec})

    assert refused.status == code
    assert cluster.writes == []


@pytest.mark.parametrize("how", ["patch", "scale", "delete", "create"])
def test_a_dry_run_persists_nothing(apps: Any, cluster: Cluster, how: str) -> None:
    """dryRun=All is honored by every verb."""
    calls = {
        "patch": lambda: apps.patch_namespaced_deployment("web", "shop", {"spec": {"replicas": 9}}, dry_run="All"),
        "scale": lambda: apps.patch_namespaced_deployment_scale(
            "web", "shop", {"spec": {"replicas": 9}}, dry_run="All"
        ),
        "delete": lambda: apps.delete_namespaced_deployment("web", "shop", dry_run="All"),
        "create": lambda: apps.create_namespaced_deployment("shop", deployment("new"), dry_run="All"),
    }

    calls[how]()

    assert [one.metadata.name for one in apps.list_namespaced_deployment("shop").items] == ["web"]
    assert apps.read_namespaced_deployment("web", "shop").spec.replicas == 3
    assert cluster.writes == []


def test_every_effect_is_logged_once(apps: Any, cluster: Cluster) -> None:
    """The log of effects names verb, resource, object and body of an accepted change."""
    apps.patch_namespaced_deployment_scale("web", "shop", {"spec": {"replicas": 4}})

    write = cluster.writes[0]
    assert len(cluster.writes) == 1
    assert (write.verb, write.resource, write.namespace, write.name) == ("patch", "deployments/scale", "shop", "web")
    assert write.body == {"spec": {"replicas": 4}}


def test_a_denied_verb_is_forbidden(apps: Any) -> None:
    """[[rbac.deny]] of the world holds for requests as for questions."""
    refused = refusal(apps.patch_namespaced_deployment, "vault", "locked", {"spec": {"replicas": 4}})

    assert refused.status == 403
    assert (
        'cannot patch resource \\"deployments\\" in API group \\"apps\\" in the namespace \\"locked\\"' in refused.body
    )


def test_a_watch_tells_what_happens(apps: Any) -> None:
    """A watch from a version sees the changes after it, and ends at its timeout."""
    version = apps.list_namespaced_deployment("shop").metadata.resource_version
    timer = threading.Timer(
        0.2, apps.patch_namespaced_deployment, ("web", "shop", {"metadata": {"labels": {"a": "b"}}})
    )
    timer.start()

    stream: Any = watch.Watch()  # type: ignore[no-untyped-call]  # the library has no types
    told = []
    for event in stream.stream(apps.list_namespaced_deployment, "shop", resource_version=version, timeout_seconds=5):
        told.append((event["type"], event["object"].metadata.labels))
        stream.stop()

    timer.join()
    assert told == [("MODIFIED", {"a": "b"})]


def test_an_object_that_leaves_the_selection_is_deleted_to_a_watch(apps: Any) -> None:
    """A watch with a selector tells DELETED when a label no longer fits."""
    apps.patch_namespaced_deployment("web", "shop", {"metadata": {"labels": {"tier": "front"}}})
    version = apps.list_namespaced_deployment("shop").metadata.resource_version
    apps.patch_namespaced_deployment("web", "shop", {"metadata": {"labels": {"tier": "back"}}})

    stream: Any = watch.Watch()  # type: ignore[no-untyped-call]  # the library has no types
    chosen = {"label_selector": "tier=front", "resource_version": version, "timeout_seconds": 5}
    first = next(iter(stream.stream(apps.list_namespaced_deployment, "shop", **chosen)))

    assert first["type"] == "DELETED"


def test_a_list_comes_in_pages(apps: Any) -> None:
    """Limit and continue walk through a list without loss or repetition."""
    for name in ("a", "b", "c", "d"):
        apps.create_namespaced_deployment("shop", deployment(name, replicas=0))
    names: list[str] = []
    page = apps.list_namespaced_deployment("shop", limit=2)
    names += [one.metadata.name for one in page.items]
    while page.metadata._continue:
        page = apps.list_namespaced_deployment("shop", limit=2, _continue=page.metadata._continue)
        names += [one.metadata.name for one in page.items]

    assert names == ["a", "b", "c", "d", "web"]


def test_who_scaled_is_noted(apps: Any) -> None:
    """ManagedFields say which client set replicas, and when."""
    apps.patch_namespaced_deployment_scale("web", "shop", {"spec": {"replicas": 4}}, field_manager="somebody")

    entry = apps.read_namespaced_deployment("web", "shop").metadata.managed_fields[-1]

    assert (entry.manager, entry.subresource, entry.fields_v1) == (
        "somebody",
        "scale",
        {"f:spec": {"f:replicas": {}}},
    )


def test_deleting_a_deployment_takes_its_pods(apps: Any, cluster: Cluster) -> None:
    """Deletion goes down to ReplicaSets and pods."""
    apps.delete_namespaced_deployment("web", "shop")

    core: Any = client.CoreV1Api(apps.api_client)
    until(lambda: not core.list_namespaced_pod("shop").items)
    assert apps.list_namespaced_replica_set("shop").items == []
    assert not cluster.ready("deployment", "shop", "web")


def test_endpoints_follow_readiness(apps: Any) -> None:
    """Scaling to none leaves a service without addresses."""
    core: Any = client.CoreV1Api(apps.api_client)
    before = core.read_namespaced_endpoints("web", "shop").subsets[0].addresses

    apps.patch_namespaced_deployment_scale("web", "shop", {"spec": {"replicas": 0}})

    until(lambda: not core.read_namespaced_endpoints("web", "shop").subsets)
    assert len(before) == 3
