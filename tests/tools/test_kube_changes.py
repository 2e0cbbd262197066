"""Changes do what was shown, once, and know whether they did."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.kube.server import Cluster
from tests.tools.kube_world import BAD, GOOD, carried_out, granted, served, shop
from tools import acting
from tools.contract import Call, Change, JsonObject, Refused, Settled, Settlement, Stale, ToolError
from tools.kube import changing
from tools.kube.client import reader, writer
from tools.kube.fields import number, part, parts, text
from tools.kube.restart import kube_restart
from tools.kube.revisions import images
from tools.kube.rollback import kube_rollback, merge_patch
from tools.kube.scale import kube_scale

CHECKOUT: JsonObject = {"namespace": "shop", "deployment": "checkout"}
TO_FIVE: JsonObject = {**CHECKOUT, "replicas": 5}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for the rollout at short intervals."""
    monkeypatch.setattr(changing, "LOOK_SECONDS", 0.02)


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """Serve the shop."""
    with served(shop(), tmp_path, monkeypatch) as running:
        yield running


def checkout() -> JsonObject:
    """Return the deployment as it is now."""
    return reader().one("deployments", "shop", "checkout")


def state(settlement: object) -> Settled:
    """Return what a read-back says."""
    assert isinstance(settlement, Settlement)
    return settlement.state


@pytest.mark.parametrize("change", [kube_scale, kube_restart, kube_rollback], ids=lambda one: one.name)
def test_a_preview_changes_nothing(cluster: Cluster, change: Change) -> None:
    """A preview is a dry run: diff, way back and all, and not one write."""
    args = TO_FIVE if change is kube_scale else CHECKOUT

    preview = change.preview(**args)

    assert preview.diff.startswith("--- now")
    assert "service checkout" in preview.blast_radius
    assert preview.way_back
    assert cluster.writes == []


def test_scale_writes_once_with_the_action_id(cluster: Cluster) -> None:
    """One write carries replicas, precondition and action id."""
    grant = granted(kube_scale, TO_FIVE)

    said, settlement = carried_out(kube_scale, TO_FIVE, grant)

    assert said == "Set checkout in shop to 5 replicas."
    assert state(settlement) is Settled.DONE
    assert len(cluster.writes) == 1
    assert number(checkout(), "spec", "replicas") == 5
    assert text(checkout(), "metadata", "annotations", changing.ACTION) == "action-1"


@pytest.mark.usefixtures("cluster")
def test_scale_is_undone_by_the_call_it_names() -> None:
    """The undo call leads back to what was there."""
    grant = granted(kube_scale, TO_FIVE)
    carried_out(kube_scale, TO_FIVE, grant)
    undo = grant.proposal.preview.undo
    assert undo is not None

    carried_out(kube_scale, undo.args, granted(kube_scale, undo.args, name="action-2"))

    assert number(checkout(), "spec", "replicas") == 3


@pytest.mark.usefixtures("cluster")
def test_rollback_goes_to_the_last_good_revision_and_names_its_way_forward() -> None:
    """Without a number it is the revision before; undoing it rolls forward again."""
    grant = granted(kube_rollback, CHECKOUT)

    said, settlement = carried_out(kube_rollback, CHECKOUT, grant)

    assert grant.proposal.preview.undo == Call("kube_rollback", {**CHECKOUT, "revision": 2})
    assert f"-      - image: {GOOD}" in grant.proposal.preview.diff
    assert said.endswith("back to revision 1.")
    assert state(settlement) is Settled.DONE
    assert images(part(checkout(), "spec", "template")) == (BAD,)


@pytest.mark.usefixtures("cluster")
def test_a_rollback_can_be_rolled_forward() -> None:
    """The undo call of a rollback brings the template back that was there."""
    before = part(checkout(), "spec", "template")
    grant = granted(kube_rollback, CHECKOUT)
    carried_out(kube_rollback, CHECKOUT, grant)
    undo = grant.proposal.preview.undo
    assert undo is not None

    carried_out(kube_rollback, undo.args, granted(kube_rollback, undo.args, name="action-2"))

    assert part(checkout(), "spec", "template") == before


@pytest.mark.usefixtures("cluster")
def test_restart_replaces_every_pod_of_the_same_template() -> None:
    """Other pods, same images."""
    before = {text(one, "metadata", "name") for one in reader().every("pods", "shop")}

    _, settlement = carried_out(kube_restart, CHECKOUT, granted(kube_restart, CHECKOUT))

    after = {text(one, "metadata", "name") for one in reader().every("pods", "shop")}
    assert state(settlement) is Settled.DONE
    assert len(after - before) == 3
    assert images(part(checkout(), "spec", "template")) == (GOOD,)


