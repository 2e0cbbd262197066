"""The Terraform of an account, as it is on its repository's main branch."""

from __future__ import annotations

from urllib.parse import quote

from tools.contract import ToolError
from tools.github.client import reader
from tools.github.code import file_at
from tools.github.names import below
from tools.security.homes import Home

BRANCH = "main"
MOST_FILES = 60
"""A root module with more is read in no run's time; its owners are asked to name a folder."""


def terraform(home: Home) -> dict[str, str]:
    """Return the `.tf` files of a home's root module, path → text.

    Raises:
        ToolError: The repository cannot be read, or there are too many.
    """
    api, folder = reader(), f"{home.folder}/" if home.folder else ""
    doing = f"list the Terraform of {home.repository}"
    told = api.get(f"{below(home.repository, 'git', 'trees')}/{quote(BRANCH)}", doing, {"recursive": "1"})
    listed = told.get("tree")
    paths = [str(one.get("path", "")) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    ours = [
        path for path in paths if path.startswith(folder) and path.endswith(".tf") and "/" not in path[len(folder) :]
    ]
    if len(ours) > MOST_FILES:
        raise ToolError(f"{home.repository} has {len(ours)} Terraform files in {folder or 'its root'}: name a folder.")
    return {path: file_at(api, home.repository, path, BRANCH).text for path in sorted(ours)}
