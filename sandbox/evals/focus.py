"""Row `focus`: a bill that others wrote; each total the product says is added up again here, row by row."""

import csv
import gzip
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

from sandbox.evals.rows import Row, share
from sandbox.product import CHECKOUT

ABSENT = {"", "NULL", "null"}
COLUMNS: Mapping[str, tuple[str, int | None]] = {
    "service": ("ServiceName", None),
    "account": ("SubAccountId", None),
    "region": ("RegionId", None),
    "category": ("ChargeCategory", None),
    "provider": ("ProviderName", None),
    "resource": ("ResourceId", None),
    "sku": ("SkuId", None),
    "usage": ("ChargeDescription", None),
    "commitment": ("CommitmentDiscountId", None),
    "billing month": ("BillingPeriodStart", 7),
    "month": ("ChargePeriodStart", 7),
    "day": ("ChargePeriodStart", 10),
}
PAIRS = (("service", "region"), ("account", "day"))
Sums: TypeAlias = dict[tuple[str, ...], tuple[str, str]]
"""Keys and currency → billed and effective, canonical."""


def focus(folder: Path) -> list[Row]:
    """Compare every total by every dimension; one counts only if all its digits are right."""
    right = rough = count = 0
    for file in sorted(folder.glob("focus*.csv.gz")):
        with gzip.open(file, "rt", encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
        for by in (*((one,) for one in COLUMNS), *PAIRS):
            expected, told = _plain(rows, by), _told(file, by)
            count += len(expected)
            right += sum(told.get(keys) == sums for keys, sums in expected.items()) - len(told.keys() - expected.keys())
            rough += sum(_floats(rows, by).get(keys) == sums for keys, sums in expected.items())
    return [Row("aws", "focus: totals", share(right, count), share(rough, count), count)] if count else []


def _plain(rows: Iterable[Mapping[str, str]], by: Iterable[str]) -> Sums:
    sums: dict[tuple[str, ...], list[Decimal]] = defaultdict(lambda: [Decimal(), Decimal()])
    for row in rows:
        for place, column in enumerate(("BilledCost", "EffectiveCost")):
            sums[_keys(row, by)][place] += Decimal(_said(row[column]) or 0)
    return {keys: (_canonical(billed), _canonical(effective)) for keys, (billed, effective) in sums.items()}


def _floats(rows: Iterable[Mapping[str, str]], by: Iterable[str]) -> Sums:
    """Return what adding floats would say: the floor."""
    sums: dict[tuple[str, ...], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in rows:
        for place, column in enumerate(("BilledCost", "EffectiveCost")):
            sums[_keys(row, by)][place] += float(_said(row[column]) or 0)
    return {keys: (_canonical(Decimal(repr(a))), _canonical(Decimal(repr(b)))) for keys, (a, b) in sums.items()}


def _keys(row: Mapping[str, str], by: Iterable[str]) -> tuple[str, ...]:
    named = (COLUMNS[name] for name in by)
    return (*(_said(row[column])[:length] for column, length in named), _said(row["BillingCurrency"]))


def _told(file: Path, by: Iterable[str]) -> Sums:
    ran = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "tools.cost", "totals", str(file.absolute()), *by],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = map(json.loads, ran.stdout.splitlines())
    return {
        (*line["keys"], line["currency"]): (_canonical(Decimal(line["billed"])), _canonical(Decimal(line["effective"])))
        for line in lines
    }


def _said(text: str) -> str:
    return "" if text in ABSENT else text


def _canonical(amount: Decimal) -> str:
    return f"{amount.normalize() + 0:f}"
