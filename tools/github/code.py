"""Files of a repository as they are at a commit."""

import base64
import difflib
from dataclasses import dataclass
from urllib.parse import quote

from tools.contract import JsonObject, Observation, ToolError
from tools.declare import reads
from tools.github.client import Reader, reader
from tools.github.names import FilePath, Ref, Repository, below, clean
from tools.github.refusals import Missing
from tools.kube.fields import number, plural, text

MOST_CHARACTERS = 24_000


@dataclass(frozen=True)
class File:
    """A file at a commit; a sha of "" is a file that is not there."""

    path: str
    sha: str
    text: str


def file_at(api: Reader, repository: str, path: str, ref: str) -> File:
    """Return a file, empty if it is not there.

    Raises:
        ToolError: It is a folder, too large, or no text.
    """
    where = f"{below(repository, 'contents')}/{quote(path)}"
    try:
        told = api.value(where, f"read {path} of {repository}", {"ref": ref} if ref else None)
    except Missing:
        return File(path, "", "")
    if not isinstance(told, dict):
        raise ToolError(f"{path} of {repository} is a folder; github_files lists what is in it.")
    return File(path, text(told, "sha"), _content(told, path))


@reads(needs=("contents:read", "metadata:read"))
def github_file(repository: Repository, path: FilePath, ref: Ref = "") -> Observation:
    """Read one text file of a repository, as it is on a branch or at a commit."""
    found = file_at(reader(), repository, clean(path), ref)
    if not found.sha:
        raise Missing(
            f"There is no {path} in {repository}{f' at {ref}' if ref else ''}; github_files lists what there is."
        )
    cut = len(found.text) > MOST_CHARACTERS
    note = f"\n… cut after {MOST_CHARACTERS} of {len(found.text)} characters" if cut else ""
    lines = plural(found.text.count("\n"), "line")
    head = f"{path} of {repository}{f' at {ref}' if ref else ''} ({lines}, blob {found.sha[:8]})"
    return Observation(f"{head}:\n{found.text[:MOST_CHARACTERS]}{note}", headline=f"{head}.")


@reads(needs=("contents:read", "metadata:read"))
def github_files(repository: Repository, folder: FilePath = "", ref: Ref = "") -> Observation:
    """List what is in a folder of a repository (empty: at the top)."""
    where = below(repository, "contents") + (f"/{quote(clean(folder))}" if folder else "")
    doing = f"list {folder or 'the top'} of {repository}"
    told = reader().value(where, doing, {"ref": ref} if ref else None)
    if not isinstance(told, list):
        raise ToolError(f"{folder} of {repository} is a file; github_file reads it.")
    entries = [one for one in told if isinstance(one, dict)]
    head = f"{len(entries)} files and folders in {folder or 'the top'} of {repository}"
    return Observation("\n".join([f"{head}:", *map(_line, entries)]), headline=f"{head}.")


def changed(before: File, after: str | None) -> str:
    """Return the unified diff of a file, empty if nothing changes; None deletes it.

    Raises:
        ToolError: There is no file to delete.
    """
    if after is None and not before.sha:
        raise ToolError(f"There is no {before.path} to delete.")
    old = f"a/{before.path}" if before.sha else "/dev/null"
    new = "/dev/null" if after is None else f"b/{before.path}"
    lines = [*difflib.unified_diff(before.text.splitlines(), (after or "").splitlines(), old, new, n=3, lineterm="")]
    empty = [f"--- {old}", f"+++ {new}"] if after is None else []
    return "\n".join(lines or empty)


def _content(told: JsonObject, path: str) -> str:
    if text(told, "encoding") != "base64":
        raise ToolError(f"{path} is too large to read here ({number(told, 'size')} bytes).")
    try:
        return base64.b64decode(text(told, "content")).decode("utf-8")
    except ValueError as error:
        raise ToolError(f"{path} is no text file.") from error


def _line(entry: JsonObject) -> str:
    size = f" ({number(entry, 'size')} bytes)" if text(entry, "type") == "file" else "/"
    return f"- {text(entry, 'path')}{size}"
