"""FOCUS 1.0 files as a bill: exact totals by anything that the specification names, from any number of rows.

https://focus.finops.org/focus-specification/v1-0/
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from tools.contract import ToolError
from tools.cost.columns import Source, quoted, read_source

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DIMENSIONS: Mapping[str, str] = {
    "currency": "BillingCurrency",
    "category": "ChargeCategory",
    "class": "ChargeClass",
    "service": "ServiceName",
    "service category": "ServiceCategory",
    "account": "SubAccountId",
    "account name": "SubAccountName",
    "billing account": "BillingAccountId",
    "region": "RegionId",
    "provider": "ProviderName",
    "publisher": "PublisherName",
    "invoice issuer": "InvoiceIssuerName",
    "resource": "ResourceId",
    "resource type": "ResourceType",
    "sku": "SkuId",
    "usage": "ChargeDescription",
    "frequency": "ChargeFrequency",
    "pricing": "PricingCategory",
    "commitment": "CommitmentDiscountId",
    "zone": "AvailabilityZone",
    "tags": "Tags",
}
"""What totals are asked by, and the column that says it; `day`, `month` and `billing month` are read from times."""
TIMES: Mapping[str, tuple[str, int]] = {
    "day": ("ChargePeriodStart", 10),
    "month": ("ChargePeriodStart", 7),
    "billing month": ("BillingPeriodStart", 7),
}
"""A time's column, and how many characters of its ISO form are meant."""
TAG = "tag "
NEEDED = ("BilledCost", "EffectiveCost", "BillingCurrency", "ChargeCategory", "ChargePeriodStart")
WORDS = ("service", "account", "account name", "resource", "tags")
"""Where what somebody asks about is looked for."""
SCALES = (18, 28)
"""Decimals that amounts are kept with; the wider one leaves ten digits before the point."""
MEMORY = "224MB"
"""Of the engine; the rest of a large bill waits in a file. With this a million rows stay under 300 MiB."""


@dataclass(frozen=True, slots=True)
class Total:
    """A sum over charges; what is asked to be paid, and what it cost with commitments spread over their term."""

    keys: tuple[str, ...]
    currency: str
    billed: Decimal
    effective: Decimal
    charges: int


@dataclass(frozen=True, slots=True)
class Bill:
    """Charges, as they are in the files; opened by `opened`."""

    rows: DuckDBPyConnection
    by: tuple[str, ...]

    def totals(
        self, by: Sequence[str] = (), since: str = "", until: str = "", only: Mapping[str, str] | None = None
    ) -> list[Total]:
        """Return the sums, largest first; each currency is a sum of its own.

        Args:
            by: Dimensions of this bill.
            since: First day of charge, ISO; all if empty.
            until: First day not meant, ISO.
            only: Dimension → value of the charges that are meant.

        Raises:
            ToolError: It was not opened with a dimension.
        """
        wanted = dict(only or {})
        if unknown := [name for name in (*by, *wanted) if name not in self.by]:
            raise ToolError(f"This bill has no {unknown[0]}: ask by {', '.join(self.by)}.")
        keys = "".join(f'"{name}", ' for name in by)
        alike = "".join(f' AND "{name}" = ?' for name in wanted)
        told = self.rows.execute(
            f"SELECT {keys}currency, sum(billed), sum(effective), count(*) FROM charges "  # noqa: S608 - names checked above
            f"WHERE (? = '' OR day >= ?) AND (? = '' OR day < ?){alike} "
            f"GROUP BY ALL ORDER BY sum(billed) DESC, {keys}currency",
            [since, since, until, until, *wanted.values()],
        ).fetchall()
        return [Total(tuple(row[:-4]), row[-4], row[-3], row[-2], row[-1]) for row in told]


@contextmanager
def opened(files: Sequence[Path], by: Sequence[str] = ("day", "service", "account"), about: str = "") -> Iterator[Bill]:
    """Read files into a bill that can be asked by these dimensions.

    Args:
        files: CSV, CSV.gz or Parquet; together they are the bill.
        by: What totals will be asked by.
        about: Only charges whose service, account, resource or tags have this in them.

    Raises:
        ToolError: A file is no FOCUS file, or an amount in it is no number.
    """
    import duckdb  # noqa: PLC0415 - tens of megabytes, for those who keep their bills in files

    if not files:
        raise ToolError("There is no FOCUS file (.csv, .csv.gz, .parquet) there: check INFRA_FOCUS.")
    with tempfile.TemporaryDirectory(prefix="infra-bill-") as folder:
        try:
            with duckdb.connect(str(Path(folder) / "bill.duckdb")) as rows:
                rows.execute(f"SET memory_limit='{MEMORY}'; SET threads=2; SET preserve_insertion_order=false")
                rows.execute("SET TimeZone='UTC'; SET enable_progress_bar=false")
                _load(rows, files, by, about)
                yield Bill(rows, (*by, "currency"))
        except duckdb.Error as error:
            first = str(error).partition("\n")[0]
            raise ToolError(f"The bill could not be read: {first}. Export it again as FOCUS 1.0.") from error


