"""Files of a repository on its main branch."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from tools.contract import ToolError
from tools.github.client import reader
from tools.github.code import file_at
from tools.github.names import below
from tools.kube.fields import parts, plural, text

BRANCH = "main"
MOST = 60
"""Files that are read of a repository: more than this takes longer than a reading may."""


def files(repository: str, wanted: Callable[[str], bool]) -> dict[str, str]:
    """Return the text files that are wanted, path → text.

    Raises:
        ToolError: The repository cannot be read, or there are too many.
    """
    api = reader()
    doing = f"list the files of {repository}"
    told = api.get(f"{below(repository, 'git', 'trees')}/{quote(BRANCH)}", doing, {"recursive": "1"})
    ours = [text(one, "path") for one in parts(told, "tree") if text(one, "type") == "blob"]
    ours = sorted(path for path in ours if wanted(path))
    if len(ours) > MOST:
        raise ToolError(
            f"{repository} has {plural(len(ours), 'such file')}; leave some alone in config/documentation.toml."
        )
    return {path: file_at(api, repository, path, BRANCH).text for path in ours}


def page(repository: str, path: str) -> str:
    """Return a file's text, empty if there is no such file.

    Raises:
        ToolError: The repository cannot be read.
    """
    return file_at(reader(), repository, path, BRANCH).text
