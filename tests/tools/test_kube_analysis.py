"""What workloads, autoscalers, services, quotas, nodes, events and scalings say of themselves, on plain objects."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.kube_damage import damaged
from tests.tools.kube_objects import NOW, at, deployment, event, pod, replicaset, template
from tools.contract import Call, Finding, JsonObject, Role
from tools.kube import autoscalers, events, nodes, quotas, services, workloads
from tools.kube.events import event as parsed
from tools.kube.owners import scene
from tools.kube.quantity import quantity
from tools.kube.revisions import began, gone_back, good, revisions
from tools.kube.rollouts import rollout, status
from tools.kube.scalings import scaled, step
from tools.kube.workloads import Workload

OLD, NEW = template("acme/checkout:2.13.0"), template("acme/checkout:2.14.0")
SCALER: JsonObject = {
    "metadata": {"name": "checkout", "namespace": "shop"},
    "spec": {
        "minReplicas": 2,
        "maxReplicas": 6,
        "scaleTargetRef": {"kind": "Deployment", "name": "checkout"},
        "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": 70}}}],
    },
    "status": {
        "currentReplicas": 6,
        "desiredReplicas": 6,
        "currentMetrics": [{"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 96}}}],
        "conditions": [{"type": "ScalingLimited", "status": "True", "reason": "TooManyReplicas"}],
    },
}
SERVICE: JsonObject = {
    "metadata": {"name": "checkout", "namespace": "shop"},
    "spec": {"selector": {"app": "checkout"}, "ports": [{"port": 80, "targetPort": "http"}]},
}
QUOTA: JsonObject = {
    "metadata": {"name": "compute", "namespace": "shop"},
    "status": {"hard": {"requests.cpu": "4", "pods": "10"}, "used": {"requests.cpu": "4000m", "pods": "3"}},
}
NODE: JsonObject = {
    "metadata": {"name": "node-1"},
    "status": {
        "allocatable": {"cpu": "2", "memory": "4Gi"},
        "conditions": [
            {"type": "Ready", "status": "False", "reason": "KubeletNotReady", "lastTransitionTime": at(9)},
            {"type": "MemoryPressure", "status": "True"},
        ],
    },
}


def scaling(message: str, *, minutes: float = 30) -> events.Event:
    """Return a ScalingReplicaSet event of checkout."""
    return parsed(event("checkout", "ScalingReplicaSet", message, minutes=minutes, kind="Deployment"))


def serving(port: str = "http") -> JsonObject:
    """Return a ready pod that the service selects."""
    one = pod("a", 8)
    one["metadata"] = {"name": "a", "namespace": "shop", "labels": {"app": "checkout"}}
    one["spec"] = {"containers": [{"name": "app", "ports": [{"name": port, "containerPort": 8080}]}]}
    return one


def codes(found: tuple[Finding, ...]) -> set[str]:
    """Return the codes of findings."""
    return {one.code for one in found}


def test_a_scaling_names_when_from_what_and_by_whom() -> None:
    """An event tells the numbers, the field's manager tells who; scaling back is the remedy."""
    there = deployment(replicas=24)
    there["metadata"] = {
        "name": "checkout",
        "namespace": "shop",
        "creationTimestamp": at(9000),
        "managedFields": [
            {"manager": "ana", "time": at(30), "subresource": "scale", "fieldsV1": {"f:spec": {"f:replicas": {}}}}
        ],
    }
    history = revisions(there, [replicaset(8, NEW, minutes=9000, wanted=24)])

    found = scaled(there, history, [scaling("Scaled up replica set checkout-8 from 3 to 24")], {}, NOW)

    assert found is not None
    assert "from 3 to 24 pods 30 min ago (11:30:00 UTC) by ana" in found.observed
    assert found.remedy == Call("kube_scale", {"namespace": "shop", "deployment": "checkout", "replicas": 3})


def test_the_scaling_of_a_rollout_is_no_scaling() -> None:
    """A rollout scales its new ReplicaSet up; nobody changed the number of pods."""
    there = deployment(pods=NEW, replicas=3)
    history = revisions(there, [replicaset(8, NEW, minutes=31, wanted=3), replicaset(7, OLD, minutes=9000)])

    found = scaled(there, history, [scaling("Scaled up replica set checkout-8 from 2 to 3")], {}, NOW)

    assert found is None


