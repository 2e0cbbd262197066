"""Files, commits and comparisons, as the API tells them."""

from __future__ import annotations

import base64
from typing import Any

from sandbox.github.git import Entry
from sandbox.github.refusals import no_commit, not_found
from sandbox.github.requests import Answer, Here
from sandbox.github.shapes import commits, repository_shape
from sandbox.github.state import Json, Repository

BIG = 1024 * 1024
"""Larger files come without content: https://docs.github.com/en/rest/repos/contents#get-repository-content."""
KINDS = {"blob": "file", "tree": "dir", "commit": "submodule"}


def repository(here: Here) -> Answer:
    """Answer with the repository."""
    return Answer(repository_shape(here.hub, here.repository))


def contents(here: Here) -> Answer:
    """Answer with a file, or with what is in a folder."""
    reference, path = here.query.get("ref") or here.repository.default_branch, here.parts.get("path", "").strip("/")
    sha = here.repository.git.resolve(reference)
    if sha is None:
        raise no_commit(reference)
    if not path:
        return Answer([_listed(here, one) for one in here.repository.git.tree(sha)])
    found = here.repository.git.tree(sha, path=path)
    if not found:
        raise not_found()
    if found[0].kind == "tree":
        inside = here.repository.git.tree(found[0].sha)
        return Answer([_listed(here, one, f"{path}/") for one in inside])
    data = here.repository.git.blob(found[0].sha)
    if here.accept == "raw":
        return Answer(data, media="application/vnd.github.raw")
    small = len(data) <= BIG
    content = base64.encodebytes(data).decode() if small else ""
    return Answer({**_listed(here, found[0]), "encoding": "base64" if small else "none", "content": content})


def _listed(here: Here, entry: Entry, folder: str = "") -> Json:
    path = f"{folder}{entry.path}"
    return {
        "type": KINDS[entry.kind],
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": entry.sha,
        "size": entry.size,
        "url": f"{here.hub.url}/repos/{here.repository.full_name}/contents/{path}",
    }


def list_commits(here: Here) -> Answer:
    """Answer with commits, newest first."""
    reference = here.query.get("sha") or here.repository.default_branch
    sha = here.repository.git.resolve(reference)
    if sha is None:
        raise not_found()
    since, until, path = (here.query.get(name, "") for name in ("since", "until", "path"))
    when = [f"--{name}={value}" for name, value in (("since", since), ("until", until)) if value]
    return Answer(commits(here.hub, here.repository, *when, sha, "--", *([f":(literal){path}"] if path else [])))


def get_commit(here: Here) -> Answer:
    """Answer with one commit and the files it changed, or its diff."""
    sha = here.repository.git.resolve(here.parts["ref"])
    if sha is None:
        raise no_commit(here.parts["ref"])
    if here.accept in {"diff", "patch"}:
        how = ("format-patch", "--stdout", "-1") if here.accept == "patch" else ("show", "--format=")
        return Answer(here.repository.git.run(*how, sha), media="text/plain; charset=utf-8")
    [told] = commits(here.hub, here.repository, "-1", sha)
    parent = told["parents"][0]["sha"] if told["parents"] else "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
    return Answer({**told, "files": files_between(here.repository, parent, sha)})


def compare(here: Here) -> Answer:
    """Answer with what one commit has that another has not."""
    git = here.repository.git
    base, head = git.resolve(here.parts["base"]), git.resolve(here.parts["head"])
    if base is None or head is None:
        raise not_found()
    merge_base = git.run("merge-base", base, head).decode().strip()
    if here.accept in {"diff", "patch"}:
        return diff_of(here.repository, merge_base, head, here.accept)
    ahead, behind = (
        commits(here.hub, here.repository, "--reverse", f"{one}..{two}") for one, two in ((base, head), (head, base))
    )
    status = "diverged" if ahead and behind else "ahead" if ahead else "behind" if behind else "identical"
    body: Json = {"status": status, "ahead_by": len(ahead), "behind_by": len(behind), "total_commits": len(ahead)}
    shared = {"merge_base_commit": commits(here.hub, here.repository, "-1", merge_base)[0]}
    return Answer({**body, **shared, "commits": ahead, "files": files_between(here.repository, merge_base, head)})


def diff_of(repository: Repository, base: str, head: str, form: str) -> Answer:
    """Answer with a diff, or a series of patches."""
    how = ("format-patch", "--stdout", f"{base}..{head}") if form == "patch" else ("diff", base, head)
    return Answer(repository.git.run(*how), media=f"application/vnd.github.{form}; charset=utf-8")


def files_between(repository: Repository, base: str, head: str) -> list[Json]:
    """Return the files that differ, each with its patch."""
    names = repository.git.run("diff", "-z", "--no-renames", "--name-status", base, head).decode().split("\0")
    counts = repository.git.run("diff", "-z", "--no-renames", "--numstat", base, head).decode().split("\0")
    pairs = zip(names[::2], names[1::2], counts, strict=False)
    return [_file(repository, (base, head), status, path, counted) for status, path, counted in pairs]


def _file(repository: Repository, span: tuple[str, str], status: str, path: str, counted: str) -> Json:
    added, removed = (int(one) if one.isdigit() else 0 for one in counted.split("\t")[:2])
    patch = repository.git.run("diff", "--no-renames", *span, "--", f":(literal){path}").decode("utf-8", "replace")
    told: dict[str, Any] = {"patch": patch[patch.index("@@") :].rstrip("\n")} if "@@" in patch else {}
    side = span[status != "D"]
    return {
        "sha": repository.git.resolve(f"{side}:{path}", "blob"),
        "filename": path,
        "status": {"A": "added", "D": "removed"}.get(status, "modified"),
        "additions": added,
        "deletions": removed,
        "changes": added + removed,
        **told,
    }
