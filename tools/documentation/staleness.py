"""What a page says that is no longer so, to the character; pure. What it cannot tell for sure it leaves alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeVar

from tools.documentation.commands import gone_in_commands
from tools.documentation.inventory import Database, Inventory, Workload
from tools.documentation.lines import Line, lines
from tools.documentation.stale import Stale
from tools.kube.fields import plural
from tools.scope import sees

T = TypeVar("T", Database, Workload)

_ENDPOINT = re.compile(
    r"\b(?P<name>[a-z][a-z0-9-]{0,62})\.(?P<account>[a-z0-9]{8,20})\.(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)\.rds\.amazonaws\.com\b"
)
_CLASS = re.compile(r"\bdb\.[a-z][a-z0-9-]*\.(?:\d*x?large|medium|small|micro)\b")
_VERSION = re.compile(r"\b(?P<engine>postgres(?:ql)?|mysql|mariadb)\s+v?(?P<said>\d+(?:\.\d+){0,2})\b", re.IGNORECASE)
_STORAGE = re.compile(r"\b(?P<said>\d{1,6})(?P<unit> ?Gi?B)\b")
_STORED = re.compile(r"\b(storage|disk|volume|allocated|gp[23]|io[12])\b", re.IGNORECASE)
_REPLICAS = re.compile(r"\b(?P<said>\d{1,4}) (?:replicas|pods|copies)\b")
_MAYBE = re.compile(
    r"\b(was|were|had|until|before|formerly|previous(?:ly)?|used to|upgraded?|migrated?|resized?|set|if|when|"
    r"example|e\.g|plan(?:ned|s)?|will|may|might|could|can|up|least|most|more|less|fewer|over|under|below|above|than|"
    r"should|never|minimum|maximum|min|max|limit|per|free|left|scale[ds]?|grows?|backup|snapshot|test|staging)\b",
    re.IGNORECASE,
)
"""Words that make a number something else than what is there now: history, plans, bounds, conditions."""


def stale(page: str, there: Inventory) -> tuple[Stale, ...]:
    """Return what a page says that is not so, in the order of the page."""
    found = [one for line in lines(page) for one in _in_line(line, there)]
    return tuple(sorted(found, key=lambda one: one.start))


def corrected(page: str, found: Sequence[Stale]) -> str:
    """Return the page with what is known put in the place of what is not so; not a byte beside it changes."""
    for one in sorted(found, key=lambda each: each.start, reverse=True):
        if one.now:
            page = f"{page[: one.start]}{one.now}{page[one.end :]}"
    return page


def _in_line(line: Line, there: Inventory) -> Iterator[Stale]:
    yield from _endpoints(line, there)
    yield from gone_in_commands(line, there)
    if line.code or _MAYBE.search(_bare(line.text)):
        return
    if database := _about(line, there.databases or ()):
        yield from _of_database(line, database)
    if workload := _about(line, there.workloads or (), heading=False):
        yield from _replicas(line, workload)


def _endpoints(line: Line, there: Inventory) -> Iterator[Stale]:
    known = {one.name: one for one in there.databases or ()}
    for found in _ENDPOINT.finditer(line.text):
        if found["region"] != there.region or there.databases is None or not sees("databases", found["name"]):
            continue
        one = known.get(found["name"])
        if one is None:
            yield Stale.at(line, found.span(), "", f"there is no database {found['name']} in {there.region}")
        elif one.endpoint and one.endpoint != found[0]:
            yield Stale.at(line, found.span(), one.endpoint, f"the endpoint of {one.name} is {one.endpoint}")


def _of_database(line: Line, one: Database) -> Iterator[Stale]:
    if (found := _only(_CLASS, line.text)) and one.kind and found[0] != one.kind:
        yield Stale.at(line, found.span(), one.kind, f"{one.name} is a {one.kind}")
    found = _only(_STORAGE, line.text)
    if found and _STORED.search(line.text) and one.storage and int(found["said"]) != one.storage:
        now = f"{one.storage}{found['unit']}"
        yield Stale.at(line, found.span(), now, f"{one.name} has {one.storage} GiB of storage")
    if found := _only(_VERSION, line.text):
        yield from _version(line, found, one)


def _version(line: Line, found: re.Match[str], one: Database) -> Iterator[Stale]:
    """Yield a version that is another than the database's, told as exactly as the page told it."""
    said = found["said"].split(".")
    now = ".".join(one.version.split(".")[: len(said)])
    if one.engine.startswith(found["engine"].lower()[:5]) and now and now != found["said"]:
        yield Stale.at(line, found.span("said"), now, f"{one.name} runs {one.engine} {one.version}")


def _replicas(line: Line, one: Workload) -> Iterator[Stale]:
    found = _only(_REPLICAS, line.text)
    if found and one.replicas is not None and int(found["said"]) != one.replicas:
        why = f"deployment {one.namespace}/{one.name} has {plural(one.replicas, 'replica')} and no autoscaler"
        yield Stale.at(line, found.span("said"), str(one.replicas), why)


def _about(line: Line, those: Sequence[T], *, heading: bool = True) -> T | None:
    """Return the one thing that a line names; if it names none, the one that its heading names."""
    for words in (line.text, line.heading if heading else ""):
        named = {one.name: one for one in those if _names(words, one.name)}
        if named:
            return next(iter(named.values())) if len(named) == 1 else None
    return None


def _names(words: str, name: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.\w)", words) is not None


def _only(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Return the only match; a line that says two numbers compares them, and is no statement of one."""
    found = list(pattern.finditer(text))
    return found[0] if len(found) == 1 else None


def _bare(text: str) -> str:
    """Return a line without what is quoted as code: names in it are no words."""
    return re.sub(r"`[^`]*`", " ", text)
