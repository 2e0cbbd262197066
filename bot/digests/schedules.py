"""What config/schedules.toml says is asked by itself: read, and the slots it makes; pure."""

import re
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apscheduler.triggers.cron import CronTrigger
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

MADE_UP = timedelta(hours=12)
"""A slot missed for longer is not worth a post."""
_FIELDS = 5


class Schedule(BaseModel):
    """One question that is asked regularly."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")
    what: str = Field(min_length=1, max_length=3000)
    when: str
    channel: str = Field(pattern=r"^[CG][A-Z0-9]+$")
    agent: str = ""
    zone: str = "UTC"

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

    def latest(self, now: datetime) -> datetime | None:
        """Return the last slot up to `now` as local time without a zone; None if none is worth making up for.

        The hour that clocks repeat is one hour here, so a slot in it is one slot.
        """
        trigger, found = CronTrigger.from_crontab(self.when, timezone=self.zone), None
        slot = trigger.get_next_fire_time(None, now - MADE_UP)
        while slot is not None and slot.astimezone(UTC) <= now:
            found, after = slot, slot.astimezone(UTC) + timedelta(seconds=1)
            slot = trigger.get_next_fire_time(None, after)
        return found.replace(tzinfo=None, fold=0) if found else None


class Schedules(BaseModel):
    """All of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schedule: tuple[Schedule, ...] = ()

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
