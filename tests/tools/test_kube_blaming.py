"""What callers say of what they call."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.contract import JsonObject, Role
from tools.kube.blaming import Callee, blaming, callee, callers
from tools.kube.fields import name_of
from tools.kube.logwords import Line

NOON = datetime(2026, 6, 2, 12, tzinfo=UTC)
PAYMENTS = Callee("shop", "payments", ("payments",))
EXPIRED = "ERROR charge failed: x509: certificate has expired or is not yet valid: payments.shop.svc"
REFUSED = "ERROR dial tcp payments:8080: connection refused"


@pytest.mark.parametrize(
    "words",
    [
        EXPIRED,
        REFUSED,
        "ERROR POST http://payments/charge: 500 Internal Server Error",
        "WARN payments timed out, trying again",
        "ERROR could not connect to payments: connection refused",
        "ERROR payments answered 503",
    ],
)
def test_an_error_that_names_it_is_about_it(words: str) -> None:
    """By its address, or by its name beside what it did."""
    assert PAYMENTS.blamed(words, inside=True)


@pytest.mark.parametrize(
    "words",
    [
        "INFO POST http://payments/charge 200",
        "WARN payments answered 429",
        "ERROR could not parse the list of payments",
        "ERROR dial tcp orders-db:5432: connection refused while storing payments",
        "ERROR dial tcp payments-worker:80: connection refused",
        "ERROR dial tcp payments.media.svc:80: connection refused",
        "ERROR https://payments.example.com/charge timed out",
    ],
)
def test_an_error_about_something_else_is_not_held_against_it(words: str) -> None:
    """Another host, another namespace's service of that name, the plain word, or no error at all."""
    assert not PAYMENTS.blamed(words, inside=True)


def test_from_another_namespace_only_the_whole_name_means_it() -> None:
    """There the bare name is a service of that namespace's own."""
    assert PAYMENTS.blamed(EXPIRED, inside=False)
    assert not PAYMENTS.blamed(REFUSED, inside=False)


@given(st.text(max_size=80).map(lambda said: said.replace("p", "").replace("P", "")))
def test_a_line_without_its_name_is_not_about_it(words: str) -> None:
    """Whatever a program prints can be judged."""
    assert not PAYMENTS.blamed(words, inside=True)
    assert not PAYMENTS.blamed(words, inside=False)


def test_an_expired_certificate_is_a_cause_and_what_else_fails_a_symptom() -> None:
    """The certificate is the callee's own; a refused connection may have many reasons."""
    [refused], [expired] = (blaming(PAYMENTS, {"checkout": _lines(one)}, "logs", NOON) for one in (REFUSED, EXPIRED))

    assert (refused.code, refused.role) == ("callers_fail", Role.SYMPTOM)
    assert (expired.code, expired.role) == ("certificate_refused", Role.CAUSE)
    assert refused.subject == expired.subject == "deployment/shop/payments"
    assert not refused.remedy
    assert not expired.remedy


def test_a_hiccup_and_what_is_over_are_no_trouble() -> None:
    """One line, and lines of an hour ago, are told as what they are."""
    for lines in (_lines(EXPIRED)[:1], _lines(EXPIRED, ago=50)):
        [found] = blaming(PAYMENTS, {"checkout": lines}, "logs", NOON)
        assert found.role is Role.CONTEXT

    assert blaming(PAYMENTS, {"checkout": []}, "logs", NOON) == ()


def test_callers_are_those_whose_settings_hold_its_address() -> None:
    """By the name of a service that leads to it, too; the same name in another namespace is another one's."""
    front: JsonObject = {"metadata": {"namespace": "shop", "name": "cards"}, "spec": {"selector": {"app": "payments"}}}
    there = [
        _deployment("shop", "payments", "http://payments"),
        _deployment("shop", "checkout", "http://cards/charge"),
        _deployment("shop", "catalog", "postgres://catalog-db/catalog"),
        _deployment("media", "films", "http://payments"),
        _deployment("media", "tickets", "http://cards.shop.svc.cluster.local:8080"),
    ]

    of = callee("shop", "payments", there, [front])

    assert of.names == ("payments", "cards")
    assert [name_of(one) for one in callers(of, there)] == ["checkout", "tickets"]


def _lines(words: str, ago: int = 0) -> list[Line]:
    return [Line(NOON - timedelta(minutes=ago + one), words) for one in range(5)]


def _deployment(namespace: str, name: str, address: str) -> JsonObject:
    container: JsonObject = {"name": "app", "env": [{"name": "URL", "value": address}]}
    pods: JsonObject = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}
    return {"metadata": {"namespace": namespace, "name": name}, "spec": {"template": pods}}
