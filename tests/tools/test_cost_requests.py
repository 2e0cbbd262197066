"""What workloads reserve against what they use: cores by p95, and money by the nodes there are."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kube_cluster import deployment
from tools.contract import JsonObject
from tools.cost.requests import TYPE, core_price, reserved
from tools.terraform.prices import prices

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
POD = "-7d9f8b6c5d-x2v7q"


def asking(name: str, cpu: str) -> JsonObject:
    """Return a Deployment of three replicas that request so much each."""
    made = deployment(name)
    made["spec"]["template"]["spec"]["containers"][0]["resources"] = {"requests": {"cpu": cpu}}
    return made


def hours(*cores: float) -> list[tuple[datetime, float]]:
    """Return a point an hour."""
    return [(NOW - timedelta(hours=back), value) for back, value in enumerate(cores)]


def test_what_is_reserved_and_not_used_is_wasteful() -> None:
    """Its pods' use is added up hour by hour; some room above p95 is no waste."""
    lines = {("shop", f"web{POD}"): hours(*[0.2] * 100), ("shop", f"web{POD[:-1]}z"): hours(*[0.3] * 100)}

    (found,) = reserved([asking("web", "500m")], lines)

    assert (found.requested, found.used, found.hours) == (1.5, 0.5, 100)
    assert found.spare == pytest.approx(0.875)
    assert found.wasteful


def test_pods_of_another_name_or_namespace_do_not_count() -> None:
    """`web-api` is no pod of `web`, and nothing known is no waste."""
    lines = {("shop", f"web-api{POD}"): hours(*[0.2] * 100), ("other", f"web{POD}"): hours(*[0.2] * 100)}

    (found,) = reserved([asking("web", "500m")], lines)

    assert (found.used, found.hours, found.wasteful) == (0.0, 0, False)


@given(st.lists(st.floats(min_value=0, max_value=4), min_size=48, max_size=80))
def test_a_workload_that_fills_its_request_is_never_wasteful(cores: list[float]) -> None:
    """Whatever the hours, what one hour in ten needs is not called waste."""
    busy = [4.0] * (len(cores) // 9 + 1)

    (found,) = reserved([asking("web", "1")], {("shop", f"web{POD}"): hours(*busy, *cores)})

    assert not found.wasteful


def test_a_core_costs_what_the_nodes_cost() -> None:
    """Types that are not listed are left out; of none there is no price."""
    nodes: list[JsonObject] = [
        {"metadata": {"labels": {TYPE: kind}}} for kind in ("m7i.large", "m7i.xlarge", "x9.huge")
    ]

    assert core_price(nodes, prices()) == Decimal("0.0504") * 730
    assert core_price(nodes[2:], prices()) is None
