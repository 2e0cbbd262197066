"""Which clusters and accounts there are, by name, and which of them a tool works on: config/instances.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Annotated, NoReturn, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from config.settings import Settings, settings
from tools.contract import ToolError

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class Cluster(BaseModel):
    """One `[[cluster]]`.

    Attributes:
        name: What people, policy and cards call it.
        kubeconfig: Path of its kubeconfig; what KUBECONFIG says if left out.
        context: Context in there; the active one if left out.
        environment: Such as `production`; the policy decides by it, whatever the service catalogue says.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    kubeconfig: str = ""
    context: str = ""
    environment: str = ""


class Account(BaseModel):
    """One `[[account]]`; what is left out is as the settings say.

    Attributes:
        name: What people, policy and cards call it.
        id: Its twelve digits.
        region: Region to look at.
        read_role: ARN of the role that readings take there.
        write_role: ARN of the role that an approved change takes there; without one nothing is changed there.
        environment: Such as `production`; the policy decides by it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    id: str = Field(pattern=r"^[0-9]{12}$")
    region: str = ""
    read_role: str = ""
    write_role: str = ""
    environment: str = ""

    @model_validator(mode="after")
    def _roles_of_its_own(self) -> Self:
        for role in filter(None, (self.read_role, self.write_role)):
            if f"::{self.id}:role/" not in role:
                raise ValueError(f"{role} is no role of account {self.id}")
        return self


class Instances(BaseModel):
    """All of config/instances.toml; the first of each kind is meant where none is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cluster: tuple[Cluster, ...] = ()
    account: tuple[Account, ...] = ()

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        for kind in (self.cluster, self.account):
            if len({one.name for one in kind}) < len(kind):
                raise ValueError("two of a kind have the same name")
        return self

    def cluster_named(self, name: str) -> Cluster:
        """Return a cluster; the first for no name.

        Raises:
            ToolError: There is none of that name.
        """
        return next((one for one in self.cluster if name in {one.name, ""}), None) or _absent(
            "cluster", self.cluster, name
        )

    def account_named(self, name: str) -> Account:
        """Return an account; the first for no name.

        Raises:
            ToolError: There is none of that name.
        """
        return next((one for one in self.account if name in {one.name, ""}), None) or _absent(
            "account", self.account, name
        )


_cluster: ContextVar[Cluster | None] = ContextVar("cluster", default=None)
_account: ContextVar[Account | None] = ContextVar("account", default=None)


@contextmanager
def working_on(cluster: Cluster | None, account: Account | None) -> Iterator[None]:
    """Have the clients work on this cluster and in this account within the block."""
    tokens = _cluster.set(cluster), _account.set(account)
    try:
        yield
    finally:
        _cluster.reset(tokens[0])
        _account.reset(tokens[1])


def cluster_here() -> tuple[str, str]:
    """Return kubeconfig and context of the cluster to work on; empty is as the settings and the file say."""
    here = _cluster.get()
    return (here.kubeconfig or settings().kubeconfig, here.context) if here else (settings().kubeconfig, "")


def settings_here() -> Settings:
    """Return the settings as they are for the account to work in."""
    here = _account.get()
    if here is None:
        return settings()
    roles = {"aws_read_role_arn": here.read_role, "aws_write_role_arn": here.write_role}
    return settings().model_copy(update={**roles, "aws_region": here.region or settings().aws_region})


def account_here() -> str:
    """Return the name of the account to work in; empty where none is named."""
    here = _account.get()
    return here.name if here else ""


def environment_of(args: Mapping[str, object]) -> str:
    """Return the environment of the cluster or account that arguments name, if it has one.

    Raises:
        ToolError: There is no instance of that name.
    """
    there = instances()
    cluster = there.cluster_named(str(args["cluster"])).environment if there.cluster and args.get("cluster") else ""
    return cluster or (there.account_named(str(args["account"])).environment if args.get("account") else "")


def instances() -> Instances:
    """Return what instances.toml names; read once.

    Raises:
        ValueError: Names file, place and what is wrong.
    """
    return read_instances(settings().infra_config / "instances.toml")


@cache
def read_instances(file: Path) -> Instances:
    """Return what a file names; nothing without the file.

    Raises:
        ValueError: Names file, place and what is wrong.
    """
    try:
        return Instances.model_validate(tomllib.loads(file.read_text("utf-8")) if file.exists() else {})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ValueError(f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{file}: {error}.") from error


def _absent(kind: str, there: Sequence[Cluster | Account], name: str) -> NoReturn:
    known = ", ".join(one.name for one in there) or "none"
    raise ToolError(f"There is no {kind} named {name}; instances.toml names: {known}.")
