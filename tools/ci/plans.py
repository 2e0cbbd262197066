"""Find the Terraform plans of a pull request: among its files, in artifacts of its workflow runs, in its comments."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace

from tools.contract import JsonObject, ToolError
from tools.github.client import Reader
from tools.github.code import file_at
from tools.github.names import below
from tools.github.runs import runs_of
from tools.kube.fields import flag, number, text
from tools.terraform.plan import read_plan
from tools.terraform.risk import STATEFUL, Concern, Level, concerns_of

MOST_PLANS, MOST_BYTES = 5, 30_000_000
_NAMED = re.compile(r"plan|terraform|tofu", re.IGNORECASE)
_PLANNED = re.compile(r"^\W*# (?P<address>\S+) (?:will be|must be) (?P<what>destroyed|replaced)", re.MULTILINE)


def concerns(api: Reader, repository: str, pull: int, head: str) -> list[Concern]:
    """Return what the plans of a pull request say would hurt, every resource that they destroy or replace among it.

    Plans are of whoever wrote them, so they can make a verdict only worse.

    Raises:
        ToolError: They cannot be read.
    """
    read = [each for plan in _plans(api, repository, pull, head) for each in _of_plan(plan)]
    return [*read, *_of_comments(_comments(api, repository, pull))]


def _of_plan(content: bytes) -> list[Concern]:
    try:
        found = concerns_of(read_plan(content))
    except ToolError:  # JSON of some other kind
        return []
    return [replace(one, sentence=f"The plan: {one.sentence}") for one in found]


def _plans(api: Reader, repository: str, pull: int, head: str) -> Iterator[bytes]:
    files = api.every(below(repository, "pulls", pull, "files"), f"list the files of pull request {pull}")
    names = [text(one, "filename") for one in files if text(one, "status") != "removed"]
    for name in [each for each in names if each.endswith(".json") and _NAMED.search(each)][:MOST_PLANS]:
        yield file_at(api, repository, name, head).text.encode()
    for artifact in _artifacts(api, repository, head)[:MOST_PLANS]:
        where = below(repository, "actions", "artifacts", number(artifact, "id"), "zip")
        yield from unpacked(api.content(where, f"fetch the artifact {text(artifact, 'name')}", MOST_BYTES))


def _artifacts(api: Reader, repository: str, head: str) -> list[JsonObject]:
    found = []
    for run in runs_of(api, repository, commit=head, most=10):
        where = below(repository, "actions", "runs", number(run, "id"), "artifacts")
        listed = api.every(where, f"list the artifacts of run {number(run, 'id')}", key="artifacts")
        found += [one for one in listed if _NAMED.search(text(one, "name")) and not flag(one, "expired")]
    return found


def unpacked(packed: bytes) -> Iterator[bytes]:
    """Yield the JSON files of a zip, none of them larger than `MOST_BYTES` whatever the zip says of itself."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            for name in [each for each in archive.namelist() if each.endswith(".json")][:MOST_PLANS]:
                with archive.open(name) as file:
                    content = file.read(MOST_BYTES + 1)
                if len(content) > MOST_BYTES:
                    raise ToolError(f"{name} in an artifact is larger than {MOST_BYTES:,} bytes, so it is not read.")
                yield content
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as wrong:
        raise ToolError(f"An artifact cannot be unpacked: {wrong}.") from wrong


def _comments(api: Reader, repository: str, pull: int) -> str:
    where = below(repository, "issues", pull, "comments")
    return "\n".join(text(one, "body") for one in api.every(where, f"read the comments of pull request {pull}"))


def _of_comments(comments: str) -> list[Concern]:
    gone = {found["address"]: found["what"] for found in _PLANNED.finditer(comments)}
    return [_planned(address, what) for address, what in gone.items()]


def _planned(address: str, what: str) -> Concern:
    kind = address.rpartition("module.")[2].split(".")[-2:][0]
    holds = bool(STATEFUL.search(kind))
    level = Level.HIGH if holds or what == "destroyed" else Level.MEDIUM
    return Concern(level, f"The plan says `{address}` would be {what}{', with the data it holds' if holds else ''}.")
