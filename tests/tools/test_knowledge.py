"""Find what words are about, in the catalogue and in the cluster."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.kube_world import served, shop
from tools.contract import Call, JsonObject, ToolError
from tools.declare import checked
from tools.knowledge import lookup, services
from tools.knowledge.lookup import discovered, service_lookup
from tools.knowledge.services import mentions, read_services, service_for, service_of, services_in
from tools.kube.fields import name_of


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("why is checkout slow?", "checkout"),
        ("ALARM: checkout-5xx in US East", "checkout"),
        ("checkout-7d9c5b6f84-2xk4p is crashing", "checkout"),
        ("orders-db is at its limit", "orders-db"),
        ("orders-db-connections", "orders-db"),
        ("what about the orders worker?", "orders-worker"),
        ("PaymentsHighLatency", "payments"),
        ("orders fail", "checkout"),
    ],
)
def test_words_name_a_service(words: str, name: str) -> None:
    """People, alarms and pods name services in their own ways."""
    service = service_for(words)

    assert service is not None
    assert service.name == name


def test_words_that_name_no_service_find_none() -> None:
    """A question about everything is about no service in particular."""
    assert services_in("is anything wrong right now?") == []


def test_a_deployment_has_its_service_and_environment() -> None:
    """The policy decides by the environment of what is changed."""
    service = service_of("shop", "orders-worker")

    assert service is not None
    assert (service.name, service.environment, service.database) == ("orders-worker", "production", "orders-db")
    assert service_of("shop", "unheard-of") is None


@given(st.text(max_size=200))
def test_any_words_can_be_looked_for(words: str) -> None:
    """Words come from people and from alerts, so nothing in them may break the look-up."""
    found = services_in(words)

    assert all(one.name in services.services() for one in found)


@given(st.from_regex(r"[a-z]{2,8}(-[a-z]{2,8})?", fullmatch=True))
def test_a_part_of_a_dashed_name_is_another_name(name: str) -> None:
    """`orders` is not meant where `orders-db` is written."""
    assert mentions(f"look at {name} now", name) >= 0
    assert mentions(f"look at {name}-db now", name) < 0
    assert mentions(f"look at my-{name} now", name) < 0


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("services: [checkout]", "must be a map of service names"),
        ("services:\n  checkout: yes please", "services.checkout must be a map"),
        ("services:\n  checkout: {namespace: shop}", "namespace and deployment belong together"),
        ("services:\n  checkout: {namespce: shop}", "services.checkout.namespce"),
        ("services:\n  checkout: {depends_on: [carts]}", "depends_on names carts"),
        ("services: {", "is not YAML"),
    ],
)
def test_a_bad_catalogue_says_where_and_what(tmp_path: Path, written: str, says: str) -> None:
    """The error names the file, the key and what would be right."""
    file = tmp_path / "services.yaml"
    file.write_text(written, "utf-8")

    with pytest.raises(ToolError, match=r"services\.yaml") as raised:
        read_services(file)

    assert says in str(raised.value)


def test_without_a_catalogue_there_are_no_services(tmp_path: Path) -> None:
    """A team can start without writing one."""
    assert not read_services(tmp_path / "services.yaml")


def test_a_lookup_leads_to_everything_that_belongs_to_the_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pods, rollouts, logs and database of the service, and the others that use its database."""
    with served(shop(), tmp_path, monkeypatch):
        seen = service_lookup.call(words="why is checkout slow?")

    found = {one.subject: one for one in seen.findings}
    assert found["deployment/shop/checkout"].code == "service_known"
    leads = found["deployment/shop/checkout"].leads_to
    assert Call("aws_rds_health", {"instance": "orders-db"}) in leads
    assert Call("kube_pods", {"namespace": "shop", "workload": "payments"}) in leads
    assert found["deployment/shop/orders-worker"].code == "shares_database"
    assert checked(service_lookup, {"words": "x"}) == {"words": "x"}


def test_a_deployment_in_no_catalogue_is_found_in_the_cluster() -> None:
    """Companies whose catalogue is not written yet are looked after as well."""
    there: list[JsonObject] = [
        {"metadata": {"name": "billing-api", "namespace": "prod", "labels": {"app": "billing"}}},
        {"metadata": {"name": "search", "namespace": "prod"}},
        {"metadata": {"name": "coredns", "namespace": "kube-system"}},
    ]

    names = [[name_of(one) for one in discovered(words, there)] for words in ("is billing ok?", "coredns")]

    assert names == [["billing-api"], []]


def test_a_lookup_without_a_cluster_still_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalogue is a file; that the cluster cannot be asked is said."""

    class Down:
        def every(self, kind: str) -> list[dict[str, object]]:
            raise ToolError(f"The Kubernetes API cannot be asked for {kind}.")

    monkeypatch.setattr(lookup, "reader", Down)

    seen = service_lookup.call(words="payments")

    assert "payments" in seen.text
    assert "could not be asked" in seen.text
