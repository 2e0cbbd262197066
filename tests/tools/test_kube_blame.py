"""Tell causes from leftovers: what the ailments of a workload's pods have in common."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.kube_damage import damaged
from tests.tools.kube_objects import (
    NOW,
    at,
    crashing,
    deployment,
    event,
    pod,
    replicaset,
    template,
    unready,
    waiting,
)
from tools.contract import Call, Finding, JsonObject, Role
from tools.kube import blame, creation, cures, pods, rollouts
from tools.kube.blame import examine
from tools.kube.events import event as parsed
from tools.kube.owners import Scene, scene
from tools.kube.pods import analyze

OLD, NEW = template("acme/checkout:2.13.0"), template("acme/checkout:2.14.0")
BACK = Call("kube_rollback", {"namespace": "shop", "deployment": "checkout", "revision": 7})


def rolled_out(*found: JsonObject, new: JsonObject = NEW, events: Sequence[JsonObject] = ()) -> Scene:
    """Return checkout with revision 8 rolled out 12 minutes ago over revision 7."""
    sets = [replicaset(8, new, minutes=12, wanted=1), replicaset(7, OLD, minutes=5000, ready=2, wanted=2)]
    return scene(found, [deployment(pods=new)], sets, [parsed(one) for one in events])


def findings(scene_: Scene) -> dict[str, Finding]:
    """Return what is found, by code."""
    return {one.code: one for one in analyze(scene_, examine(scene_, NOW), NOW)}


def test_crash_of_only_the_newest_revision_is_cured_by_going_back() -> None:
    """Pods of the new revision crash while the old one serves: rolling back to the old one is the remedy."""
    there = rolled_out(pod("new", 8, crashing(said="KeyError: PAYMENTS_URL"), minutes=11), pod("old", 7))

    found = findings(there)

    assert found["crash_loop"].remedy == BACK
    assert found["crash_loop"].subject == "deployment/shop/checkout"
    assert "code 1" in found["crash_loop"].observed
    assert "KeyError: PAYMENTS_URL" in found["crash_loop"].observed
    assert found["recent_rollout"].role is Role.CHANGE
    assert "checkout:2.13.0 → checkout:2.14.0" in found["recent_rollout"].observed


def test_trouble_that_is_as_old_as_an_old_rollout_came_with_it() -> None:
    """A rollout of last week that never worked is cured by going back, however long nobody looked."""
    sets = [replicaset(8, NEW, minutes=9000, wanted=1), replicaset(7, OLD, minutes=20000)]
    pull = pod("new", 8, waiting("ErrImagePull", "manifest unknown"), minutes=8999)

    found = findings(scene([pull], [deployment(pods=NEW)], sets))

    assert found["image_pull"].remedy == BACK


def test_trouble_long_after_the_rollout_did_not_come_with_it() -> None:
    """What ran for days and crashes now is not cured by going back."""
    sets = [replicaset(8, NEW, minutes=9000, wanted=1), replicaset(7, OLD, minutes=20000)]

    found = findings(scene([pod("new", 8, crashing(), minutes=8999)], [deployment(pods=NEW)], sets))

    assert found["crash_loop"].remedy is None
    assert "over a day" in found["crash_loop"].observed


def test_crash_of_every_revision_has_no_rollback() -> None:
    """When pods of the old revision crash too, the rollout is not to blame."""
    there = rolled_out(pod("new", 8, crashing()), pod("old", 7, crashing()))

    found = findings(there)

    assert found["crash_loop"].remedy is None
    assert "would not help" in found["crash_loop"].observed


def test_no_rollback_to_the_same_image_that_cannot_be_pulled() -> None:
    """Going back helps against an image only if the image changed."""
    same = template("acme/checkout:2.13.0", env=[{"name": "A", "value": "1"}])
    there = rolled_out(pod("new", 8, waiting("ImagePullBackOff", "not found")), new=same)

    found = findings(there)

    assert found["image_pull"].remedy is None


def test_image_pull_says_what_the_registry_means() -> None:
    """The kubelet's words about the registry are translated."""
    refusal = event("new", "Failed", 'Failed to pull image "acme/checkout:2.14.0": unauthorized: access denied')
    there = rolled_out(pod("new", 8, waiting("ImagePullBackOff", "Back-off pulling image")), events=[refusal])

    found = findings(there)

    assert "acme/checkout:2.14.0" in found["image_pull"].observed
    assert "not allowed" in found["image_pull"].observed
    assert found["image_pull"].remedy == BACK


