"""What a FOCUS file has: its columns, and how each is read as the text that it says."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tools.contract import ToolError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ABSENT = ("", "NULL", "null")
"""How exports write what they do not say; the specification asks for NULL:
https://focus.finops.org/focus-specification/v1-0/"""


@dataclass(frozen=True, slots=True)
class Source:
    """A file.

    Attributes:
        name: What people call it.
        columns: Name → type of each.
        table: SQL that reads it; takes the path as the first parameter.
    """

    name: str
    columns: Mapping[str, str]
    table: str

    def said(self, column: str) -> str:
        """Return SQL of what a column says as text; NULL where it says nothing, or is not there."""
        kind, named = self.columns.get(column, ""), f'"{column}"'
        match kind.partition("(")[0]:
            case "":
                return "NULL::VARCHAR"
            case "MAP" | "STRUCT":  # Parquet exports write tags so
                return f"to_json({named})::VARCHAR"
            case "VARCHAR":
                return named
            case _:
                return f"{named}::VARCHAR"


def read_source(rows: DuckDBPyConnection, file: Path) -> Source:
    """Return what a file has.

    Raises:
        ToolError: It cannot be read, or its head is none.
    """
    if file.suffix == ".parquet":
        told = rows.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(file)]).fetchall()
        return Source(file.name, {name: kind for name, kind, *_ in told}, "read_parquet($1)")
    columns = _head(file)
    named = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in columns)
    absent = ", ".join(map(quoted, ABSENT))
    told_so = f"auto_detect=false, header=true, delim=',', quote='\"', escape='\"', nullstr=[{absent}]"
    return Source(file.name, dict.fromkeys(columns, "VARCHAR"), f"read_csv($1, {told_so}, columns={{{named}}})")


def quoted(text: str) -> str:
    """Return an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def _head(file: Path) -> list[str]:
    try:
        with _lines(file) as lines:
            names = [name.strip() for name in next(csv.reader(lines), [])]
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ToolError(f"{file.name} cannot be read as CSV: {error}.") from error
    if len(set(names)) != len(names) or not all(names):
        raise ToolError(f"{file.name} has columns without a name of their own: export it again as FOCUS 1.0.")
    return names


@contextmanager
def _lines(file: Path) -> Iterator[Iterator[str]]:
    if file.suffix == ".gz":
        with gzip.open(file, "rt", encoding="utf-8-sig", newline="") as lines:
            yield lines
    else:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            yield lines
