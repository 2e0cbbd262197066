"""Commands in a page that name what is not there any more: deployments, namespaces, databases, alarms, log groups."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from tools.documentation.inventory import Inventory, Workload
from tools.documentation.lines import Line
from tools.documentation.stale import Stale
from tools.scope import Kind, sees

_KUBECTL = re.compile(r"\bkubectl\b[^`;|&]*")
_DEPLOYMENT = re.compile(
    r"\b(?:deploy|deployments?(?:\.apps)?)(?:/| +)(?P<name>[a-z0-9][a-z0-9-]{0,252})(?![\w<{$./=-])"
)
_NAMESPACE = re.compile(r"(?:^|\s)(?:-n|--namespace)[ =](?P<name>[a-z0-9][a-z0-9-]{0,62})(?![\w<{$-])")
_ELSEWHERE = re.compile(r"--(?:context|kubeconfig|cluster|server|profile|region)\b")
_FLAGS: tuple[tuple[Kind, str, re.Pattern[str]], ...] = (
    ("databases", "database", re.compile(r"--db-instance-identifier[ =](?P<name>[a-z][\w-]*)(?![\w<{$.-])")),
    ("alarms", "alarm", re.compile(r"--alarm-names?[ =](?P<name>[A-Za-z][\w./-]*)(?![\w<{$-])")),
    (
        "log_groups",
        "log group",
        re.compile(r"(?:--log-group-name[ =]|\baws logs tail )(?P<name>/?[A-Za-z][\w./-]*)(?![\w<{$-])"),
    ),
)
_ENDINGS = ("api", "app", "deployment", "server", "service", "svc", "web")
"""What people add to the name of a service to name the thing that runs it, and later leave out, or the reverse."""


def gone_in_commands(line: Line, there: Inventory) -> Iterator[Stale]:
    """Yield names in commands that nothing has here; a command for another cluster, account or region is left alone."""
    if _ELSEWHERE.search(line.text):
        return
    for command in _KUBECTL.finditer(line.text):
        yield from _kubectl(line, command, there.workloads)
    if "aws " in line.text:
        yield from _flags(line, there)


def _kubectl(line: Line, command: re.Match[str], there: tuple[Workload, ...] | None) -> Iterator[Stale]:
    deployment, namespace = (
        pattern.search(line.text, command.start(), command.end()) for pattern in (_DEPLOYMENT, _NAMESPACE)
    )
    space = namespace["name"] if namespace else ""
    if deployment is None or there is None or (space and not sees("namespaces", space)):
        return
    name = deployment["name"]
    homes = sorted({one.namespace for one in there if one.name == name})
    if space in homes or (homes and not space):
        return
    if namespace and homes:
        now = homes[0] if len(homes) == 1 else ""
        yield Stale.at(line, namespace.span("name"), now, f"deployment {name} runs in {' and '.join(homes)}")
    else:
        where = f"namespace {space}" if space else "the cluster"
        now = _renamed(name, {one.name for one in there if space in {"", one.namespace}})
        yield Stale.at(line, deployment.span("name"), now, f"there is no deployment {name} in {where}{_hence(now)}")


def _flags(line: Line, there: Inventory) -> Iterator[Stale]:
    databases = None if there.databases is None else {one.name for one in there.databases}
    known: dict[Kind, Collection[str] | None] = {"databases": databases}
    known |= {"alarms": there.alarms, "log_groups": there.log_groups}
    for kind, noun, pattern in _FLAGS:
        names = known[kind]
        for found in pattern.finditer(line.text):
            name = found["name"]
            if names is not None and name not in names and sees(kind, name):
                now = _renamed(name, names)
                yield Stale.at(line, found.span("name"), now, f"there is no {noun} {name}{_hence(now)}")


def _renamed(name: str, those: Collection[str]) -> str:
    """Return what a thing is called now, if exactly one has its name with or without an ending that says what it is."""
    like = {one for one in those if _stem(one) == _stem(name)}
    return like.pop() if len(like) == 1 else ""


def _stem(name: str) -> str:
    stem, _, ending = name.rpartition("-")
    return stem if stem and ending in _ENDINGS else name


def _hence(now: str) -> str:
    return f", but there is {now}" if now else ""
