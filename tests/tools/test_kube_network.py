"""Routes, network policies, claims, jobs, certificates, DNS and configuration, on plain objects."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.kube_damage import damaged
from tests.tools.kube_objects import NOW, at
from tools.contract import Finding, JsonObject
from tools.kube import certificates, configuration, dns, jobs, policies, routing, volumes
from tools.kube.events import event as parsed
from tools.kube.logwords import lines_of, read
from tools.kube.policies import Around
from tools.kube.routing import Ground

POD: JsonObject = {
    "metadata": {"name": "storefront-1", "namespace": "shop", "labels": {"app": "storefront"}},
    "spec": {
        "containers": [{"name": "web", "ports": [{"name": "http", "containerPort": 8080}]}],
        "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "carts"}}],
    },
    "status": {"phase": "Pending", "conditions": [{"type": "Ready", "status": "True"}]},
}
SERVICE: JsonObject = {
    "metadata": {"name": "storefront", "namespace": "shop"},
    "spec": {"selector": {"app": "storefront"}, "ports": [{"name": "web", "port": 80, "targetPort": "http"}]},
}


def named(name: str, **more: object) -> JsonObject:
    """Return the metadata of an object of the namespace shop."""
    return {"name": name, "namespace": "shop", **more}


def ingress(service: str = "storefront", port: object = 80) -> JsonObject:
    """Return an Ingress with one rule."""
    backend = {"service": {"name": service, "port": {"number" if isinstance(port, int) else "name": port}}}
    return {"metadata": named("storefront"), "spec": {"rules": [{"http": {"paths": [{"backend": backend}]}}]}}


def policy(**spec: Any) -> JsonObject:
    """Return a policy about the storefront's pods, ten minutes old."""
    chosen = {"podSelector": {"matchLabels": {"app": "storefront"}}, **spec}
    return {"metadata": named("only-gateway", creationTimestamp=at(10)), "spec": chosen}


def codes(found: tuple[Finding, ...]) -> list[str]:
    """Return the findings' codes."""
    return [one.code for one in found]


@pytest.mark.parametrize(
    ("service", "port", "code"),
    [
        ("storefront", 80, "routes_fine"),
        ("storefront", "web", "routes_fine"),
        ("storefront", 8080, "route_wrong_port"),
        ("storefront-v2", 80, "route_without_service"),
    ],
)
def test_an_ingress_is_followed_to_its_service_and_port(service: str, port: object, code: str) -> None:
    """The service must exist and have the port, by number or by name."""
    found = routing.analyze([ingress(service, port)], [], Ground([SERVICE], [POD], []))

    assert codes(found) == [code]


def test_a_backend_that_is_sent_nothing_is_not_missed() -> None:
    """A canary of weight 0 may be gone already."""
    refs = [{"name": "storefront", "port": 80, "weight": 100}, {"name": "canary", "port": 80, "weight": 0}]
    route: JsonObject = {"metadata": named("storefront"), "spec": {"rules": [{"backendRefs": refs}]}}

    assert codes(routing.analyze([], [route], Ground([SERVICE], [POD], []))) == ["routes_fine"]


