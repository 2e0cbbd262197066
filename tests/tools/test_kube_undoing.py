"""A service that lost its pods or ports: what is undone is what changed it, and nothing else."""

import pytest

from tests.tools.kube_objects import NOW, at, deployment, pod, replicaset, template
from tools.contract import Call, Finding, JsonObject
from tools.kube.fields import part
from tools.kube.owners import scene
from tools.kube.services import analyze

BACK = Call("kube_rollback", {"namespace": "shop", "deployment": "checkout", "revision": 7})
SERVICE: JsonObject = {
    "metadata": {"name": "front", "namespace": "shop"},
    "spec": {"selector": {"app": "checkout"}, "ports": [{"port": 80, "targetPort": 8081}]},
}


def _on(port: int, image: str = "acme/checkout:1") -> JsonObject:
    return template(image, ports=[{"containerPort": port}])


def _found(service: JsonObject, before: JsonObject, now: JsonObject, *, minutes: float = 30) -> Finding:
    """Return what is found where the first template was replaced by the second so long ago."""
    sets = [replicaset(7, before, minutes=90_000), replicaset(8, now, minutes=minutes, ready=1, wanted=1)]
    one = pod("a", 8, minutes=minutes)
    one["metadata"] = {"name": "a", "namespace": "shop", "labels": part(now, "metadata", "labels")}
    one["spec"] = now["spec"]
    for each, of in zip(sets, (before, now), strict=True):
        part(each, "spec", "template")["metadata"] = of["metadata"]
    [found] = analyze([service], [one], scene([one], [deployment(pods=now)], sets), NOW)
    return found


def test_a_rollout_that_moved_the_port_is_rolled_back() -> None:
    """The template before had the port that the service sends to."""
    found = _found(SERVICE, _on(8081), _on(9090))

    assert (found.code, found.remedy) == ("port_mismatch", BACK)
    assert "revision 7 fits" in found.observed
    assert found.since
    assert found.since.isoformat().startswith(at(30)[:-1])


def test_a_service_that_was_changed_is_not_mended_by_its_pods() -> None:
    """The rollout left the port alone: going back would change nothing, and the service is named for it."""
    found = _found(SERVICE, _on(9090), _on(9090, "acme/checkout:2"))

    assert (found.code, found.remedy) == ("port_mismatch", None)
    assert "it is the service to correct" in found.observed
    assert found.advice


def test_a_port_that_moved_long_ago_is_not_rolled_back() -> None:
    """Much else has come since."""
    assert _found(SERVICE, _on(8081), _on(9090), minutes=3000).remedy is None


@pytest.mark.parametrize(("before", "remedy"), [("checkout", BACK), ("shop-checkout", None)])
def test_labels_that_a_rollout_took_away_are_rolled_back(before: str, remedy: Call | None) -> None:
    """Only where the pods of the template before had what the service selects."""
    old, new = _on(8081), _on(8081)
    old["metadata"] = {"labels": {"app": before}}
    new["metadata"] = {"labels": {"app": "checkout-v2"}}

    found = _found(SERVICE, old, new)

    assert (found.code, found.remedy) == ("selector_mismatch", remedy)
    assert bool(found.advice) is (remedy is None)
