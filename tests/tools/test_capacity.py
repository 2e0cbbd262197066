"""When things run out: dated where a forecast has proved itself, with the pull request that makes room."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import settings as told
from sandbox.company import running
from sandbox.demo import WORLDS
from tools.aws.measurements import Metric
from tools.capacity.classes import larger
from tools.capacity.growing import remedy, wanted
from tools.capacity.history import STEP, History, regular
from tools.capacity.outlook import Outlook, outlook
from tools.capacity.readings import capacity_forecast, is_meant
from tools.capacity.resources import Resource
from tools.contract import Finding, ToolError
from tools.metrics.forecasting import Forecast, Tried

END = datetime(2026, 4, 20, 6, tzinfo=UTC)
DISK = Resource("disk", "rds/orders-db", "the disk of orders-db", "GiB", Metric("AWS/RDS", "x"), 100.0, "as told")


@contextmanager
def found_in(world: str, about: str = "", what: str = "") -> Iterator[dict[str, Finding]]:
    """Yield what is found in a world, by subject."""
    with running(WORLDS / world) as company, pytest.MonkeyPatch.context() as patch:
        for name, value in company.environment().items():
            patch.setenv(name, value)
        told.cache_clear()
        yield {one.subject: one for one in capacity_forecast.call(about, what).findings}


def past(*, daily: float, last: float, noise: float = 0.2) -> History:
    """Return three months of use that grows so much a day."""
    steps = np.arange(360) - 359
    return History(END, last + steps * daily / 4 + np.random.default_rng(5).normal(0, noise, 360))


@pytest.fixture(scope="module")
def filling() -> dict[str, Finding]:
    """Return what is found where a database and a volume fill up, by subject."""
    with found_in("filling-up") as found:
        return found


def test_a_disk_that_fills_up_has_a_date_and_room_made_for_it(filling: dict[str, Finding]) -> None:
    """About nine days are left; the pull request grows it where it is declared."""
    disk = filling["disk/orders-db"]

    assert disk.code == "capacity_runs_out"
    assert disk.remedy
    assert str(disk.remedy.args["title"]).startswith("Set allocated_storage of aws_db_instance.orders_db to 1")


def test_what_does_not_fill_up_beside_it_is_given_no_date(filling: dict[str, Finding]) -> None:
    """Two things run out; of the rest nothing is claimed."""
    codes = {subject: one.code for subject, one in filling.items()}

    assert {subject for subject, code in codes.items() if code == "capacity_runs_out"} == {
        "disk/orders-db",
        "disk/shop/search-index",
    }
    assert set(codes.values()) <= {"capacity_runs_out", "capacity_lasts", "capacity_unforeseeable"}


@pytest.mark.parametrize(
    ("world", "subject", "title"),
    [
        ("node-pool-filling", "nodes/shop-workers", "Set max_size of aws_eks_node_group.shop to "),
        ("quota-near", "quota/L-1216C47A", "Set value of aws_servicequotas_service_quota.standard_vcpus to "),
    ],
)
def test_nodes_and_quotas_are_foreseen_too(world: str, subject: str, title: str) -> None:
    """What runs out in weeks is dated, and raised where it is declared."""
    with found_in(world) as found:
        one = found[subject]

        assert one.code == "capacity_runs_out"
        assert one.remedy
        assert str(one.remedy.args["title"]).startswith(title)


def test_what_does_not_run_out_is_given_no_date() -> None:
    """Noise and daily patterns make no trend, whatever they look like."""
    with found_in("nothing-runs-out") as found:
        assert {one.code for one in found.values()} <= {"capacity_lasts", "capacity_unforeseeable"}


def test_a_volume_that_fills_up_says_how_large_the_claim_has_to_be(filling: dict[str, Finding]) -> None:
    """Prometheus measures what the volume of a pod holds."""
    volume = filling["disk/shop/search-index"]

    assert re.search(r"requests to (1[5-9]0|2[0-3]0)Gi", volume.advice)
    assert volume.pointer.startswith("Prometheus, max by")


@pytest.mark.parametrize("about", ["search-index", "shop/search-index", "the volumes of shop"])
def test_a_volume_is_meant_by_its_claim_or_its_namespace(about: str) -> None:
    """People leave out what is plain."""
    assert is_meant(about, "shop/search-index")
    assert not is_meant(about, "billing/orders")


def test_cpu_that_runs_out_gets_the_next_larger_class() -> None:
    """Where the class is written in the code, by a pull request; where it comes from elsewhere, by a person."""
    cpu = Resource("cpu", "rds/orders-db", "its CPU", "%", Metric("AWS/RDS", "x"), 90.0, "as told", sized=True)
    seen = outlook(cpu, past(daily=1.0, last=80.0))
    base = 'resource "aws_db_instance" "a" {\n  identifier     = "orders-db"\n  instance_class = %s\n}\n'

    written, _ = remedy(seen, lambda _: {"main.tf": base % '"db.r6g.large"'})
    elsewhere, advice = remedy(seen, lambda _: {"main.tf": base % "var.size"})

    assert written
    assert written.args["title"] == "Set instance_class of aws_db_instance.a to db.r6g.xlarge"
    assert written.args["files"] == {"main.tf": base % '"db.r6g.xlarge"'}
    assert elsewhere is None
    assert "larger class" in advice


@pytest.mark.parametrize(
    ("name", "next_one"),
    [("db.t4g.2xlarge", ""), ("db.t3.medium", "db.t3.large"), ("db.m6gd.8xlarge", "db.m6gd.16xlarge"), ("db.x", "")],
)
def test_only_a_class_that_is_known_to_exist_is_proposed(name: str, next_one: str) -> None:
    """The largest of a family, and what is no class, have none."""
    assert larger(name) == next_one


def test_an_unknown_name_is_answered_with_what_there_is() -> None:
    """Nobody is told of another database than the one that was asked about."""
    words = r"I know no disk of billing-db; .* the disk of orders-db"

    with pytest.raises(ToolError, match=words), found_in("filling-up", "billing-db", "disk"):
        pass


def test_steady_growth_reaches_the_limit_when_it_does() -> None:
    """Ten units at one a day are ten days, and the range holds the day."""
    seen = outlook(DISK, past(daily=1.0, last=90.0))

    assert seen.soonest
    assert seen.latest
    assert abs(seen.days - 10) <= 1.5
    assert seen.soonest <= END + 40 * STEP <= seen.latest


def test_a_clean_up_is_left_out_of_the_trend() -> None:
    """Thirty units that were deleted once will not be deleted again."""
    history = past(daily=1.0, last=90.0)
    history.values[:200] += 30

    seen = outlook(DISK, history)

    assert len(seen.jumped) == 1
    assert abs(seen.days - 10) <= 1.5


def test_what_is_told_ends_where_the_history_supports_it() -> None:
    """Growth that reaches the limit in half a year is no date after three months of history."""
    seen = outlook(DISK, past(daily=0.1, last=80.0))

    assert seen.likely is None
    assert seen.until <= END + 72 * STEP


def test_history_with_holes_is_drawn_through_or_refused() -> None:
    """Some missing values are drawn through; a series that ended is none."""
    points = [(END - STEP * back, float(back)) for back in reversed(range(80)) if back % 9]

    assert len(regular(points, END).values) == 79
    assert "The last value" in regular(points, END + STEP * 40).gap


@given(st.floats(0, 1e3), st.floats(1, 1e4), st.floats(-50, 50))
def test_room_is_never_less_than_there_was(used: float, limit: float, daily: float) -> None:
    """Whatever is foretold, a proposal only ever adds."""
    steps = tuple(used + daily * (at + 1) / 4 for at in range(8))
    one = Resource("disk", "rds/a", "a", "GiB", Metric("n", "m"), limit, "")
    seen = Outlook(one, History(END, np.full(8, used)), Forecast(steps, steps, Tried(0.5, 1.0, 8, 8)))

    assert wanted(seen) >= 1.1 * limit - 1e-6 * limit
