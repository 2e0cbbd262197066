"""Who a Slack user is elsewhere: config/people.toml, by which a change is made as the person who approved it."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.settings import settings
from tools.contract import Refused, ToolError
from tools.proposal import Grant


class Identity(BaseModel):
    """A Kubernetes user, and the groups it acts with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    user: str = Field(min_length=1, pattern=r"^[^\s]+$")
    groups: tuple[str, ...] = ()


class Kubernetes(BaseModel):
    """Everybody, by Slack id; `nobody` is who acts where the policy allowed a change and nobody was asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    people: dict[str, Identity] = {}
    nobody: Identity | None = None


class PeopleFile(BaseModel):
    """All of config/people.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kubernetes: Kubernetes = Kubernetes()


def people() -> PeopleFile:
    """Return who is who; read once.

    Raises:
        ToolError: Names file, place and what is wrong.
    """
    return read_people(settings().infra_config / "people.toml")


@cache
def read_people(file: Path) -> PeopleFile:
    """Return who is who in a file; a missing file maps nobody.

    Raises:
        ToolError: Names file, place and what is wrong.
    """
    try:
        return PeopleFile.model_validate(tomllib.loads(file.read_text("utf-8")) if file.exists() else {})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ToolError(f"{file}: {where}: {first['msg']}.") from error
    except (tomllib.TOMLDecodeError, OSError, UnicodeDecodeError) as error:
        raise ToolError(f"{file} cannot be read: {error}.") from error


def acting_identity(grant: Grant) -> Identity | None:
    """Return whom a change of the cluster is made as: who approved it last; None where nobody is mapped at all.

    Raises:
        Refused: Others are mapped, but not this one: the bot does not lend its own rights instead.
    """
    told = people().kubernetes
    if not told.people and told.nobody is None:
        return None
    if not grant.approvers:
        if told.nobody is None:
            raise Refused("Nobody approved this in person, and people.toml names no kubernetes.nobody to act as.")
        return told.nobody
    approver = grant.approvers[-1]
    if approver not in told.people:
        raise Refused(f"Add <@{approver}> to kubernetes.people in people.toml: changes are made as who approved them.")
    return told.people[approver]
