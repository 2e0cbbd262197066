"""Pull requests: which there are, and one with what it changes and what was said about it."""

from typing import Literal

from tools.contract import JsonObject, Observation
from tools.declare import reads
from tools.github.checks import NEEDS, checks_of, failures, summed
from tools.github.client import Reader, reader
from tools.github.names import Number, Repository, below
from tools.kube.fields import number, parts, plural, some, text

DIFF_CHARACTERS, WORDS = 16_000, 400
State = Literal["open", "closed", "all"]


def pull_of(api: Reader, repository: str, pull: int) -> JsonObject:
    """Return a pull request as GitHub tells it.

    Raises:
        ToolError: There is none of that number.
    """
    return api.get(below(repository, "pulls", pull), f"read pull request {pull} of {repository}")


@reads(needs=("metadata:read", "pull_requests:read"))
def github_pulls(repository: Repository, state: State = "open") -> Observation:
    """List the pull requests of a repository, newest first."""
    found = reader().every(below(repository, "pulls"), f"list pull requests of {repository}", {"state": state}, most=50)
    head = f"{plural(len(found), 'pull request')} ({state}) in {repository}."
    return Observation("\n".join([head, *map(_line, found)]), headline=head)


@reads(needs=(*NEEDS, "pull_requests:read"))
def github_pull(repository: Repository, pull: Number) -> Observation:
    """Show a pull request: title, author, files, checks, reviews, what was said, and its diff."""
    api = reader()
    told, where = pull_of(api, repository, pull), below(repository, "pulls", pull)
    sha = text(told, "head", "sha")
    checks = checks_of(api, repository, sha)
    head = f"{_line(told).removeprefix('- ')}, {_mergeable(told)}; checks: {summed(checks)}."
    files = api.every(f"{where}/files", f"list the files of pull request {pull}")
    reviews = api.every(f"{where}/reviews", f"read the reviews of pull request {pull}")
    lines = [head, f"head {sha}", _short(text(told, "body")), *(one.line for one in checks)]
    lines += ["Files:", *(_file(one) for one in files), *(_review(one) for one in reviews)]
    return Observation("\n".join([*filter(None, lines), *_diff(api, where)]), failures(repository, sha, checks), head)


def _line(pull: JsonObject) -> str:
    labels = some(text(one, "name") for one in parts(pull, "labels"))
    state = "merged" if text(pull, "merged_at") else "draft" if pull.get("draft") is True else text(pull, "state")
    ends = f"{text(pull, 'head', 'ref')} → {text(pull, 'base', 'ref')}"
    tail = f", labeled {labels}" if labels else ""
    return (
        f"- #{number(pull, 'number')} “{text(pull, 'title')}” by {text(pull, 'user', 'login')} ({state}, {ends}{tail})"
    )


def _mergeable(pull: JsonObject) -> str:
    if text(pull, "merged_at"):
        return f"merged as {text(pull, 'merge_commit_sha')[:8]}"
    return f"mergeable: {text(pull, 'mergeable_state') or 'not known yet'}"


def _file(told: JsonObject) -> str:
    counts = f"+{number(told, 'additions')} -{number(told, 'deletions')}"
    return f"- {text(told, 'status')} {text(told, 'filename')} ({counts})"


def _review(told: JsonObject) -> str:
    said = _short(text(told, "body"))
    return f"Review of {text(told, 'user', 'login')}: {text(told, 'state')}{f': {said}' if said else ''}"


def _diff(api: Reader, where: str) -> list[str]:
    diff = api.diff(where, "read the diff of the pull request")
    cut = f"\n… cut after {DIFF_CHARACTERS} of {len(diff)} characters" if len(diff) > DIFF_CHARACTERS else ""
    return ["Diff:", f"{diff[:DIFF_CHARACTERS]}{cut}"]


def _short(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= WORDS else f"{flat[:WORDS]}…"
