"""What to do with an alert, as config/alerts.toml says: look into it, tell it, or keep quiet; and where."""

import tomllib
from datetime import datetime, time
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agents.contract import Alert
from bot.intake.shape import Shape


class Do(StrEnum):
    """What an alert is answered with."""

    LOOK = "look"  # a card in the channel, and a run in its thread
    TELL = "tell"  # a card in the channel
    QUIET = "quiet"  # nothing; it is counted


class Rule(BaseModel):
    """One rule; what it does not name, it does not ask for. Names may have `*` in them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str = "*"
    name: str = "*"
    service: str = "*"
    severity: frozenset[str] = frozenset()
    seen_in: str = Field("", pattern=r"^([CG][A-Z0-9]+)?$")  # for alert bots' messages: the channel; else webhooks, SQS
    hours: str = Field("", pattern=r"^(\d\d:\d\d-\d\d:\d\d)?$")  # UTC
    do: Do
    to: str = Field("", pattern=r"^([CG][A-Z0-9]+)?$")

    def fits(self, alert: Alert, service: str, seen_in: str, now: datetime) -> bool:
        """Tell whether the rule speaks of this alert."""
        names = ((self.source, alert.source), (self.name, alert.name), (self.service, service))
        alike = all(fnmatchcase(value.casefold(), pattern.casefold()) for pattern, value in names)
        bad = not self.severity or alert.severity in self.severity
        return alike and bad and self.seen_in == seen_in and within(self.hours, now)


class Rules(BaseModel):
    """All of the file.

    Attributes:
        window_minutes: Alerts that belong together and come within this long of each other are one incident.
        most: Incidents opened within a window; what else comes is gathered in the last one.
        rest_hours: An incident without news for so long rests.
        channel: Where incidents are told, unless a rule says where.
        topics: ARNs of SNS topics that are heard, with `*`.
        rule: First match wins; without one, alerts are looked into.
        source: Shapes of sources of your own, by name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    window_minutes: int = Field(15, ge=1, le=1440)
    most: int = Field(10, ge=2, le=100)
    rest_hours: int = Field(24, ge=1)
    channel: str = Field("", pattern=r"^([CG][A-Z0-9]+)?$")
    topics: tuple[str, ...] = ()
    rule: tuple[Rule, ...] = ()
    source: dict[str, Shape] = Field(default_factory=dict)

    def of(self, alert: Alert, service: str, seen_in: str, now: datetime) -> tuple[Do, str]:
        """Return what to do with an alert, and in which channel."""
        found = next((one for one in self.rule if one.fits(alert, service, seen_in, now)), Rule(do=Do.LOOK))
        return found.do, found.to or seen_in or self.channel

    def hears(self, topic: str) -> bool:
        """Tell whether an SNS topic is one of ours; anybody can make a topic, and AWS signs its messages too."""
        return any(fnmatchcase(topic, pattern) for pattern in self.topics)


def read_rules(path: Path) -> Rules:
    """Read the file; a missing one hears what has a secret, and tells it nowhere.

    Raises:
        ValueError: Names the file and what does not fit.
    """
    try:
        return Rules.model_validate(tomllib.loads(path.read_text("utf-8")) if path.exists() else {})
    except (ValidationError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path}: {error}") from error


def within(hours: str, now: datetime) -> bool:
    """Tell whether a moment is within hours such as `22:00-06:00` (UTC); without hours it always is."""
    if not hours:
        return True
    begin, end = (time.fromisoformat(part) for part in hours.split("-"))
    at = now.time()
    return begin <= at < end if begin <= end else at >= begin or at < end
