"""config/security.toml: which regions are looked at, and where the Terraform of an account is."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork, ValidationError, field_validator

from config.settings import settings
from tools.contract import ToolError
from tools.instances import settings_here

FILE = "security.toml"


class Home(BaseModel):
    """Where an account's Terraform is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account: str = Field(pattern=r"^(\*|\d{12})$")
    repository: str = Field(pattern=r"^[\w.-]+/[\w.-]+$")
    folder: str = Field("", pattern=r"^([\w.-]+(/[\w.-]+)*)?$")
    trusted: tuple[IPvAnyNetwork, ...] = ()

    @field_validator("trusted")
    @classmethod
    def _somewhere(cls, trusted: tuple[IPvAnyNetwork, ...]) -> tuple[IPvAnyNetwork, ...]:
        if any(network.prefixlen == 0 for network in trusted):
            raise ValueError("the whole internet is no trusted network")
        return trusted


class Homes(BaseModel):
    """All of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    regions: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    tags: dict[str, str] = Field(default_factory=dict)
    home: tuple[Home, ...] = ()

    def of(self, account: str) -> Home | None:
        """Return where an account's Terraform is, None if nobody said."""
        return next((home for home in self.home if home.account in {account, "*"}), None)


def homes() -> Homes:
    """Return what the file says now; without it, AWS_REGION is looked at and nothing is remedied.

    Raises:
        ToolError: The file does not fit; names the place and what is wrong.
    """
    file = settings().infra_config / FILE
    return _read(file, file.stat().st_mtime_ns) if file.is_file() else Homes()


def regions() -> tuple[str, ...]:
    """Return the regions to look at, that of the account to work in first."""
    return tuple(dict.fromkeys((settings_here().aws_region, *homes().regions)))


@lru_cache(maxsize=4)
def _read(file: Path, _changed: int) -> Homes:
    try:
        return Homes.model_validate(tomllib.loads(file.read_text("utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "all of it"
        raise ToolError(f"{FILE}: {where}: {first['msg']}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ToolError(f"{FILE}: {error}.") from error
