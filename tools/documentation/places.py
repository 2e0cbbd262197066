"""config/documentation.toml: where documents are."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.settings import settings
from tools.contract import ToolError

FILE = "documentation.toml"
_REPOSITORY = r"^([\w.-]+/[\w.-]+)?$"
_PATH = r"^[\w-][\w.-]*(/[\w-][\w.-]*)*$"


class Places(BaseModel):
    """All of the file; its own words say what each is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    repositories: tuple[str, ...] = ()
    left_alone: tuple[str, ...] = ()
    home: str = Field("", pattern=_REPOSITORY)
    architecture: str = Field("docs/architecture.md", pattern=_PATH)
    runbooks: str = Field("docs/runbooks", pattern=_PATH)
    postmortems: str = Field("docs/postmortems", pattern=_PATH)
    reviewers: tuple[str, ...] = ()

    def compared(self, path: str) -> bool:
        """Tell whether a file is a page that should say what is so now."""
        return path.lower().endswith(".md") and not any(fnmatchcase(path, one) for one in self.left_alone)


def places() -> Places:
    """Return what the file says now.

    Raises:
        ToolError: It does not fit; names the place and what is wrong.
    """
    file = settings().infra_config / FILE
    return _read(file, file.stat().st_mtime_ns) if file.is_file() else Places()


def home() -> str:
    """Return the repository that documents are proposed to.

    Raises:
        ToolError: None is named.
    """
    if named := places().home:
        return named
    raise ToolError(f"config/{FILE} names no `home`: say there which repository documents are proposed to.")


@lru_cache(maxsize=4)
def _read(file: Path, _changed: int) -> Places:
    try:
        return Places.model_validate(tomllib.loads(file.read_text("utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "all of it"
        raise ToolError(f"{FILE}: {where}: {first['msg']}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ToolError(f"{FILE}: {error}.") from error
