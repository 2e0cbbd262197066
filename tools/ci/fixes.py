"""Fixes that a log itself establishes: a pin of a version that does not exist, where those that do are listed."""

import re
from collections.abc import Iterable

from tools.ci.triage import Diagnosis
from tools.contract import Call
from tools.github.client import Reader
from tools.github.code import file_at

_LISTED = re.compile(
    r"satisfies the requirement (?P<name>[\w.-]+)==(?P<wanted>[\w.]+) \(from versions: (?P<versions>[\w., ]+)\)"
)
_INSTALLED = re.compile(r"-r\s+(?P<path>[\w./-]+\.txt)")
_PLAIN = re.compile(r"\d+(?:\.\d+)*")


def fix_of(api: Reader, repository: str, branch: str, told: Diagnosis) -> Call | None:
    """Return the pull request that pins the nearest version there is, None if the log does not establish one.

    Raises:
        ToolError: The file of requirements cannot be read.
    """
    text = "\n".join([told.step, *(line for _, line in told.excerpt)])
    listed, installed = _LISTED.search(text), _INSTALLED.search(text)
    if not listed or not installed:
        return None
    name, wanted = listed["name"], listed["wanted"]
    there = nearest(wanted, re.split(r",\s*", listed["versions"]))
    path = installed["path"].removeprefix("./")
    old = file_at(api, repository, path, branch).text
    new, count = re.subn(rf"(?im)^{re.escape(name)}=={re.escape(wanted)}(?=\s|;|$)", f"{name}=={there}", old)
    if count != 1 or not there:
        return None
    title, body = _words(f"{name}=={wanted}", f"{name}=={there}")
    edit = {"title": title, "body": body, "files": {path: new}}
    return Call("github_pull_request", {"repository": repository, "base": branch, **edit})


def nearest(wanted: str, versions: Iterable[str]) -> str:
    """Return the highest released version of the same major as the one that is missing, else the highest."""
    released = [one for one in versions if _PLAIN.fullmatch(one)]
    same = [one for one in released if one.partition(".")[0] == wanted.partition(".")[0]]
    return max(same or released, key=lambda one: [int(part) for part in one.split(".")], default="")


def _words(old: str, new: str) -> tuple[str, str]:
    """Return title and body of the pull request."""
    body = (
        f"The pipeline cannot install `{old}`: there is no such version. The installer lists the versions there are; "
        f"`{new}` is the highest of the same major version, or of all where there is none.\n\n"
        "Whether the code works with it is for the checks of this pull request to say."
    )
    return f"Pin {new}, as {old.partition('==')[2]} does not exist", body