def test_config_that_both_revisions_name_is_not_cured_by_going_back() -> None:
    """A ConfigMap that was deleted is missing in the old revision as well."""
    names = [{"configMapRef": {"name": "checkout-config"}}]
    old = template("acme/checkout:2.13.0", envFrom=names)
    new = template("acme/checkout:2.14.0", envFrom=names, env=[{"name": "A", "value": "1"}])
    sets = [replicaset(8, new, minutes=12), replicaset(7, old, minutes=5000, ready=2)]
    gone = waiting("CreateContainerConfigError", 'configmap "checkout-config" not found')
    there = scene([pod("new", 8, gone)], [deployment(pods=new)], sets)

    found = findings(there)

    assert found["missing_config"].remedy is None
    assert "checkout-config" in found["missing_config"].observed


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (crashing(code=137, reason="OOMKilled"), "oom_killed"),
        (crashing(code=127), "bad_command"),
        (crashing(code=139), "crash_loop"),
        (waiting("CreateContainerConfigError", 'secret "db" not found'), "missing_config"),
        (waiting("RunContainerError", 'exec: "serve": executable file not found in $PATH'), "bad_command"),
        (unready({"name": "app", "ready": False, "state": {"running": {"startedAt": at(9)}}}), "not_ready"),
        ({"phase": "Failed", "reason": "Evicted", "startTime": at(5), "containerStatuses": []}, "evicted"),
    ],
)
def test_each_class_of_trouble_has_its_code(status: JsonObject, code: str) -> None:
    """What a pod's status says is told apart."""
    found = findings(rolled_out(pod("new", 8, status)))

    assert code in found


def test_liveness_kills_are_told_from_crashes() -> None:
    """A container that a probe has killed did not crash by itself."""
    killed = event("new", "Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500")
    there = rolled_out(pod("new", 8, crashing(code=137)), events=[killed])

    found = findings(there)

    assert "probe_killed" in found
    assert "crash_loop" not in found


def test_unschedulable_pods_say_what_they_lack() -> None:
    """The scheduler's sentence is read."""
    why = "0/3 nodes are available: 2 Insufficient memory, 1 node(s) had untolerated taint {gpu: true}."
    stuck: JsonObject = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": why}
    lost = pod("new", 8, {"phase": "Pending", "conditions": [stuck], "containerStatuses": []})
    lost["spec"] = {}

    found = findings(rolled_out(lost))

    assert "not enough memory, taints" in found["unschedulable"].observed
    assert Call("kube_nodes", {}) in found["unschedulable"].leads_to


def test_old_trouble_of_pods_that_are_ready_is_context() -> None:
    """Yesterday's out-of-memory kill of a pod that serves is no cause."""
    ended = {"exitCode": 137, "reason": "OOMKilled", "startedAt": at(1600), "finishedAt": at(1500)}
    status = {"name": "app", "ready": True, "restartCount": 3, "lastState": {"terminated": ended}, "state": {}}
    there = rolled_out(pod("new", 8, {"containerStatuses": [status]}), pod("old", 7))

    found = findings(there)

    assert found["old_restart"].role is Role.CONTEXT
    assert found["workload_healthy"].role is Role.HEALTHY
    assert "oom_killed" not in found


def test_events_of_a_namesake_that_is_gone_are_not_this_pods() -> None:
    """Evidence belongs to objects that live now: another uid is another pod."""
    probe = event("new", "Unhealthy", "Liveness probe failed: timeout")
    probe["involvedObject"] = {"kind": "Pod", "name": "new", "namespace": "shop", "uid": "uid-of-its-forerunner"}

    found = findings(rolled_out(pod("new", 8, crashing(code=137)), events=[probe]))

    assert "probe_killed" not in found


def test_quota_that_refuses_pods_is_the_cause_while_pods_are_missing() -> None:
    """Pods that were never created leave only an event of their ReplicaSet."""
    said = (
        'pods "checkout-8-x" is forbidden: exceeded quota: shop, requested: limits.memory=1Gi, '
        "used: limits.memory=8Gi, limited: limits.memory=8Gi"
    )
    there = scene(
        [],
        [deployment(pods=NEW)],
        [replicaset(8, NEW, minutes=12, wanted=1) | {"status": {"replicas": 0}}],
        [parsed(event("checkout-8", "FailedCreate", said, kind="ReplicaSet", count=9))],
    )

    found = findings(there)

    assert found["quota_exceeded"].subject == "deployment/shop/checkout"
    assert "limits.memory=8Gi is used" in found["quota_exceeded"].observed


def test_every_code_is_documented() -> None:
    """What can be found is in the tables that the documentation is made from."""
    known = pods.FINDINGS | creation.FINDINGS | rollouts.FINDINGS

    emitted = {*blame.SYMPTOMS, *blame.SURE, *cures.ADVICE, *cures.RELEVANT, *blame.PASSING}

    assert emitted - {"terminating", "completed"} <= known.keys()


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_analysis_of_anything_the_api_might_answer_never_raises(data: st.DataObject) -> None:
    """Fields may be missing or of another type: worlds differ, and none of them stops a reading."""
    statuses = [crashing(), waiting("ImagePullBackOff"), crashing(code=137, reason="OOMKilled"), unready()]
    shapes: list[JsonObject] = [pod(f"p{index}", 8, status) for index, status in enumerate(statuses)]
    told = event("p0", "Unhealthy", "Liveness probe failed")

    broken = [data.draw(damaged(one)) for one in [*shapes, deployment(), replicaset(8, NEW, minutes=9), told]]

    objects: list[JsonObject] = [one if isinstance(one, dict) else {} for one in broken]
    there = scene(objects[:4], [objects[4]], [objects[5]], [parsed(objects[6])])
    assert len(examine(there, NOW)) == 4
    assert isinstance(analyze(there, examine(there, NOW), NOW), tuple)