def test_what_an_autoscaler_did_is_not_scaled_back() -> None:
    """Scaling against an autoscaler would not last."""
    there = deployment(replicas=6)

    found = scaled(there, (), [scaling("Scaled up replica set checkout-8 to 6 from 3")], SCALER, NOW)

    assert found is not None
    assert found.remedy is None
    assert "by the autoscaler" in found.observed


@pytest.mark.parametrize(
    ("message", "took"),
    [
        ("Scaled up replica set a-1 to 3", ("a-1", -1, 3)),
        ("Scaled up replica set a-1 to 3 from 2", ("a-1", 2, 3)),
        ("Scaled down replica set a-1 from 3 to 2", ("a-1", 3, 2)),
        ("Created pod a-1-x", None),
    ],
)
def test_every_wording_of_a_scaling_event_is_understood(message: str, took: object) -> None:
    """Kubernetes has changed the sentence twice."""
    assert step(message) == took


def test_a_rollback_is_no_rollout_and_has_no_way_back_into_the_fault() -> None:
    """After a rollback the old ReplicaSet has the highest number; nothing recommends the newer template again."""
    there = deployment(pods=OLD)
    sets = [replicaset(9, OLD, minutes=9000, ready=3, wanted=3), replicaset(8, NEW, minutes=12)]
    history = revisions(there, sets)

    change = rollout(there, history, NOW)

    assert gone_back(history)
    assert change is None


def test_a_restart_does_not_make_a_template_newer() -> None:
    """A restarted deployment runs what it ran; what changed is found before the restart."""
    again = template("acme/checkout:2.14.0")
    again["metadata"] = {"annotations": {"kubectl.kubernetes.io/restartedAt": at(5)}}
    restarted = replicaset(9, again, minutes=5, ready=3, wanted=3)
    part = restarted["spec"]
    assert isinstance(part, dict)
    part["template"] = again
    there = deployment(pods=again)
    sets = [restarted, replicaset(8, NEW, minutes=600), replicaset(7, OLD, minutes=9000)]
    for one in sets[1:]:
        spec = one["spec"]
        assert isinstance(spec, dict)
        spec["template"] = {"metadata": {}, "spec": spec["template"]["spec"]}

    history = revisions(there, sets)

    before = good(history)
    assert before is not None
    assert before.number == 7
    assert began(history) == NOW - timedelta(minutes=600)


def test_a_stuck_rollout_is_told_from_one_that_goes_on() -> None:
    """The controller says when the deadline has passed."""
    late: JsonObject = {"type": "Progressing", "status": "False", "message": "has timed out progressing"}
    stuck = {**deployment(), "status": {"updatedReplicas": 1, "conditions": [late]}}
    going = {**deployment(), "status": {"updatedReplicas": 1}}

    found = [status(stuck).code, status(going).code]

    assert found == ["rollout_stuck", "rollout_in_progress"]


def test_a_workload_short_of_pods_leads_to_its_pods() -> None:
    """Too few ready pods is a symptom; its pods say why."""
    short = Workload("deployment", {**deployment(), "status": {"readyReplicas": 1}})

    found = workloads.analyze([short], scene(), [], NOW)

    assert found[0].code == "unavailable"
    assert Call("kube_pods", {"namespace": "shop", "workload": "checkout"}) in found[0].leads_to


def test_many_healthy_workloads_are_told_together() -> None:
    """A hundred healthy workloads do not drown the one that is not."""
    fine = [Workload("deployment", {**deployment(f"s{n}"), "status": {"readyReplicas": 3}}) for n in range(100)]
    short = Workload("deployment", {**deployment("lame"), "status": {"readyReplicas": 1}})

    found = workloads.analyze([*fine, short], scene(), [], NOW)

    assert [one.code for one in found] == ["unavailable", "many_healthy"]


def test_an_autoscaler_at_its_limit_says_which_metric_wants_more() -> None:
    """At its maximum with a metric over target it cannot follow the load."""
    found = autoscalers.analyze([SCALER])

    assert codes(found) == {"hpa_at_limit"}
    assert "maximum of 6 pods: cpu 96 % of 70 %" in found[0].observed