@pytest.mark.parametrize("change", [kube_scale, kube_restart, kube_rollback], ids=lambda one: one.name)
def test_a_deployment_that_moved_is_left_alone(cluster: Cluster, change: Change) -> None:
    """Somebody scaled it after the card was shown: what was approved is not what would happen."""
    args = TO_FIVE if change is kube_scale else CHECKOUT
    grant = granted(change, args)
    other: JsonObject = {**CHECKOUT, "replicas": 4}
    carried_out(kube_scale, other, granted(kube_scale, other, name="somebody-else"))

    with pytest.raises(Stale, match="when it was shown"):
        carried_out(change, args, grant)

    assert len(cluster.writes) == 1


def test_a_status_that_moved_does_not_void_an_approval(cluster: Cluster) -> None:
    """Pods come and go in a crash-looping deployment; its resourceVersion moves, and the approval stays good."""
    grant = granted(kube_scale, TO_FIVE)
    before = text(checkout(), "metadata", "resourceVersion")
    doomed = text(reader().every("pods", "shop")[0], "metadata", "name")
    reader().connection.send("DELETE", f"/api/v1/namespaces/shop/pods/{doomed}", "delete a pod")
    while text(checkout(), "metadata", "resourceVersion") == before:
        cluster.tick()

    _, settlement = carried_out(kube_scale, TO_FIVE, grant)

    assert state(settlement) is Settled.DONE


@pytest.mark.usefixtures("cluster")
def test_a_read_back_tells_that_nothing_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A grant whose dispatch was cut off before the write is not done."""
    monkeypatch.setattr(changing, "SETTLE_SECONDS", 0.1)
    grant = granted(kube_scale, TO_FIVE)

    with acting.acting_on(grant):
        settlement = kube_scale.settle(**TO_FIVE)

    assert settlement.state is Settled.NOT_DONE


@pytest.mark.usefixtures("cluster")
def test_a_change_of_others_is_not_taken_for_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same replica count under another action's id is not this action's doing."""
    monkeypatch.setattr(changing, "SETTLE_SECONDS", 0.1)
    grant = granted(kube_scale, TO_FIVE)
    carried_out(kube_scale, TO_FIVE, granted(kube_scale, TO_FIVE, name="somebody-else"))

    with acting.acting_on(grant):
        settlement = kube_scale.settle(**TO_FIVE)

    assert settlement.state is Settled.UNKNOWN


def test_outside_the_executor_nothing_can_be_written(cluster: Cluster) -> None:
    """Only a grant opens the write client."""
    with pytest.raises(Refused):
        writer()
    with pytest.raises(Refused):
        kube_scale.apply(**TO_FIVE)

    assert cluster.writes == []


@pytest.mark.usefixtures("cluster")
@pytest.mark.parametrize(
    ("change", "args", "says"),
    [
        (kube_scale, {**CHECKOUT, "replicas": 0}, "stops it for everybody"),
        (kube_scale, {**CHECKOUT, "replicas": 3}, "has 3 replicas already"),
        (kube_rollback, {**CHECKOUT, "revision": 2}, "on revision 2 already"),
        (kube_rollback, {**CHECKOUT, "revision": 9}, "has no revision 9; its history has 2, 1"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(change: Change, args: JsonObject, says: str) -> None:
    """The preview refuses what would do nothing or harm."""
    with pytest.raises(ToolError, match=says):
        change.preview(**args)


JSON = st.recursive(
    st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.sampled_from("abcd"), JSON, max_size=4)


def applied(patch: object, target: object) -> object:
    """Apply a merge patch as RFC 7386 section 2 writes it."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = applied(value, result.get(key))
    return result


@given(OBJECTS, OBJECTS)
def test_a_merge_patch_makes_the_one_of_the_other(before: JsonObject, after: JsonObject) -> None:
    """Whatever two templates are, the patch leads exactly from one to the other."""
    patch = merge_patch(before, after)

    assert applied(patch, before) == after


def test_containers_are_replaced_whole() -> None:
    """A merge patch has no merge keys, so a list of containers is sent as it should be."""
    patch = merge_patch({"containers": [{"name": "a"}, {"name": "b"}]}, {"containers": [{"name": "a"}]})

    assert parts(patch, "containers") == [{"name": "a"}]
