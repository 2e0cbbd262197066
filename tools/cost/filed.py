"""Costs from FOCUS files, in the shape of Cost Explorer's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta

from tools.cost.files import bill_files
from tools.cost.focus import Bill, opened
from tools.cost.records import Kind, Spend

BEHIND = "usage"
"""What a jump is explained by, whatever else is asked; a column that nobody asks about is not read."""


class Filed:
    """The costs of an opened bill."""

    def __init__(self, bill: Bill, kind: Kind) -> None:
        self._bill, self._kind = bill, kind
        days = [total.keys[0] for total in bill.totals(["day"]) if total.keys[0]]
        self.last = (date.fromisoformat(max(days)) if days else date.today()) + timedelta(days=1)  # noqa: DTZ011 - of an empty bill, any day

    def daily(self, by: str, start: date, end: date, only: Mapping[str, str] | None = None) -> Sequence[Spend]:
        """Return what each day cost, split by a dimension."""
        totals = self._bill.totals(["day", by], start.isoformat(), end.isoformat(), only)
        return [
            Spend(
                date.fromisoformat(total.keys[0]),
                total.keys[1],
                total.currency,
                total.billed if self._kind == "billed" else total.effective,
            )
            for total in totals
        ]


@contextmanager
def filed(by: str, about: str, kind: Kind) -> Iterator[Filed]:
    """Open the files that INFRA_FOCUS names.

    Raises:
        ToolError: They cannot be read.
    """
    with bill_files() as files, opened(files, tuple(dict.fromkeys(("day", by, BEHIND))), about) as bill:
        yield Filed(bill, kind)
