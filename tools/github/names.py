"""The names that GitHub tools take, and the paths that are made of them."""

from typing import Annotated
from urllib.parse import quote

from pydantic import Field, StringConstraints

from tools.contract import ToolError
from tools.scope import require

Repository = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}$"),
    Field(description="a GitHub repository, owner/name"),
]
Ref = Annotated[
    str,
    StringConstraints(pattern=r"^([A-Za-z0-9_][A-Za-z0-9._/+@~^-]{0,249})?$"),
    Field(description="branch, tag or commit; empty = the default branch"),
]
Branch = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._/+@-]{0,249}$"),
    Field(description="an existing branch"),
]
FilePath = Annotated[
    str,
    StringConstraints(pattern=r"^[^\x00-\x1f\x7f\\]{0,400}$"),
    Field(description="path in the repository, such as modules/queue/main.tf"),
]
Number = Annotated[int, Field(ge=1, le=10**9, description="number of the pull request")]
RunId = Annotated[int, Field(ge=1, le=10**15, description="id of the workflow run, as in its address")]
JobId = Annotated[int, Field(ge=1, le=10**15, description="id of the job, as github_run lists it")]


def below(repository: str, *parts: object) -> str:
    """Return the API's path to something in a repository, if this run may see the repository.

    Raises:
        OutOfScope: It may not.
        ToolError: There can be no such repository.
    """
    require("repositories", repository)
    owner, _, name = repository.partition("/")
    if not owner or name in {"", ".", ".."} or "/" in name:
        raise ToolError(f"{repository} is no repository; write owner/name.")
    return "/".join(["/repos", owner, name, *(quote(str(part), safe="") for part in parts)])


def clean(path: str) -> str:
    """Return a path in a repository, checked.

    Raises:
        ToolError: It leads out of the repository, or into git's own folder.
    """
    steps = path.split("/")
    if any(step in {"", ".", ".."} or step.lower() == ".git" for step in steps):
        raise ToolError(
            f"{path[:100]!r} is no path in a repository; write it from the top, such as modules/queue/main.tf."
        )
    return path
