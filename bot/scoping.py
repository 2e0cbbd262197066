"""Who sees what: config/scopes.toml, and the scopes that hold for a person in a channel."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from agents.contract import Ask
from bot.live import Live
from bot.people import Directory
from tools.scope import Kind, Scope, Scopes

KINDS: tuple[Kind, ...] = ("namespaces", "databases", "log_groups", "alarms", "repositories", "clusters", "accounts")
NOTHING = Scope("those who are in no scope")

ChannelId = Annotated[str, StringConstraints(pattern=r"^[CDG][A-Z0-9]+$")]
Handle = Annotated[str, StringConstraints(pattern=r"^[^@\s]+$")]


class Entry(BaseModel):
    """One `[[scope]]` of the file: for whom it holds, and what they see."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    channels: tuple[ChannelId, ...] = ()
    groups: tuple[Handle, ...] = ()
    namespaces: tuple[str, ...] = ()
    databases: tuple[str, ...] = ()
    log_groups: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _for_somebody(self) -> Self:
        if not self.channels and not self.groups:
            raise ValueError("name the channels or groups that the scope is for")
        return self


class ScopesFile(BaseModel):
    """All of config/scopes.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    everybody_else: Literal["everything", "nothing"] = "everything"
    scope: tuple[Entry, ...] = ()

    def of_channel(self, channel: str) -> Scopes:
        """Return the scope of a channel, of all entries that name it; none if none does."""
        return _merged("this channel", [entry for entry in self.scope if channel in entry.channels])

    def of_groups(self, groups: Sequence[str]) -> Scopes:
        """Return the scope of somebody who is in these groups; none if no entry names one of them."""
        return _merged("your groups", [entry for entry in self.scope if set(entry.groups) & set(groups)])


class Scoping:
    """The scopes as their file says by now. A channel's and a person's both hold: all in a channel see its answers."""

    def __init__(self, file: Path, directory: Directory) -> None:
        self._live = Live(file, read_scopes)
        self._directory = directory

    async def of(self, ask: Ask) -> Scopes:
        """Return the scopes of an ask's run.

        Raises:
            LookupDownError: Slack could not say which groups its asker is in.
        """
        return await self(ask.thread.channel, ask.asker)

    async def __call__(self, channel: str, asker: str) -> Scopes:
        """Return the scopes of a person in a channel; none means that everything is seen. An alert has no asker.

        Raises:
            LookupDownError: Slack could not say which groups the person is in.
        """
        file = self._live.value
        named = dict.fromkeys(group for entry in file.scope for group in entry.groups)
        mine = [group for group in named if asker and asker in await self._directory.members(group)]
        found = (*file.of_channel(channel), *file.of_groups(mine))
        return (NOTHING,) if not found and file.everybody_else == "nothing" else found


def read_scopes(file: Path) -> ScopesFile:
    """Read the scopes; with no file everybody sees everything.

    Raises:
        ValueError: Names the file, the place in it and what is wrong.
    """
    try:
        return ScopesFile.model_validate(tomllib.loads(file.read_text("utf-8")) if file.exists() else {})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ValueError(f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{file}: {error}.") from error


def _merged(of: str, entries: Sequence[Entry]) -> Scopes:
    if not entries:
        return ()
    return (Scope(of, **{kind: _all(getattr(entry, kind) for entry in entries) for kind in KINDS}),)


def _all(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in lists for name in names))
