"""Documents: what is stale is found to the character, and what people wrote is kept to the byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.documentation.diagram import flowchart, page_part
from tools.documentation.estate import estate
from tools.documentation.inventory import Database, Inventory, Workload
from tools.documentation.marks import said, written
from tools.documentation.stale import Stale
from tools.documentation.staleness import corrected, stale
from tools.knowledge.services import Service
from tools.terraform.reading import read

ENDPOINT = "orders-db.c9akciq32rgu.us-east-1.rds.amazonaws.com"
THERE = Inventory(
    workloads=(Workload("shop", "checkout", 2), Workload("shop", "catalog"), Workload("jobs", "sweeper", 1)),
    databases=(Database("orders-db", ENDPOINT, "db.r6g.large", 200, "postgres", "15.8"),),
    alarms=frozenset({"checkout-5xx"}),
    log_groups=frozenset({"/shop/checkout"}),
    region="us-east-1",
)
WORDS = st.text(alphabet=st.characters(codec="utf-8"), max_size=80)
LINES = st.sampled_from(
    (
        "orders-db is a db.m5.large",
        "checkout has 5 replicas",
        "kubectl -n shop logs deploy/checkout-api",
        "```",
        "# orders-db",
        "100 GiB of storage",
        "<!-- infra:begin x (written) -->",
        "<!-- infra:end x -->",
        "\r",
        "plain words",
    )
)


def says(page: str, there: Inventory = THERE) -> list[tuple[str, str]]:
    """Return what is stale in a page: what stands there and what belongs there."""
    return [(one.says, one.now) for one in stale(page, there)]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("orders-db: db.m5.large", [("db.m5.large", "db.r6g.large")]),
        ("| orders-db | 100 GB storage |", [("100 GB", "200 GB")]),
        ("orders-db runs PostgreSQL 13.4", [("13.4", "15.8")]),
        ("### orders-db\n\nA db.m5.large.", [("db.m5.large", "db.r6g.large")]),
        ("checkout runs 4 replicas", [("4", "2")]),
        ("`kubectl rollout restart deployment/checkout-api -n shop`", [("checkout-api", "checkout")]),
        ("`kubectl -n shop logs deploy/sweeper`", [("shop", "jobs")]),
        ("`kubectl logs deployment/nobody`", [("nobody", "")]),
        (
            "psql -h orders-db.c7qk2mzr4x1p.us-east-1.rds.amazonaws.com",
            [(ENDPOINT.replace("c9akciq32rgu", "c7qk2mzr4x1p"), ENDPOINT)],
        ),
        ("`aws logs tail /shop/cart`", [("/shop/cart", "")]),
        ("`aws cloudwatch describe-alarms --alarm-names cart-5xx`", [("cart-5xx", "")]),
    ],
)
def test_what_is_not_so_is_found(page: str, found: list[tuple[str, str]]) -> None:
    """Each class of fact is found where it stands, with what belongs there if that can be read."""
    assert says(page) == found


@pytest.mark.parametrize(
    "page",
    [
        "orders-db is a db.r6g.large with PostgreSQL 15 and 200 GiB of storage",
        "Until May orders-db was a db.t3.medium",
        "Raise an alarm when orders-db has less than 20 GB of storage",
        "orders-db went from db.t3.medium to db.m5.large",
        "users-db is a db.m5.large",
        "my-orders-db is a db.m5.large",
        "catalog runs 7 replicas",
        "`kubectl --context staging -n shop logs deploy/checkout-api`",
        "`kubectl -n shop logs deploy/<name>`",
        "`kubectl -n shop logs deploy/$NAME`",
        "orders-db: db.m5.large <!-- infra:ignore -->",
        "orders-db.c7qk2mzr4x1p.eu-west-1.rds.amazonaws.com",
        "<!-- infra:begin facts (ours) -->\norders-db: db.m5.large\n<!-- infra:end facts -->",
        "the deployment of checkout takes a minute",
    ],
)
def test_what_cannot_be_told_for_sure_is_left_alone(page: str) -> None:
    """History, bounds, other places, placeholders and what an autoscaler decides are nobody's mistake."""
    assert says(page) == []


def test_what_could_not_be_read_is_not_taken_for_gone() -> None:
    """Without an inventory nothing is stale."""
    page = f"{ENDPOINT} `kubectl logs deploy/nobody` `aws logs tail /x` orders-db is a db.m5.large"

    assert says(page, Inventory(region="us-east-1")) == []


@given(st.lists(st.one_of(WORDS, LINES), max_size=12).map("\n".join))
def test_a_correction_changes_nothing_but_what_is_stale(page: str) -> None:
    """Byte for byte, what stands between corrected places is what stood there; correcting again finds no more."""
    found = [one for one in stale(page, THERE) if one.now]

    after = corrected(page, found)

    assert _between(page, found) == _between_after(after, found)
    assert [one for one in stale(after, THERE) if one.now] == []


@given(WORDS, WORDS, WORDS, WORDS)
def test_a_written_part_keeps_what_people_wrote(before: str, after: str, first: str, second: str) -> None:
    """Writing a part anew changes what is between its marks, and not a byte outside of them."""
    page = f"{before}\n{written('', 'facts', first)}{after}"

    again = written(page, "facts", second)

    assert again == f"{before}\n{written('', 'facts', second)}{after}"
    assert said(again, "facts") == second.strip()


@given(WORDS, WORDS)
def test_a_first_part_stands_below_what_people_wrote(page: str, body: str) -> None:
    """A page without the part begins as it was."""
    assert written(page, "facts", body).startswith(page)


def test_the_picture_shows_catalogue_code_and_cluster_together() -> None:
    """One node a thing, wherever it is known from; who uses whom; and what is declared but does not run."""
    services = {
        "checkout": Service(name="checkout", namespace="shop", deployment="checkout", database="orders-db"),
        "cart": Service(name="cart", namespace="shop", deployment="cart", depends_on=("checkout",)),
    }
    code = read({"main.tf": 'resource "aws_sqs_queue" "jobs" {\n  name = "jobs"\n}\n'})

    drawn = estate(services, code, THERE)
    part = page_part(drawn)

    assert drawn.edges == (("cart", "checkout"), ("checkout", "orders-db"))
    assert "| deployment `cart` | shop | **does not run here** | services.yaml |" in part
    assert "| queue `jobs` | AWS |  | `aws_sqs_queue.jobs` |" in part
    assert '[("orders-db")]' in part


@given(WORDS)
def test_no_name_breaks_out_of_its_label(name: str) -> None:
    """Whatever a thing is called, the flowchart has the same lines."""
    there = Inventory(workloads=(Workload("shop", name, 1),))

    lines = flowchart(estate({}, read({}), there)).splitlines()

    assert len(lines) == 4
    assert lines[2].count('"') == 2


def _between(page: str, found: list[Stale]) -> list[str]:
    edges = [0, *(edge for one in found for edge in (one.start, one.end)), len(page)]
    return [page[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _between_after(after: str, found: list[Stale]) -> list[str]:
    """Return the same of the corrected page, whose places have moved by what was put in."""
    moved, shift = [], 0
    for one in found:
        start = one.start + shift
        shift += len(one.now) - (one.end - one.start)
        moved.append(Stale(start, start + len(one.now), one.line, one.says, one.now, one.why))
    return _between(after, moved)
