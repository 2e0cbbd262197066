"""What a run may see is kept at the clients: whatever a tool asks for, it gets nothing that is out of scope."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.aws.scoping import kept_in_scope
from tools.knowledge.services import services, services_in
from tools.kube.paths import path_of
from tools.scope import OutOfScope, Scope, limits, outside, require, sees, within

SHOP = Scope("this channel", namespaces=("shop", "shop-*"), databases=("orders-db",), alarms=("checkout-*",))
NAMES = st.text(alphabet="abshop-*?[]", max_size=8)


class Wires:
    """Botocore's events, as a client has them."""

    def __init__(self) -> None:
        self.handlers: dict[str, Any] = {}
        self.meta = SimpleNamespace(events=self)
        kept_in_scope(self)

    def register(self, name: str, handler: Any) -> None:
        """Keep a handler."""
        self.handlers[name] = handler

    def asks(self, **params: object) -> None:
        """Send a request."""
        self.handlers["provide-client-params"](params=params, model=None)

    def answers(self, **parsed: object) -> dict[str, object]:
        """Return an answer as it comes out."""
        self.handlers["after-call"](parsed=parsed, model=None, http_response=None)
        return parsed


def test_outside_of_a_run_everything_is_seen() -> None:
    """The executor and the doctor are not narrowed."""
    require("namespaces", "anything")

    assert sees("databases", "anything")
    assert path_of("pods", "anything") == "/api/v1/namespaces/anything/pods"


def test_a_namespace_outside_is_refused_before_anything_is_sent() -> None:
    """Objects, lists and logs have one way to their path, and it says whose scope it is and what is in it."""
    with within((SHOP,)), pytest.raises(OutOfScope, match=r"this channel .*shop, shop-\*"):
        path_of("pods", "payments", "payments-0")


def test_both_scopes_have_to_hold() -> None:
    """A person who may see everything sees no more than the channel does, and the other way round."""
    everything = Scope("your groups", namespaces=("*",))

    with within((SHOP, everything)):
        seen = [sees("namespaces", "shop"), sees("namespaces", "payments"), sees("databases", "orders-db")]

    assert seen == [True, False, False]


@pytest.mark.parametrize(
    "asked",
    [
        {"DBInstanceIdentifier": "payments-db"},
        {"AlarmNames": ["checkout-5xx", "payments-5xx"]},
        {"logGroupNames": ["/shop/checkout"]},
        {"logGroupIdentifiers": ["arn:aws:logs:us-east-1:123456789012:log-group:/shop/payments"]},
        {"Dimensions": [{"Name": "DBInstanceIdentifier", "Value": "payments-db"}]},
        {
            "MetricDataQueries": [
                {"MetricStat": {"Metric": {"Dimensions": [{"Name": "Namespace", "Value": "payments"}]}}}
            ]
        },
    ],
)
def test_a_request_that_names_something_outside_is_not_sent(asked: dict[str, object]) -> None:
    """However deep in the request the name is."""
    with within((SHOP,)), pytest.raises(OutOfScope):
        Wires().asks(**asked)


def test_a_request_inside_is_sent() -> None:
    """What is in scope is not held up, nor is what names nothing."""
    with within((SHOP,)):
        Wires().asks(DBInstanceIdentifier="orders-db", MaxRecords=20)
        Wires().asks(Dimensions=[{"Name": "LoadBalancer", "Value": "app/x"}])


def test_lists_are_cut_down_to_what_may_be_seen() -> None:
    """Alarms and databases of others do not appear in a list that names none."""
    with within((SHOP,)):
        answer = Wires().answers(
            MetricAlarms=[{"AlarmName": "checkout-5xx"}, {"AlarmName": "payments-5xx"}],
            DBInstances=[{"DBInstanceIdentifier": "payments-db"}],
        )

    assert answer == {"MetricAlarms": [{"AlarmName": "checkout-5xx"}], "DBInstances": []}


@given(allowed=st.lists(NAMES, max_size=3), args=st.dictionaries(st.sampled_from(["namespace", "other"]), NAMES))
@settings(max_examples=80)
def test_a_change_is_outside_exactly_when_its_target_may_not_be_seen(allowed: list[str], args: dict[str, str]) -> None:
    """Proposals are judged as readings are."""
    scope = Scope("x", namespaces=tuple(allowed))
    with within((scope,)):
        seen = "namespace" not in args or sees("namespaces", args["namespace"])

    assert bool(outside((scope,), args)) is not seen


@pytest.mark.parametrize(
    ("scope", "known"),
    [
        (Scope("x", namespaces=("other",)), set()),
        (Scope("x", databases=("orders-db",)), {"orders-db"}),
        (Scope("x", namespaces=("shop",)), {"storefront", "checkout", "catalog", "payments", "orders-worker"}),
    ],
)
def test_the_catalogue_names_only_services_that_may_be_seen(scope: Scope, known: set[str]) -> None:
    """By the namespace they run in, or by the database they are."""
    with within((scope,)):
        assert set(services()) == known
        assert {one.name for one in services_in("checkout orders-db payments")} <= known


def test_readers_are_told_that_something_was_left_out() -> None:
    """A reading in a scope says so below; without one it says nothing."""
    assert "this channel" in limits((SHOP,))
    assert limits(()) == ""
