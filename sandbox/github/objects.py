"""The git data API: references, trees, blobs and commits as git itself holds them."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from sandbox.github.git import SHA, GitFailedError, Person
from sandbox.github.refusals import GitHubError, not_found, unprocessable
from sandbox.github.requests import Answer, Here
from sandbox.github.shapes import commits
from sandbox.github.state import BOT, Json

MODES = {"100644", "100755", "040000", "160000", "120000"}


def get_ref(here: Here) -> Answer:
    """Answer with one reference."""
    sha = here.repository.git.resolve(f"refs/{here.parts['ref']}")
    if sha is None:
        raise not_found()
    return Answer(_ref(here, f"refs/{here.parts['ref']}", sha))


def matching_refs(here: Here) -> Answer:
    """Answer with the branches whose names begin so."""
    wanted = here.parts["ref"].removeprefix("heads/")
    found = here.repository.git.branches().items()
    return Answer([_ref(here, f"refs/heads/{name}", sha) for name, sha in found if name.startswith(wanted)])


def create_ref(here: Here) -> Answer:
    """Make a reference."""
    name, sha = here.text("ref"), here.text("sha")
    if not name.startswith("refs/heads/"):
        raise unprocessable("Reference name must start with 'refs' and have at least two slashes.")
    if here.repository.git.resolve(name):
        raise unprocessable("Reference already exists")
    _pointed(here, name, sha)
    return Answer(_ref(here, name, sha), 201)


def update_ref(here: Here) -> Answer:
    """Move a reference, forward only unless forced."""
    name, sha = f"refs/{here.parts['ref']}", here.text("sha")
    now = here.repository.git.resolve(name)
    if now is None:
        raise unprocessable("Reference does not exist")
    if here.body.get("force") is not True and not here.repository.git.contains(sha, now):
        raise unprocessable("Update is not a fast forward")
    _pointed(here, name, sha)
    return Answer(_ref(here, name, sha))


def delete_ref(here: Here) -> Answer:
    """Remove a reference."""
    name = f"refs/{here.parts['ref']}"
    if here.repository.git.resolve(name) is None:
        raise unprocessable("Reference does not exist")
    here.repository.git.run("update-ref", "-d", name)
    return Answer(None, 204)


def _pointed(here: Here, name: str, sha: str) -> None:
    if not SHA.fullmatch(sha) or here.repository.git.resolve(sha) is None:
        raise unprocessable("Object does not exist")
    try:
        here.repository.git.run("check-ref-format", name)
        here.repository.git.run("update-ref", name, sha)
    except GitFailedError as error:
        raise unprocessable(f"{name} is not a valid ref name.") from error


def _ref(here: Here, name: str, sha: str) -> Json:
    return {"ref": name, "object": {"type": "commit", "sha": sha}, "url": f"{here.hub.url}/{name}"}


def get_tree(here: Here) -> Answer:
    """Answer with a tree, and what is below it if asked."""
    sha = here.repository.git.resolve(here.parts["sha"], "tree")
    if sha is None:
        raise not_found()
    listed = here.repository.git.tree(sha, recursive="recursive" in here.query)
    return Answer({"sha": sha, "truncated": False, "tree": [_entry(one) for one in listed]})


def _entry(one: Any) -> Json:
    size = {"size": one.size} if one.kind == "blob" else {}
    return {"path": one.path, "mode": one.mode, "type": one.kind, "sha": one.sha, **size}


def create_tree(here: Here) -> Answer:
    """Store a tree made of a base and changes."""
    git, entries = here.repository.git, here.body.get("tree")
    base = str(here.body.get("base_tree") or "")
    if not isinstance(entries, list) or not entries:
        raise unprocessable("Invalid tree info")
    if base and git.resolve(base, "tree") is None:
        raise not_found()
    try:
        sha = git.write_tree(base, [_line(here, entry) for entry in entries])
    except GitFailedError as error:
        raise unprocessable("tree.path contains a malformed path component") from error
    return Answer({"sha": sha, "truncated": False, "tree": [_entry(one) for one in git.tree(sha)]}, 201)


def _line(here: Here, entry: Json) -> tuple[str, str, str]:
    mode, path = str(entry.get("mode", "")), str(entry.get("path", ""))
    if mode not in MODES:
        raise unprocessable("tree.mode must be one of: 100644, 100755, 040000, 160000, 120000")
    if not path or path.startswith("/") or any(part in {"", ".", "..", ".git"} for part in path.split("/")):
        raise unprocessable("tree.path contains a malformed path component")
    if "content" in entry:
        return mode, here.repository.git.write_blob(str(entry["content"]).encode()), path
    sha = entry.get("sha")
    if sha is not None and here.repository.git.resolve(str(sha), "blob") is None:
        raise unprocessable(f"tree.sha {sha} is not a valid blob")
    return mode, str(sha or ""), path


def create_blob(here: Here) -> Answer:
    """Store a file's bytes."""
    content = here.text("content")
    try:
        data = base64.b64decode(content) if here.body.get("encoding") == "base64" else content.encode()
    except binascii.Error as error:
        raise unprocessable("content is not valid Base64") from error
    return Answer({"sha": here.repository.git.write_blob(data), "url": here.hub.url}, 201)


def get_blob(here: Here) -> Answer:
    """Answer with a file's bytes."""
    sha = here.repository.git.resolve(here.parts["sha"], "blob")
    if sha is None:
        raise not_found()
    data = here.repository.git.blob(sha)
    content = base64.encodebytes(data).decode()
    return Answer({"sha": sha, "size": len(data), "encoding": "base64", "content": content})


def create_commit(here: Here) -> Answer:
    """Store a commit, by the app."""
    tree, parents, message = here.text("tree"), here.texts("parents"), here.text("message")
    git = here.repository.git
    if git.resolve(tree, "tree") is None:
        raise GitHubError(422, "Tree SHA does not exist")
    if any(git.resolve(parent) is None for parent in parents):
        raise GitHubError(422, "Parent SHA does not exist or is not a commit object")
    by = Person(BOT, f"{BOT}@users.noreply.github.com", here.hub.now())
    return Answer(_commit(here, git.write_commit(tree, parents, message, by)), 201)


def get_commit(here: Here) -> Answer:
    """Answer with a commit as git holds it."""
    sha = here.repository.git.resolve(here.parts["sha"])
    if sha is None:
        raise not_found()
    return Answer(_commit(here, sha))


def _commit(here: Here, sha: str) -> Json:
    [told] = commits(here.hub, here.repository, "-1", sha)
    return {"sha": sha, **told["commit"], "parents": told["parents"], "html_url": told["html_url"]}