def test_a_route_that_its_gateway_refuses_says_why() -> None:
    """The gateway's own words are in the route's status."""
    refused = {"type": "Accepted", "status": "False", "reason": "NotAllowedByListeners", "message": "no listener"}
    route: JsonObject = {
        "metadata": named("storefront"),
        "spec": {"rules": [{"backendRefs": [{"name": "storefront", "port": 80}]}]},
        "status": {"parents": [{"conditions": [refused]}]},
    }

    (found,) = routing.analyze([], [route], Ground([SERVICE], [POD], []))

    assert (found.code, "NotAllowedByListeners" in found.observed) == ("route_refused", True)


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ({"policyTypes": ["Ingress"]}, "policy_blocks_all"),
        ({"ingress": [{}]}, "policies_fine"),
        ({"ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "storefront"}}}]}]}, "policies_fine"),
        ({"ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "gone"}}}]}]}, "policy_admits_nobody"),
        ({"ingress": [{"ports": [{"port": 8081}]}]}, "policy_wrong_port"),
        ({"ingress": [{"ports": [{"port": 8000, "endPort": 9000}]}]}, "policies_fine"),
        ({"ingress": [{}], "egress": [{"ports": [{"port": 443}]}]}, "policy_blocks_dns"),
        ({"ingress": [{}], "egress": [{"ports": [{"port": 53}]}]}, "policies_fine"),
    ],
)
def test_a_policy_is_held_against_what_the_service_needs(spec: JsonObject, code: str) -> None:
    """Who is admitted, to which port, and whether DNS can be asked."""
    found = policies.analyze(Around([policy(**spec)], [SERVICE], [POD], NOW))

    assert codes(found) == [code]


@pytest.mark.parametrize(
    ("kind", "phase", "code"),
    [("gp3", "Bound", "claims_bound"), ("gp3", "Pending", "claim_pending"), ("fast", "Pending", "claim_class_missing")],
)
def test_a_claim_says_why_it_is_not_bound(kind: str, phase: str, code: str) -> None:
    """A storage class that is not there is told apart from one that does not provide."""
    claim: JsonObject = {
        "metadata": named("carts"),
        "spec": {"storageClassName": kind},
        "status": {"phase": phase},
    }

    found = volumes.analyze([claim], [{"metadata": {"name": "gp3"}}], [POD], [])

    assert codes(found) == [code]


def test_a_claim_that_does_not_exist_is_missed() -> None:
    """Pods mount it, and it is not there."""
    found = volumes.analyze([], [], [POD], [])

    assert codes(found) == ["claim_missing"]


def test_a_failed_job_of_a_cron_job_is_told_once() -> None:
    """Only the latest run counts."""
    owner = [{"kind": "CronJob", "name": "report"}]
    failed = {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "lastTransitionTime": at(9)}
    runs: list[JsonObject] = [
        {"metadata": named("report-1", creationTimestamp=at(70), ownerReferences=owner)},
        {
            "metadata": named("report-2", creationTimestamp=at(10), ownerReferences=owner),
            "status": {"conditions": [failed]},
        },
    ]

    found = jobs.analyze(runs, [{"metadata": named("report")}], NOW)

    assert [(one.code, one.subject) for one in found] == [("cron_failing", "cronjob/shop/report")]


@pytest.mark.parametrize(
    ("days", "ready", "code"),
    [
        (60, "True", "certificates_fine"),
        (3, "True", "certificate_expiring"),
        (-1, "False", "certificate_expired"),
        (60, "False", "certificate_not_issued"),
    ],
)
def test_a_certificate_is_held_against_the_clock(days: int, ready: str, code: str) -> None:
    """Expired, not renewed and soon over are three things."""
    one: JsonObject = {
        "metadata": named("storefront"),
        "status": {
            "notAfter": (NOW + timedelta(days=days)).isoformat(),
            "conditions": [{"type": "Ready", "status": ready, "message": "the issuer refuses"}],
        },
    }

    assert codes(certificates.analyze([one], [], NOW)) == [code]


def test_a_certificate_that_only_a_secret_holds_is_said_to_be_unseen() -> None:
    """Secrets are not read, so that its end is unknown; what cert-manager keeps is known."""
    kept: JsonObject = {
        "metadata": named("storefront"),
        "spec": {"secretName": "storefront-tls"},
        "status": {"notAfter": (NOW + timedelta(days=60)).isoformat(), "conditions": [{"type": "Ready"}]},
    }
    serves = [{**ingress(), "spec": {"tls": [{"secretName": one}]}} for one in ("storefront-tls", "by-hand")]

    assert codes(certificates.analyze([kept], serves[:1], NOW)) == ["certificates_fine"]
    assert codes(certificates.analyze([kept], serves, NOW)) == ["certificates_fine", "tls_unseen"]
    assert codes(certificates.analyze([], serves[1:], NOW)) == ["tls_unseen", "no_certificates"]


@pytest.mark.parametrize(
    ("pods", "wanted", "log", "code"),
    [
        ([POD], 1, "", "dns_fine"),
        ([POD], 2, "", "dns_short"),
        ([], 2, "", "dns_down"),
        ([], 0, "", "dns_unseen"),
        ([POD], 1, "2026-01-02T11:59:01Z [ERROR] plugin/errors: 2 read udp: i/o timeout\n", "dns_complains"),
    ],
)
def test_the_clusters_dns_is_up_short_or_down(pods: list[JsonObject], wanted: int, log: str, code: str) -> None:
    """Where no CoreDNS is to be seen, nothing is said about it."""
    found = dns.analyze(pods, wanted, read(lines_of(log)))

    assert codes(found) == [code]


def test_a_config_map_is_tied_to_who_reads_it() -> None:
    """Its latest write counts, and its values stay unread."""
    template = {"spec": {"containers": [{"envFrom": [{"configMapRef": {"name": "limits"}}]}]}}
    deployment: JsonObject = {"metadata": named("storefront"), "spec": {"template": template}}
    written = named("limits", creationTimestamp=at(9000), managedFields=[{"manager": "kubectl-edit", "time": at(12)}])

    found = configuration.analyze([{"metadata": written, "data": {"SECRET": "x"}}], [deployment], NOW)

    assert [(one.code, one.subject) for one in found] == [("config_changed", "deployment/shop/storefront")]
    assert "kubectl-edit" in found[0].observed


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_shape_of_an_answer_stops_an_analysis(data: st.DataObject) -> None:
    """Fields may be missing or of another type."""
    egress = {"policyTypes": ["Ingress", "Egress"], "ingress": [{"ports": [{"port": 80, "endPort": 90}]}], "egress": []}
    mount = parsed({"involvedObject": {"kind": "PersistentVolumeClaim", "name": "carts"}, "reason": "FailedBinding"})
    whole = [POD, SERVICE, ingress(), policy(**egress), {"metadata": named("carts"), "status": {"phase": "Pending"}}]

    broken = [data.draw(damaged(one)) for one in whole]

    pod, service, route, guard, claim = (one if isinstance(one, dict) else {} for one in broken)
    found = (
        *routing.analyze([route], [route], Ground([service], [pod], [pod])),
        *policies.analyze(Around([guard], [service], [pod], NOW)),
        *volumes.analyze([claim], [], [pod], [mount]),
        *jobs.analyze([claim], [claim], NOW),
        *certificates.analyze([claim], [route], NOW),
        *configuration.analyze([claim], [pod], NOW),
    )
    assert all(one.observed for one in found)