def test_an_autoscaler_without_metrics_is_blind() -> None:
    """Without metrics nothing is scaled."""
    blind: JsonObject = {"type": "ScalingActive", "status": "False", "reason": "FailedGetResourceMetric"}

    found = autoscalers.analyze([{**SCALER, "status": {"conditions": [blind]}}])

    assert codes(found) == {"hpa_blind"}


@pytest.mark.parametrize(
    ("pods", "code"),
    [
        ([serving()], "service_healthy"),
        ([serving("grpc")], "port_mismatch"),
        ([], "selector_mismatch"),
        ([serving() | {"status": {"phase": "Running"}}], "no_endpoints"),
    ],
)
def test_a_service_says_what_keeps_traffic_from_its_pods(pods: list[JsonObject], code: str) -> None:
    """No such labels, none ready, or no such port."""
    assert codes(services.analyze([SERVICE], pods, scene(), NOW)) == {code}


def test_a_port_mismatch_names_the_ports_there_are() -> None:
    """Whoever corrects the service need not look them up."""
    found = services.analyze([SERVICE], [serving("grpc")], scene(), NOW)

    assert found[0].observed.endswith("they have 8080 (grpc).")


def test_a_full_quota_is_found_in_whatever_unit_it_is_written() -> None:
    """4000m of 4 cores is all of it."""
    found = quotas.analyze([QUOTA])

    assert codes(found) == {"quota_full"}
    assert "requests.cpu: 4000m of 4 used" in found[0].observed


def test_a_node_says_what_is_wrong_with_it() -> None:
    """Not ready, under pressure, and full are three things."""
    busy: JsonObject = {
        "spec": {"nodeName": "node-1", "containers": [{"resources": {"requests": {"cpu": "1950m"}}}]},
    }

    found = nodes.analyze([NODE], nodes.by_node([busy]))

    assert codes(found) == {"node_not_ready", "node_pressure", "node_full"}


def test_a_single_old_warning_is_a_leftover() -> None:
    """What warned once, or stopped warning, is context."""
    still = parsed(event("a", "BackOff", "back-off", minutes=1, count=9))
    over = parsed(event("b", "Unhealthy", "probe failed", minutes=40, count=9))

    found = {one.subject: one.role for one in events.analyze([still, over], NOW)}

    assert found == {"pod/shop/a": Role.SYMPTOM, "pod/shop/b": Role.CONTEXT}


@pytest.mark.parametrize(
    ("written", "means"), [("250m", 0.25), ("1Gi", 2**30), ("2e3", 2000), ("1.5", 1.5), ("4k", 4000), ("x", 0), ("", 0)]
)
def test_quantities_are_read_in_their_base_unit(written: str, means: float) -> None:
    """Cores, bytes and pieces."""
    assert quantity(written) == pytest.approx(means)


@given(st.text(max_size=20) | st.integers() | st.none())
def test_any_quantity_is_read_without_error(written: object) -> None:
    """What is no quantity is none."""
    assert quantity(written) >= 0 or str(written).startswith("-")


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_shape_of_an_answer_stops_an_analysis(data: st.DataObject) -> None:
    """Fields may be missing or of another type: worlds differ, and none of them stops a reading."""
    told = event("checkout", "ScalingReplicaSet", "Scaled up replica set checkout-8 from 3 to 24", kind="Deployment")
    whole = [deployment(), replicaset(8, NEW, minutes=9), told, SCALER, SERVICE, serving(), QUOTA, NODE]

    broken = [data.draw(damaged(one)) for one in whole]

    objects: list[JsonObject] = [one if isinstance(one, dict) else {} for one in broken]
    workload, owned, said, scaler, service, one, quota, node = objects
    there = scene([one], [workload], [owned], [parsed(said)])
    found = (
        *workloads.analyze([Workload("deployment", workload)], there, [scaler], NOW),
        *events.analyze(there.events, NOW),
        *autoscalers.analyze([scaler]),
        *services.analyze([service], [one], there, NOW),
        *quotas.analyze([quota]),
        *nodes.analyze([node], nodes.by_node([one])),
        status(workload),
    )
    assert all(one.observed for one in found)
