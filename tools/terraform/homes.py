"""config/terraform.toml: where new infrastructure is proposed, and what is planned and applied from here."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.settings import settings
from tools.contract import ToolError

FILE = "terraform.toml"
_REPOSITORY = r"^([A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100})?$"


class Root(BaseModel):
    """A checkout of a configuration, initialized."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")
    folder: Path
    path: str = Field("", pattern=r"^([\w.-]+(/[\w.-]+)*)?$")
    environment: str = Field("production", pattern=r"^[a-z0-9-]+$")
    repository: str = Field("", pattern=_REPOSITORY)
    role: str = Field("", pattern=r"^(arn:[\w:/+=,.@-]+)?$")
    keeps: tuple[str, ...] = ()


class CdkApp(BaseModel):
    """A CDK app in Python: its folder, the file to run, and the interpreter that has aws_cdk."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")
    folder: Path
    app: str = Field("app.py", pattern=r"^[\w][\w./-]*\.py$")
    python: Path


class Home(BaseModel):
    """All of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    repository: str = Field("", pattern=_REPOSITORY)
    base: str = "main"
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    owner: str = Field("platform", pattern=r"^[\w.-]{1,60}$")
    root: tuple[Root, ...] = ()
    cdk: tuple[CdkApp, ...] = ()

    def cdk_app(self, name: str) -> CdkApp:
        """Return a CDK app by its name.

        Raises:
            ToolError: There is none; says which there are.
        """
        found = next((app for app in self.cdk if app.name == name), None)
        if found is None:
            known = ", ".join(app.name for app in self.cdk) or "none"
            raise ToolError(f"config/{FILE} has no CDK app `{name}`; it has {known}.")
        return found

    def named(self, name: str) -> Root:
        """Return a root by its name.

        Raises:
            ToolError: There is none; says which there are.
        """
        found = next((root for root in self.root if root.name == name), None)
        if found is None:
            known = ", ".join(root.name for root in self.root) or "none"
            raise ToolError(f"config/{FILE} has no root `{name}`; it has {known}.")
        return found


def home() -> Home:
    """Return what the file says now; without it nothing can be proposed.

    Raises:
        ToolError: The file does not fit; names the place and what is wrong.
    """
    file = settings().infra_config / FILE
    return _read(file, file.stat().st_mtime_ns) if file.is_file() else Home()


@lru_cache(maxsize=4)
def _read(file: Path, _changed: int) -> Home:
    try:
        return Home.model_validate(tomllib.loads(file.read_text("utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "all of it"
        raise ToolError(f"{FILE}: {where}: {first['msg']}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ToolError(f"{FILE}: {error}.") from error
