"""Cost Explorer as a world wrote it: what costs how much a day since when, split, filtered and paged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sandbox.aws.errors import AwsError
from sandbox.aws.paging import next_page, page
from sandbox.aws.present import Present
from sandbox.aws.shapes import conform
from sandbox.aws.wire import Params
from sandbox.world import World

DAY = timedelta(days=1)
SIZE = 20
"""Days a page; the service pages at its own will."""
HISTORY = 396
"""Days that are kept: https://docs.aws.amazon.com/cost-management/latest/userguide/ce-what-is.html says 13 months."""
WOBBLE = Decimal("0.01")
CENT = Decimal("0.0000000001")


@dataclass(frozen=True)
class Charge:
    """What one kind of usage costs a day, from and until so many days from now."""

    service: str
    usage: str
    daily: Decimal
    weekend: Decimal
    account: str
    region: str
    category: str
    tags: dict[str, str]
    begins: int
    ends: int

    def on(self, day: date, today: date) -> Decimal:
        """Return what it costs on a day: no two days are alike, and weekends cost what the world says."""
        if not self.begins <= (day - today).days < self.ends:
            return Decimal()
        usual = self.weekend if day.weekday() >= 5 else self.daily  # noqa: PLR2004 - Saturday
        return (usual * (1 + WOBBLE * (day.toordinal() * 7 % 5 - 2))).quantize(CENT)


class Costs:
    """The costs of one account: lists of charges in a world's ce/ folder."""

    def __init__(self, world: World) -> None:
        documents: Any = world.aws.get("ce", {})
        told = [each for document in documents.values() for each in document.get("Charges", [])]
        self._charges = [_charge(each, world) for each in told]
        odd = [each for document in documents.values() for each in document.get("Anomalies", [])]
        self._anomalies = [conform("ce", "Anomaly", world.shifted(each)) for each in odd]
        self._commitments: Params = next(
            (each["Commitments"] for each in documents.values() if "Commitments" in each), {}
        )
        self.operations = {
            ("ce", "GetSavingsPlansUtilization"): self.plans,
            ("ce", "GetReservationUtilization"): self.reservations,
            ("ce", "GetSavingsPlansCoverage"): self.plans_coverage,
            ("ce", "GetReservationCoverage"): self.reservations_coverage,
            ("ce", "GetCostAndUsage"): self.usage,
            ("ce", "GetCostForecast"): self.forecast,
            ("ce", "GetAnomalies"): self.anomalies,
        }

    def usage(self, now: Present, params: Params) -> Params:
        """Answer GetCostAndUsage by day or month."""
        today = _today(now)
        start, end = (date.fromisoformat(params["TimePeriod"][key]) for key in ("Start", "End"))
        if end <= start or (today - start).days > HISTORY:
            raise AwsError("ValidationException", "Start date and time must be before end date, within 13 months.")
        charges = [one for one in self._charges if _fits(one, params.get("Filter"))]
        periods, token = page(list(_periods(start, end, params["Granularity"])), params.get("NextPageToken"), SIZE)
        results = [_result(charges, first, last, params, today) for first, last in periods]
        return {"ResultsByTime": results, "DimensionValueAttributes": [], **next_page("NextPageToken", token)}

    def forecast(self, now: Present, params: Params) -> Params:
        """Answer GetCostForecast: the days of the last week go on."""
        today = _today(now)
        start, end = (date.fromisoformat(params["TimePeriod"][key]) for key in ("Start", "End"))
        if start < today:
            raise AwsError("ValidationException", "Start date must be today or later.")
        if not self._charges:
            raise AwsError("DataUnavailableException", "Insufficient amount of historical data to generate forecast")
        week = [sum((one.on(today - back * DAY, today) for one in self._charges), Decimal()) for back in range(1, 8)]
        told = [f"{amount * (end - start).days:.10f}" for amount in (sum(week) / 7, min(week), max(week))]
        period = {"Start": start.isoformat(), "End": end.isoformat()}
        bounds = {"PredictionIntervalLowerBound": told[1], "PredictionIntervalUpperBound": told[2]}
        one = {"TimePeriod": period, "MeanValue": told[0], **(bounds if "PredictionIntervalLevel" in params else {})}
        return {"Total": {"Amount": told[0], "Unit": "USD"}, "ForecastResultsByTime": [one]}

    def anomalies(self, _now: Present, params: Params) -> Params:
        """Answer GetAnomalies: those that end in the interval, or after its start if it has no end."""
        start, end = params["DateInterval"]["StartDate"], params["DateInterval"].get("EndDate", "9")
        found = [one for one in self._anomalies if start <= one["AnomalyEndDate"][:10] <= end]
        held, token = page(found, params.get("NextPageToken"), params.get("MaxResults", SIZE))
        return {"Anomalies": held, **next_page("NextPageToken", token)}

    def plans(self, _now: Present, _params: Params) -> Params:
        """Answer GetSavingsPlansUtilization with what the world says of any time; without plans there is no data."""
        if "SavingsPlans" not in self._commitments:
            raise AwsError("DataUnavailableException", "No Savings Plans utilization data is available.")
        return {"Total": {"Utilization": self._commitments["SavingsPlans"]}}

    def reservations(self, _now: Present, _params: Params) -> Params:
        """Answer GetReservationUtilization with what the world says of the whole time."""
        none = {"PurchasedHours": "0", "UtilizationPercentage": "0"}
        return {"UtilizationsByTime": [], "Total": self._commitments.get("Reservations", none)}

    def plans_coverage(self, _now: Present, params: Params) -> Params:
        """Answer GetSavingsPlansCoverage by month, with the same for each; without plans there is no data."""
        if "SavingsPlansCoverage" not in self._commitments:
            raise AwsError("DataUnavailableException", "No Savings Plans coverage data is available.")
        start, end = (date.fromisoformat(params["TimePeriod"][key]) for key in ("Start", "End"))
        months = [{"Start": f"{first}", "End": f"{last}"} for first, last in _periods(start, end, "MONTHLY")]
        told = self._commitments["SavingsPlansCoverage"]
        return {"SavingsPlansCoverages": [{"Attributes": {}, "Coverage": told, "TimePeriod": one} for one in months]}

    def reservations_coverage(self, _now: Present, _params: Params) -> Params:
        """Answer GetReservationCoverage with what the world says of the whole time."""
        hours = self._commitments.get("ReservationCoverage", {"ReservedHours": "0", "TotalRunningHours": "0"})
        return {"CoveragesByTime": [], "Total": {"CoverageHours": hours}}


