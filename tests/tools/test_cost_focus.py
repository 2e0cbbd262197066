"""A bill in FOCUS files adds up to the last digit, and says what it cannot add."""

import csv
import gzip
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools.contract import ToolError
from tools.cost.files import files_in
from tools.cost.focus import opened

PLAIN = {
    "BilledCost": "1.5",
    "EffectiveCost": "1.25",
    "BillingCurrency": "USD",
    "ChargeCategory": "Usage",
    "ChargePeriodStart": "2024-09-18 22:00:00",
    "BillingPeriodStart": "2024-09-01 00:00:00",
    "ServiceName": "Amazon EC2",
    "SubAccountId": "123456789012",
    "Tags": '{"application": "checkout", "odd, ""one""": "x"}',
}
AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=15, allow_nan=False, allow_infinity=False)


def write(folder: Path, rows: Sequence[Mapping[str, str]], name: str = "bill.csv") -> Path:
    """Write a bill as exports do."""
    file = folder / name
    opener = gzip.open if name.endswith(".gz") else open
    with opener(file, "wt", encoding="utf-8", newline="") as lines:
        table = csv.DictWriter(lines, list(PLAIN))
        table.writeheader()
        table.writerows({**PLAIN, **row} for row in rows)
    return file


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["EC2", "S3", 'a "b", c', ""]), AMOUNTS), min_size=1, max_size=30))
def test_totals_equal_a_plain_sum(tmp_path: Path, charges: list[tuple[str, Decimal]]) -> None:
    """Whatever the amounts, the sum by service has the digits of adding them one by one."""
    file = write(tmp_path, [{"ServiceName": name, "BilledCost": f"{amount:f}"} for name, amount in charges])
    expected: dict[str, Decimal] = defaultdict(Decimal)
    for name, amount in charges:
        expected[name] += amount

    with opened([file], ["service"]) as bill:
        told = {total.keys[0]: total.billed for total in bill.totals(["service"])}

    assert told == expected


def test_currencies_are_never_added(tmp_path: Path) -> None:
    """A dollar and a euro are two totals."""
    file = write(tmp_path, [{"BillingCurrency": "USD"}, {"BillingCurrency": "EUR", "BilledCost": "2"}])

    with opened([file]) as bill:
        told = {total.currency: total.billed for total in bill.totals()}

    assert told == {"USD": Decimal("1.5"), "EUR": Decimal(2)}


def test_credits_refunds_and_tax_are_told_apart(tmp_path: Path) -> None:
    """Each category is a total of its own, and a credit takes off the sum."""
    rows = [{}, {"ChargeCategory": "Credit", "BilledCost": "-1"}, {"ChargeCategory": "Tax", "BilledCost": "0.1"}]
    file = write(tmp_path, rows)

    with opened([file], ["category"]) as bill:
        told = {total.keys[0]: total.billed for total in bill.totals(["category"])}
        (whole,) = bill.totals()

    assert told == {"Usage": Decimal("1.5"), "Credit": Decimal(-1), "Tax": Decimal("0.1")}
    assert whole.billed == Decimal("0.6")


def test_a_null_is_nothing_and_billed_is_not_effective(tmp_path: Path) -> None:
    """NULL and an empty field are one absent value, and both costs are kept."""
    file = write(tmp_path, [{"ServiceName": "NULL", "EffectiveCost": "NULL"}, {"ServiceName": ""}], "bill.csv.gz")

    with opened([file], ["service"]) as bill:
        (total,) = bill.totals(["service"])

    assert (total.keys, total.billed, total.effective) == (("",), Decimal(3), Decimal("1.25"))


def test_amounts_with_exponents_and_many_decimals_stay_exact(tmp_path: Path) -> None:
    """What does not fit 18 decimals is read again with more."""
    file = write(tmp_path, [{"BilledCost": "4E-7"}, {"BilledCost": "0.0000000000000000000003"}])

    with opened([file]) as bill:
        (total,) = bill.totals()

    assert total.billed == Decimal("0.0000004000000000000003")


@pytest.mark.parametrize("text", ["a lot", "nan", "1,000.5", "inf"])
def test_an_amount_that_is_no_number_is_refused(tmp_path: Path, text: str) -> None:
    """A total that leaves a charge out would be wrong, so there is none."""
    file = write(tmp_path, [{}, {"BilledCost": text}])

    with pytest.raises(ToolError, match="1 charges have a cost that is no number"), opened([file]):
        pass


def test_parquet_says_the_same(tmp_path: Path) -> None:
    """Doubles, times and tags in a map, as cloud exports write them."""
    file = tmp_path / "bill.parquet"
    rows = duckdb.sql(
        "SELECT 0.1::DOUBLE BilledCost, 4e-7::DOUBLE EffectiveCost, 'USD' BillingCurrency, 'Usage' ChargeCategory, "
        "TIMESTAMP '2024-09-18 22:00:00' ChargePeriodStart, MAP {'application': 'checkout'} Tags FROM range(3)"
    )
    assert rows is not None
    rows.write_parquet(str(file))

    with opened([file], ["day", "tag application"]) as bill:
        (total,) = bill.totals(["day", "tag application"])

    assert total.keys == ("2024-09-18", "checkout")
    assert (total.billed, total.effective) == (Decimal("0.3"), Decimal("0.0000012"))


def test_only_what_is_asked_about_and_when_counts(tmp_path: Path) -> None:
    """Words are looked for in services, accounts, resources and tags; days are from the first to before the last."""
    rows = [{}, {"Tags": "NULL"}, {"ChargePeriodStart": "2024-10-01 00:00:00"}]
    file = write(tmp_path, rows)

    with opened([file], about="Checkout") as bill:
        (total,) = bill.totals(since="2024-09-01", until="2024-10-01")

    assert total.charges == 1


def test_files_of_a_folder_are_one_bill(tmp_path: Path) -> None:
    """Files with other columns beside, below one folder, add up; other files are left alone."""
    write(tmp_path, [{}])
    (tmp_path / "older").mkdir()
    write(tmp_path / "older", [{}, {}], "bill.csv.gz")
    (tmp_path / "manifest.json").write_text("{}")

    with opened(files_in(tmp_path)) as bill:
        (total,) = bill.totals()

    assert total.charges == 3


def test_what_is_no_bill_is_named(tmp_path: Path) -> None:
    """Another CSV, and a folder without any, each get a sentence that says what is missing."""
    (tmp_path / "people.csv").write_text("name,age\nana,30\n")

    with pytest.raises(ToolError, match=r"people\.csv is no FOCUS 1\.0 file: it has no column BilledCost"):
        opened([tmp_path / "people.csv"]).__enter__()
    with pytest.raises(ToolError, match="check INFRA_FOCUS"):
        opened([]).__enter__()