def _load(rows: DuckDBPyConnection, files: Sequence[Path], by: Sequence[str], about: str) -> None:
    """Read with as many decimals as the amounts have.

    Raises:
        ToolError: An amount is no number, or has more decimals than can be added exactly.
    """
    for scale in SCALES:
        rows.execute("DROP TABLE IF EXISTS charges")
        for number, file in enumerate(files):
            made = "INSERT INTO charges BY NAME" if number else "CREATE TABLE charges AS"
            rows.execute(f"{made} {_select(read_source(rows, file), by, scale, about)}", [str(file)])
        bad, finer = rows.execute("SELECT count_if(bad), coalesce(bool_or(finer), false) FROM charges").fetchall()[0]
        if bad:
            raise ToolError(f"{bad:,} charges have a cost that is no number that can be added: export the bill again.")
        if not finer:
            return
    raise ToolError(f"The bill has amounts of more than {SCALES[-1]} decimals, which cannot be added exactly.")


def _select(source: Source, by: Sequence[str], scale: int, about: str) -> str:
    """Return the query that reads of a file what is needed, and of it what is asked about."""
    if missing := [name for name in NEEDED if name not in source.columns]:
        raise ToolError(f"{source.name} is no FOCUS 1.0 file: it has no column {missing[0]}.")
    parts = [f'{_expression(name, source)} AS "{name}"' for name in dict.fromkeys((*by, "day", "currency"))]
    for column, name in (("BilledCost", "billed"), ("EffectiveCost", "effective")):
        parts.append(f"coalesce({_amount(source, column, scale)}, 0) AS {name}")
    amounts = [(source.said(name), _amount(source, name, scale)) for name in ("BilledCost", "EffectiveCost")]
    parts.append(" OR ".join(f"({text} IS NOT NULL AND {amount} IS NULL)" for text, amount in amounts) + " AS bad")
    parts.append(" OR ".join(_finer(text, amount, scale) for text, amount in amounts) + " AS finer")
    meant = f" WHERE {_about(source, about)}" if about else ""
    return f"SELECT {', '.join(parts)} FROM {source.table}{meant}"  # noqa: S608 - made of our own names and the file's quoted columns


def _about(source: Source, about: str) -> str:
    words = ", ".join(_expression(name, source) for name in WORDS)
    return f"contains(lower(concat_ws(' ', {words})), {quoted(about.lower())})"


def _expression(name: str, source: Source) -> str:
    """Return a dimension as text; empty where the file says nothing, or has no such column.

    Raises:
        ToolError: There is no such dimension.
    """
    if name in TIMES:
        column, length = TIMES[name]
        return f"left(coalesce({source.said(column)}, ''), {length})"
    if name.startswith(TAG):
        path = quoted('$."' + name.removeprefix(TAG).replace('"', "") + '"')
        told = source.said("Tags")
        return f"CASE WHEN json_valid({told}) THEN coalesce(json_extract_string({told}, {path}), '') ELSE '' END"
    if name not in DIMENSIONS:
        known = ", ".join([*TIMES, *DIMENSIONS, "tag <key>"])
        raise ToolError(f"A bill cannot be split by {name}: take one of {known}.")
    return f"coalesce({source.said(DIMENSIONS[name])}, '')"


def _amount(source: Source, column: str, scale: int) -> str:
    return f"TRY_CAST({source.said(column)} AS DECIMAL(38, {scale}))"


def _finer(text: str, amount: str, scale: int) -> str:
    """Tell whether an amount has more decimals than are kept; one with an exponent by what became of it."""
    decimals = f"length(rtrim(split_part({text}, '.', 2), '0')) > {scale}"
    exponent = f"({amount})::DOUBLE IS DISTINCT FROM TRY_CAST({text} AS DOUBLE)"
    written_so = f"contains({text}, 'e') OR contains({text}, 'E')"
    # WHEN is looked at for those rows only that no WHEN before it took: of most charges the first two tell all
    return f"coalesce(CASE WHEN {written_so} THEN {exponent} WHEN length({text}) > {scale} THEN {decimals} END, false)"
