"""Store files as one commit on a branch that an approval names, and ask for it to be merged."""

from __future__ import annotations

from collections.abc import Mapping

from tools.acting import grant
from tools.contract import JsonObject, ToolError, Unknown
from tools.github.client import Reader, Writer
from tools.github.names import below
from tools.kube.fields import number, parts, text

MOST_BYTES = 400_000
PLAIN = "100644"


def branch() -> str:
    """Return the branch that only the approval at hand names."""
    return f"infra/{grant().proposal.id}"


def committed(api: Writer, repository: str, title: str, files: Mapping[str, str | None]) -> str:
    """Store files as one commit on what was shown, on no branch yet, and return its sha; None deletes one.

    Raises:
        ToolError: They are too much, or GitHub refused.
    """
    if sum(len(content.encode()) for content in files.values() if content is not None) > MOST_BYTES:
        raise ToolError(f"The files are more than {MOST_BYTES} bytes together; split the pull request.")
    base_sha = text(grant().proposal.preview.observed, "base_sha")
    base = api.get(below(repository, "git", "commits", base_sha), f"read the commit {base_sha[:8]} of {repository}")
    base_tree = text(base, "tree", "sha")
    modes = _modes(api, repository, base_tree)
    entries = [_entry(path, modes.get(path, PLAIN), content) for path, content in sorted(files.items())]
    tree: JsonObject = {"base_tree": base_tree, "tree": entries}
    stored = api.send("POST", below(repository, "git", "trees"), f"store files in {repository}", tree)
    message = f"{title}\n\nApproval: {grant().proposal.id}"
    commit: JsonObject = {"message": message, "tree": text(stored, "sha"), "parents": [base_sha]}
    made = api.send("POST", below(repository, "git", "commits"), f"store a commit in {repository}", commit)
    return text(made, "sha")


def published(api: Writer, repository: str, sha: str) -> None:
    """Let the branch be there, at a commit.

    Raises:
        ToolError: GitHub refused.
    """
    reference: JsonObject = {"ref": f"refs/heads/{branch()}", "sha": sha}
    api.send("POST", below(repository, "git", "refs"), f"make the branch {branch()} in {repository}", reference)


def requested(api: Writer, repository: str, body: JsonObject) -> int:
    """Open the pull request; where GitHub refuses, the branch goes again, so that nothing is left behind.

    Raises:
        Unknown: It may have been opened.
        ToolError: GitHub refused.
    """
    try:
        return number(
            api.send("POST", below(repository, "pulls"), f"open a pull request in {repository}", body), "number"
        )
    except Unknown:
        raise
    except ToolError:
        where = f"{below(repository, 'git', 'refs')}/heads/{branch()}"
        api.send("DELETE", where, f"delete the branch {branch()} again", {})
        raise


def _entry(path: str, mode: str, content: str | None) -> JsonObject:
    """Return what a tree is told of a file; a sha of null deletes it.

    https://docs.github.com/en/rest/git/trees#create-a-tree
    """
    kept: JsonObject = {"sha": None} if content is None else {"content": content}
    return {"path": path, "mode": mode, "type": "blob", **kept}


def _modes(api: Reader, repository: str, tree: str) -> dict[str, str]:
    """Return each file's mode, so that a program stays one."""
    told = api.get(below(repository, "git", "trees", tree), f"list the files of {repository}", {"recursive": 1})
    return {text(one, "path"): text(one, "mode") for one in parts(told, "tree") if text(one, "type") == "blob"}
