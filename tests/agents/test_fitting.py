"""Nothing is undone that would not help: which change can have set which cause off."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agents.contract import Cited
from agents.diagnosis import Diagnosis, diagnose
from agents.weighing import Scene
from tests.agents.company import CHECKOUT, NOW, finding
from tools.contract import Call, Finding, Role

CATALOG, NODE, DNS = "deployment/shop/catalog", "node/node-1", "dns/cluster"
BACK = Call("kube_rollback", {"namespace": "shop", "deployment": "checkout", "revision": 6})
FEWER = Call("kube_scale", {"namespace": "shop", "deployment": "checkout", "replicas": 3})
ROLLOUT = finding("recent_rollout", CHECKOUT, "checkout was rolled out.", Role.CHANGE, minutes=20, remedy=BACK)
SCALED = finding(
    "scaled_recently", CHECKOUT, "checkout was scaled from 3 to 9 pods.", Role.CHANGE, minutes=20, remedy=FEWER
)
SCENE = Scene(
    frozenset({CHECKOUT, CATALOG, NODE}),
    {CHECKOUT: frozenset({CATALOG, NODE}), CATALOG: frozenset({NODE})},
    NOW - timedelta(minutes=8),
)


def _cause(code: str, subject: str = CHECKOUT, remedy: Call | None = None) -> Finding:
    return finding(code, subject, f"{code} it is.", Role.CAUSE, minutes=10, remedy=remedy)


def _diagnosed(*found: Finding) -> Diagnosis:
    return diagnose([Cited(one, f"E{at}") for at, one in enumerate(found, 1)], SCENE)


def _undone(*found: Finding) -> Call | None:
    remedy = _diagnosed(*found).remedy
    return remedy[0] if remedy else None


@pytest.mark.parametrize("code", ["missing_config", "oom_killed", "probe_killed", "image_pull", "port_mismatch"])
def test_a_rollout_is_undone_only_where_the_reading_that_weighed_it_says_so(code: str) -> None:
    """A secret that was deleted, say, is missing in every revision: the rollout just before it is no trigger."""
    assert _undone(_cause(code), ROLLOUT) is None
    assert _undone(_cause(code, remedy=BACK), ROLLOUT) == BACK


def test_what_a_log_says_does_not_overrule_what_was_weighed() -> None:
    """The log names the cause; whether going back ends it, the reading of the pods has compared."""
    said = replace(_cause("config_missing"), confidence=0.95)

    assert _undone(said, _cause("crash_loop"), ROLLOUT) is None
    assert _undone(said, _cause("crash_loop", remedy=BACK), ROLLOUT) == BACK


@pytest.mark.parametrize(
    ("code", "subject"),
    [
        ("node_not_ready", NODE),
        ("dns_down", DNS),
        ("policy_admits_nobody", "networkpolicy/shop/lockdown"),
        ("route_wrong_port", "ingress/shop/checkout"),
        ("certificate_expired", "certificate/shop/checkout"),
        ("certificate_refused", CHECKOUT),
        ("oom_killed", CATALOG),
    ],
)
def test_a_rollout_breaks_nothing_that_is_not_its_own(code: str, subject: str) -> None:
    """A node, the DNS, a policy, a route, a certificate, another workload's memory: rolling back heals none of it."""
    assert _undone(_cause(code, subject), ROLLOUT) is None


def test_who_suffers_by_the_cause_is_not_rolled_back() -> None:
    """Its own crash may well ask for that; the cause is elsewhere and would stay."""
    down = replace(_cause("dns_down", DNS), confidence=0.95)

    assert _diagnosed(down, _cause("crash_loop", remedy=BACK), ROLLOUT).cause == Cited(down, "E1")
    assert _undone(down, _cause("crash_loop", remedy=BACK), ROLLOUT) is None


@pytest.mark.parametrize(
    ("code", "undone"), [("unschedulable", FEWER), ("crash_loop", None), ("oom_killed", None), ("image_pull", None)]
)
def test_more_pods_are_undone_only_where_their_number_matters(code: str, undone: Call | None) -> None:
    """Pods that find no place are too many; those that cannot start or need more memory would be so as one."""
    assert _undone(_cause(code), SCALED) == undone


def test_fewer_pods_that_run_out_of_memory_are_made_more() -> None:
    """Each of them has to do more than before."""
    more = Call("kube_scale", {**FEWER.args, "replicas": 9})
    fewer = replace(SCALED, observed="checkout was scaled from 9 to 3 pods.", remedy=more)

    assert _undone(_cause("oom_killed"), fewer) == more
