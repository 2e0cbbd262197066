"""What config/schedules.toml says is asked by itself: read, and the slots it makes; pure."""

import re
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apscheduler.triggers.cron import CronTrigger
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

MADE_UP = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=12))
"""A slot missed for longer than the last is not worth a post; what is due often is found in the first."""
_FIELDS, _HOUR = 5, 1


class Schedule(BaseModel):
    """One question that is asked regularly."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")
    what: str = Field(min_length=1, max_length=3000)
    when: str
    channel: str = Field(pattern=r"^[CG][A-Z0-9]+$")
    agent: str = ""
    zone: str = "UTC"
    audience: tuple[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,20}$")], ...] = ()

    @field_validator("zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"there is no time zone {zone!r}; write one such as Europe/Berlin") from error
        return zone

    @field_validator("when")
    @classmethod
    def _cron(cls, when: str) -> str:
        parts = when.split()
        if len(parts) != _FIELDS:
            raise ValueError(f"{when!r} has {len(parts)} fields; write minute hour day month weekday")
        if re.search(r"\d", parts[-1]):
            raise ValueError(f"name the weekdays in {when!r}, such as mon-fri")
        CronTrigger.from_crontab(when)
        return when

    @property
    def due(self) -> str:
        """When it is due, in its own words."""
        return f"{self.when} {self.zone}"

    def latest(self, now: datetime) -> datetime | None:
        """Return the last slot up to `now` (UTC); None if none is worth making up for."""
        return next((found for back in MADE_UP if (found := self._last_since(now - back, now))), None)

    def upcoming(self, now: datetime) -> datetime | None:
        """Return the next slot after `now` (UTC); None if there is none any more."""
        trigger = CronTrigger.from_crontab(self.when, timezone=self.zone)
        slot = trigger.get_next_fire_time(None, now + timedelta(seconds=1))
        while slot is not None and self._repeats(slot):
            slot = trigger.get_next_fire_time(None, slot.astimezone(UTC) + timedelta(seconds=1))
        return slot.astimezone(UTC) if slot else None

    def _last_since(self, start: datetime, now: datetime) -> datetime | None:
        found, slot = None, self.upcoming(start)
        while slot is not None and slot <= now:
            found, slot = slot, self.upcoming(slot)
        return found

    def _repeats(self, slot: datetime) -> bool:
        """Tell whether this is a time of day that was already: what is due at an hour is due once that night.

        What is due every hour, or every few, is due in both of the hours that clocks show twice, as cron has it.
        """
        return slot.fold == 1 and not self.when.split()[_HOUR].startswith("*")


class Schedules(BaseModel):
    """All of them, and who may add to them in Slack.

    Attributes:
        schedule: What is asked.
        editors: Groups whose members may run, pause, resume, add and remove; nobody may if none is named.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    schedule: tuple[Schedule, ...] = ()
    editors: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _distinct(self) -> "Schedules":
        names = [one.name for one in self.schedule]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{', '.join(twice)} is named twice; give each schedule a name of its own")
        return self


def read_schedules(path: Path) -> Schedules:
    """Read the schedules; none where there is no file.

    Raises:
        ValueError: Names the file and what does not fit.
    """
    if not path.exists():
        return Schedules()
    try:
        return Schedules.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (ValidationError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path}: {error}") from error