def _charge(told: Any, world: World) -> Charge:
    daily = Decimal(told["Daily"])
    return Charge(
        told["Service"],
        told["UsageType"],
        daily,
        Decimal(told.get("Weekend", daily)),
        told.get("Account", world.account),
        told.get("Region", world.region),
        told.get("RecordType", "Usage"),
        told.get("Tags", {}),
        told.get("Begins", -HISTORY),
        told.get("Ends", 1),
    )


def _result(charges: list[Charge], first: date, last: date, params: Params, today: date) -> Params:
    """Return what a period cost, by group; without groups as one total."""
    sums: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    groups = [_key(group) for group in params.get("GroupBy", [])]
    for one in charges:
        amount = sum((one.on(day, today) for day in _days(first, last)), Decimal())
        if amount:
            sums[tuple(key(one) for key in groups)] += amount
    cost: Callable[[Decimal], Params] = lambda amount: {  # noqa: E731 - a shape, used twice
        metric: {"Amount": f"{amount:f}", "Unit": "USD"} for metric in params["Metrics"]
    }
    period = {"TimePeriod": {"Start": first.isoformat(), "End": last.isoformat()}, "Estimated": last >= today}
    if not groups:
        return {**period, "Total": cost(sum(sums.values(), Decimal())), "Groups": []}
    return {
        **period,
        "Total": {},
        "Groups": [{"Keys": list(keys), "Metrics": cost(amount)} for keys, amount in sorted(sums.items())],
    }


def _key(group: Params) -> Callable[[Charge], str]:
    if group["Type"] == "TAG":
        return lambda one: f"{group['Key']}${one.tags.get(group['Key'], '')}"
    return lambda one: _dimension(one, group["Key"])


def _dimension(charge: Charge, key: str) -> str:
    match key:
        case "SERVICE":
            return charge.service
        case "USAGE_TYPE":
            return charge.usage
        case "LINKED_ACCOUNT":
            return charge.account
        case "REGION":
            return charge.region
        case "RECORD_TYPE":
            return charge.category
        case other:
            raise AwsError("ValidationException", f"This sandbox does not split costs by {other}.")


def _fits(charge: Charge, wanted: Params | None) -> bool:
    if not wanted:
        return True
    if "And" in wanted:
        return all(_fits(charge, one) for one in wanted["And"])
    if "Tags" in wanted:
        return charge.tags.get(wanted["Tags"]["Key"], "") in wanted["Tags"]["Values"]
    if "Dimensions" in wanted:
        return _dimension(charge, wanted["Dimensions"]["Key"]) in wanted["Dimensions"]["Values"]
    raise AwsError("ValidationException", f"This sandbox does not filter costs by {', '.join(wanted)}.")


def _periods(start: date, end: date, granularity: str) -> Iterator[tuple[date, date]]:
    while start < end:
        following = (start.replace(day=28) + timedelta(days=4)).replace(day=1)
        last = min(end, following if granularity == "MONTHLY" else start + timedelta(days=1))
        yield start, last
        start = last


def _days(first: date, last: date) -> Iterator[date]:
    while first < last:
        yield first
        first += timedelta(days=1)


def _today(now: Present) -> date:
    return datetime.fromtimestamp(now.clock.time(), UTC).date()
