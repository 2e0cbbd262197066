"""Windows of local time, such as a change freeze: when they hold, whatever the clocks do in between."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal, Self, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)

Weekday: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone by its name in the IANA database.

    Raises:
        ValueError: There is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"there is no time zone `{name}`; write it as `Europe/Berlin` or `UTC`") from error


def _known_zone(name: str) -> str:
    zone_of(name)
    return name


def clock_time(told: object) -> time:
    """Return a local time of day, as TOML or a person writes it.

    Raises:
        ValueError: It is none, or it is one with an offset.
    """
    if isinstance(told, str) and re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", told):
        return time.fromisoformat(told.zfill(5))
    if isinstance(told, time) and told.tzinfo is None:
        return told
    raise ValueError("write a time of day as `18:00`, without an offset; midnight is `00:00`")


LocalTime = Annotated[time, BeforeValidator(clock_time)]
LocalDate = Annotated[date, Field(strict=True)]


class Window(BaseModel):
    """One `[[window]]` of the file; those of one name are one window. Days are the days on which it begins."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    zone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    weekdays: Annotated[tuple[Weekday, ...], Field(min_length=1)] | None = None
    dates: tuple[LocalDate, LocalDate] | None = None
    begin: LocalTime = Field(time(), alias="from")
    end: LocalTime = Field(time(), alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.dates and self.dates[0] > self.dates[1]:
            raise ValueError("the first of the dates must not be after the last")
        return self

    def holds(self, at: datetime) -> bool:
        """Tell whether a moment is in the window.

        A clock that is set back shows some times twice: the window then lasts from the first time the clock shows its
        beginning to the last time it shows its end, without a hole. A time that a clock skips is when it skips it.
        """
        here = at.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None, fold=0)
        return any(self._covers(day, here, at) for day in (here.date() - DAY, here.date()) if self._begins_on(day))

    def _begins_on(self, day: date) -> bool:
        among = self.dates is None or self.dates[0] <= day <= self.dates[1]
        return among and (self.weekdays is None or DAYS[day.weekday()] in self.weekdays)

    def _covers(self, day: date, here: datetime, at: datetime) -> bool:
        begins = datetime.combine(day, self.begin)
        ends = datetime.combine(day if self.end > self.begin else day + DAY, self.end)
        return begins <= here < ends or self._moment(begins, 0) <= at < self._moment(ends, 1)

    def _moment(self, local: datetime, fold: int) -> datetime:
        """Return the first (0) or the last (1) moment at which the clock shows this."""
        return local.replace(tzinfo=ZoneInfo(self.zone), fold=fold).astimezone(UTC)
