"""Approving: who may, who may not, and that a yes counts once."""

import shutil
import subprocess
from collections.abc import Callable

import pytest
import requests

from sandbox.conversation import Card, Conversation
from sandbox.slack.visitor import wait_for
from sandbox.slack.wire import Unusable
from tests.kube_cluster import needs_kubectl
from tests.stories.conftest import Office


@pytest.fixture(scope="module")
def shop(opens: Callable[..., Office]) -> Office:
    """Open an office of its own: these stories change things."""
    return opens("false-alarm")


def proposed(shop: Office, who: str, replicas: int) -> tuple[Conversation, Card]:
    """Let somebody ask for a change in so many words; return the thread and the card."""
    thread = shop.asks(who, f"scale catalog to {replicas} replicas")
    return thread, thread.card("open")


def kubectl(shop: Office, *arguments: str) -> None:
    """Let somebody work on the cluster by hand."""
    config = shop.company.environment()["KUBECONFIG"]
    subprocess.run(
        [shutil.which("kubectl") or "kubectl", "--kubeconfig", config, "-n", "shop", *arguments],
        check=True,
        capture_output=True,
    )


def scaled_by_hand(shop: Office, replicas: int) -> None:
    """Let somebody scale in one request."""
    place = f"{shop.company.urls['kube']}/apis/apps/v1/namespaces/shop/deployments/catalog/scale"
    headers = {"Authorization": "Bearer sandbox", "Content-Type": "application/merge-patch+json"}
    requests.patch(place, json={"spec": {"replicas": replicas}}, headers=headers, timeout=30).raise_for_status()


def test_a_developer_who_is_not_on_call_cannot_approve(shop: Office) -> None:
    """A click of somebody outside the group does nothing, and they are told why."""
    thread, card = proposed(shop, "ben", 4)

    thread.clicks("ana", "infra_approve", card)

    assert "oncall" in wait_for(lambda: thread.told("ana"))[-1]
    assert thread.cards()[0].state == "open"


def test_nobody_approves_what_they_asked_for(shop: Office) -> None:
    """Ben is on call, but he asked; Cara's yes counts."""
    thread, card = proposed(shop, "ben", 5)

    thread.clicks("ben", "infra_approve", card)
    refused = wait_for(lambda: thread.told("ben"))
    thread.clicks("cara", "infra_approve", card)

    assert refused
    assert thread.card("done").args["replicas"] == 5
    assert shop.company.cluster.ready("Deployment", "shop", "catalog")


def test_nobody_approves_their_own_change_from_another_device(shop: Office) -> None:
    """Ben asks by command at his desk, and says yes with an emoji and a button on his phone: it is the same Ben."""
    thread = shop.commands("ben", "scale catalog to 11 replicas")
    card = thread.card("open")

    thread.reacts("ben", "white_check_mark", card.ts)
    first = wait_for(lambda: thread.told("ben"))
    thread.clicks("ben", "infra_approve", card)
    refused = wait_for(lambda: thread.told("ben")[len(first) :])

    assert "asked for" in refused[-1]
    assert thread.cards()[0].state == "open"


def test_a_guest_who_clicks_decides_nothing(shop: Office) -> None:
    """Not even once they are in the group; they are told, and the card stays open."""
    shop.person("ben").regroup("oncall", ["U0BEN0001", "U0CARA001", "U0GUS0001"])
    thread = shop.asks("ana", "scale catalog to 8 replicas", channel="general")
    card = thread.card("open")

    thread.clicks("gus", "infra_approve", card)

    assert "Guests" in wait_for(lambda: thread.told("gus"))[-1]
    assert thread.cards()[0].state == "open"


@needs_kubectl
def test_what_moved_after_it_was_shown_is_not_changed(shop: Office) -> None:
    """Somebody scales by hand while the card is open; the yes was for something else."""
    thread, card = proposed(shop, "ana", 9)
    kubectl(shop, "scale", "deployment/catalog", "--replicas=1")

    thread.clicks("ben", "infra_approve", card)

    assert "replicas" in str(thread.card("stale").args)
    found = shop.company.cluster.object("Deployment", "shop", "catalog")
    assert found is not None
    assert found["spec"]["replicas"] == 1


def test_what_moves_after_the_yes_is_not_changed(shop: Office) -> None:
    """Ben has said yes and the cluster is slow; before the write, somebody else scales."""
    thread, card = proposed(shop, "ana", 9)

    shop.company.slow_down(kube=0.8)
    thread.clicks("ben", "infra_approve", card)
    scaled_by_hand(shop, 2)
    shop.company.slow_down(kube=0)

    assert thread.card("stale").args["replicas"] == 9
    found = shop.company.cluster.object("Deployment", "shop", "catalog")
    assert found is not None
    assert found["spec"]["replicas"] == 2


def test_a_rejection_is_final(shop: Office) -> None:
    """After a no there is no button left to say yes with, and an emoji on the card changes nothing."""
    thread, card = proposed(shop, "ana", 6)

    thread.clicks("ben", "infra_reject", card)
    rejected = thread.card("rejected")
    with pytest.raises(Unusable, match="no element"):
        thread.clicks("cara", "infra_approve", rejected)
    thread.reacts("cara", "white_check_mark", rejected.ts)

    assert wait_for(lambda: thread.told("cara"))
    assert thread.cards()[0].state == "rejected"


def test_an_emoji_counts_by_the_same_rules(shop: Office) -> None:
    """A check mark of the asker is not counted, one of an on-call engineer is."""
    thread, card = proposed(shop, "ana", 7)

    thread.reacts("ana", "white_check_mark", card.ts)
    told = wait_for(lambda: thread.told("ana"))
    thread.reacts("ben", "white_check_mark", card.ts)

    assert told
    assert thread.card("done").args["replicas"] == 7


def test_a_plain_no_change_is_said_and_not_proposed(shop: Office) -> None:
    """Scaling to what it is already is no change."""
    thread = shop.asks("ana", "scale payments to 2 replicas")

    thread.report()

    assert thread.cards() == []
