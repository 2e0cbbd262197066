"""What counts in which channel, as config/channels.toml says."""

import tomllib
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class Counts(StrEnum):
    """What starts a run."""

    ALERTS = "alerts"
    MENTIONS = "mentions"
    QUESTIONS = "questions"


class Channel(BaseModel):
    """The rule of one channel."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[CG][A-Z0-9]+$")
    name: str
    counts: frozenset[Counts]
    readers: str = ""  # handle of the user group an alert's run is shown to


class Channels(BaseModel):
    """All rules; a channel that is not listed counts nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    alert_bots: frozenset[str] = frozenset()
    channel: tuple[Channel, ...] = ()

    def counts(self, channel: str, what: Counts) -> bool:
        """Tell whether something counts in a channel."""
        return any(one.id == channel and what in one.counts for one in self.channel)

    def listed(self, channel: str) -> bool:
        """Tell whether a channel has a rule; direct messages need none."""
        return channel.startswith("D") or any(one.id == channel for one in self.channel)

    def readers(self, channel: str) -> str:
        """Return the user group an alert's run is shown to, empty if there is none."""
        return next((one.readers for one in self.channel if one.id == channel), "")


def read_channels(path: Path) -> Channels:
    """Read the rules.

    Raises:
        ValueError: Names the file and what does not fit.
    """
    try:
        return Channels.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (ValidationError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path}: {error}") from error
