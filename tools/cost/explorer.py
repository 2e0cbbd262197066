"""Cost Explorer: what each day cost, what the month will cost, and what AWS itself finds odd."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tools.contract import ToolError
from tools.cost.clients import cost_explorer
from tools.cost.records import Kind, Spend

if TYPE_CHECKING:
    from types_boto3_ce.type_defs import ExpressionTypeDef, GroupDefinitionTypeDef

METRICS: Mapping[Kind, str] = {"billed": "UnblendedCost", "effective": "AmortizedCost"}
GROUPS = {
    "service": "SERVICE",
    "account": "LINKED_ACCOUNT",
    "region": "REGION",
    "usage": "USAGE_TYPE",
    "category": "RECORD_TYPE",
    "operation": "OPERATION",
}
"""https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GroupDefinition.html"""
TAG = "tag "


class Explorer:
    """The costs of the account (of all of the organization, asked from its payer)."""

    def __init__(self, kind: Kind = "billed", tag: tuple[str, str] | None = None) -> None:
        self.kind: Kind = kind
        self._tag = tag

    @property
    def last(self) -> date:
        """Today: its own costs arrive over a day."""
        return datetime.now(UTC).date()

    def daily(self, by: str, start: date, end: date, only: Mapping[str, str] | None = None) -> Sequence[Spend]:
        """Return what each day cost, split by a dimension."""
        wanted = dict(only or {}) | ({TAG + self._tag[0]: self._tag[1]} if self._tag else {})
        return list(self._spends(_group(by), start, end, _filter(wanted)))

    def _spends(
        self, group: GroupDefinitionTypeDef, start: date, end: date, only: ExpressionTypeDef | None
    ) -> Iterator[Spend]:
        asked: dict[str, Any] = {
            "TimePeriod": {"Start": start.isoformat(), "End": end.isoformat()},
            "Granularity": "DAILY",
            "Metrics": [METRICS[self.kind]],
            "GroupBy": [group],
            **({"Filter": only} if only else {}),
        }
        with cost_explorer() as client:
            while True:
                told = client.get_cost_and_usage(**asked)
                for day in told["ResultsByTime"]:
                    at = date.fromisoformat(day["TimePeriod"]["Start"])
                    for one in day.get("Groups", []):
                        cost = one["Metrics"][METRICS[self.kind]]
                        name = one["Keys"][0].partition("$")[2] if group["Type"] == "TAG" else one["Keys"][0]
                        yield Spend(at, name, cost["Unit"], Decimal(cost["Amount"]))
                if not told.get("NextPageToken"):
                    return
                asked["NextPageToken"] = told["NextPageToken"]


SURE = 80
"""Percent; what Cost Explorer's own page shows: https://docs.aws.amazon.com/cost-management/latest/userguide/ce-forecast.html"""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What AWS expects some days to cost, and within what it will be for how many percent."""

    mean: Decimal
    least: Decimal
    most: Decimal
    currency: str
    sure: int = SURE


def forecast(start: date, end: date, kind: Kind = "billed") -> Forecast | None:
    """Return what AWS expects from a day to before another, which is of the same month; None if it knows too little.

    Raises:
        ToolError: Cost Explorer could not be asked.
    """
    metric = "UNBLENDED_COST" if kind == "billed" else "AMORTIZED_COST"
    asked: dict[str, Any] = {"TimePeriod": {"Start": start.isoformat(), "End": end.isoformat()}, "Metric": metric}
    try:
        with cost_explorer() as client:
            told: Any = client.get_cost_forecast(**asked, Granularity="MONTHLY", PredictionIntervalLevel=SURE)
    except ToolError as error:
        if "DataUnavailableException" in str(error):
            return None
        raise
    mean, unit = Decimal(told["Total"]["Amount"]), told["Total"]["Unit"]
    month: Any = next(iter(told.get("ForecastResultsByTime", [])), {})
    bounds = (month.get(f"PredictionInterval{bound}Bound") for bound in ("Lower", "Upper"))
    least, most = (Decimal(bound) if bound else mean for bound in bounds)
    return Forecast(mean, least, most, unit)


def _group(by: str) -> GroupDefinitionTypeDef:
    if by.startswith(TAG):
        return {"Type": "TAG", "Key": by.removeprefix(TAG)}
    if by not in GROUPS:
        raise ToolError(f"Cost Explorer cannot split by {by}: take one of {', '.join(GROUPS)} or tag <key>.")
    return {"Type": "DIMENSION", "Key": GROUPS[by]}


def _filter(only: Mapping[str, str]) -> ExpressionTypeDef | None:
    parts: list[Any] = []
    for name, value in only.items():
        kind, key = ("Tags", name.removeprefix(TAG)) if name.startswith(TAG) else ("Dimensions", GROUPS[name])
        parts.append({kind: {"Key": key, "Values": [value]}})
    match parts:
        case []:
            return None
        case [one]:
            return one  # type: ignore[no-any-return] # built above
        case _:
            return {"And": parts}
