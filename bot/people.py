"""Who somebody is, as the workspace says at this moment."""

from dataclasses import dataclass
from typing import Protocol


class LookupDownError(Exception):
    """The workspace could not be asked; whoever needs the answer must refuse."""


@dataclass(frozen=True, slots=True)
class Person:
    """A member of a workspace.

    `guest` covers single- and multi-channel guests and strangers of shared channels; `zone` is their time zone's name.
    """

    id: str
    team: str
    name: str
    bot: bool = False
    guest: bool = False
    deactivated: bool = False
    zone: str = ""


class Directory(Protocol):
    """Answers from the workspace. Every method raises LookupDownError rather than guess."""

    async def person(self, user: str) -> Person:
        """Look a person up."""
        ...

    async def members(self, group: str) -> frozenset[str]:
        """Return the Slack ids in a user group, by handle without the @."""
        ...


async def zone_of(directory: Directory, user: str) -> str:
    """Return the time zone that somebody lives in; empty for nobody, and where it cannot be told."""
    if not user:
        return ""
    try:
        return (await directory.person(user)).zone
    except LookupDownError:
        return ""  # times are UTC then, and the answer says so


async def members_of(directory: Directory, groups: tuple[str, ...]) -> frozenset[str]:
    """Return everybody in any of the groups.

    Raises:
        LookupDownError: The workspace could not be asked.
    """
    return frozenset[str]().union(*[await directory.members(group) for group in groups])
