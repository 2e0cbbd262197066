"""X-Ray's service map: which calls between services fail or have become slow, and where in the chain that begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from tools.aws.client import reader
from tools.aws.windows import Around, Window, window
from tools.aws.wording import clock, number
from tools.contract import Call, Finding, Observation, Role
from tools.declare import Minutes, reads
from tools.knowledge.services import services
from tools.scope import limited, sees

FINDINGS = {
    "edge_failing": "Calls from one service to another fail more often than before, by X-Ray: 5 % of them or more.",
    "edge_slow": "Calls from one service to another take three times as long as before, by X-Ray, and half a second.",
    "edges_usual": "Calls between services fail and last as before, by X-Ray.",
}
FAILING, SLOW, TIMES, LEAST = 0.05, 0.5, 3.0, 20
"""Share of calls, seconds, times the usual, and so many calls at least: fewer show nothing."""


@dataclass(frozen=True)
class Edge:
    """Calls from one service to another: how many, the share that ended in a fault, seconds each."""

    caller: str
    called: str
    count: int
    faults: float
    seconds: float


Pair: TypeAlias = tuple[str, str]


@reads(needs=("xray:GetServiceGraph",))
def aws_service_map(minutes: Minutes = 30, around: Around = "") -> Observation:
    """Say by X-Ray's service map which calls between services fail or are slow, and where in the chain it begins."""
    over = window(minutes, around)
    now, before = (_edges(*span) for span in ((over.start, over.end), (over.before, over.start)))
    if not now:
        return Observation(f"X-Ray has no traced calls from {clock(over.start)} to {clock(over.end)}.")
    found = list(_findings(now, before))
    rows = [_row(one, before.get(pair)) for pair, one in sorted(now.items())]
    head = f"Calls that X-Ray traced, {clock(over.start)} to {clock(over.end)}:"
    return Observation("\n".join([head, *rows]), tuple(found) or (_usual(now, over),))


def _edges(start: datetime, end: datetime) -> dict[Pair, Edge]:
    with reader("xray") as client:
        pages = client.get_paginator("get_service_graph").paginate(StartTime=start, EndTime=end)
        nodes = [one for page in pages for one in page["Services"]]
    names = {one["ReferenceId"]: str(one.get("Name", "")) for one in nodes if one.get("Type") != "client"}
    told = ((names.get(one["ReferenceId"]), edge) for one in nodes for edge in one.get("Edges", []))
    found = (
        _edge(caller, names[edge["ReferenceId"]], edge)
        for caller, edge in told
        if caller and edge["ReferenceId"] in names
    )
    return {(one.caller, one.called): one for one in found if one.count and _shown(one)}


def _edge(caller: str, called: str, edge: Mapping[str, Any]) -> Edge:
    told = edge.get("SummaryStatistics", {})
    count = int(told.get("TotalCount", 0))
    faults = int(told.get("FaultStatistics", {}).get("TotalCount", 0))
    return Edge(caller, called, count, faults / max(1, count), float(told.get("TotalResponseTime", 0)) / max(1, count))


def _shown(edge: Edge) -> bool:
    """Tell whether a scope lets both ends be seen; what the catalogue does not know is in no scope."""
    spaces = [services()[name].namespace or "" if name in services() else "" for name in (edge.caller, edge.called)]
    return not limited() or all(sees("namespaces", one) for one in spaces)


def _findings(now: Mapping[Pair, Edge], before: Mapping[Pair, Edge]) -> Iterable[Finding]:
    """Yield what is wrong, where it begins first: the call behind which no other call is wrong."""
    wrong = {pair: code for pair, one in now.items() if (code := _wrong(one, before.get(pair)))}
    callers = {caller for caller, _ in wrong}
    for pair, code in sorted(wrong.items(), key=lambda one: one[0][1] in callers):
        yield _finding(code, now[pair], before.get(pair), deepest=pair[1] not in callers)


def _wrong(now: Edge, before: Edge | None) -> str:
    if now.count < LEAST:
        return ""
    if now.faults >= FAILING and now.faults >= TIMES * (before.faults if before else 0):
        return "edge_failing"
    return "edge_slow" if before and now.seconds >= max(SLOW, TIMES * before.seconds) else ""


def _finding(code: str, now: Edge, before: Edge | None, *, deepest: bool) -> Finding:
    hurts = "fail" if code == "edge_failing" else "are slow"
    begins = f" It begins there: nothing that {now.called} calls is wrong." if deepest else ""
    said = f"Calls from {now.caller} to {now.called} {hurts}: {_told(now)}; before: {_told(before)}.{begins}"
    where = services().get(now.called)
    leads = () if where is None or not where.deployment else _looks(where.namespace or "", where.deployment)
    subject = _subject(now.called) or _subject(now.caller) or f"service/{now.called}"
    role, sure = (Role.CAUSE, 0.6) if deepest else (Role.SYMPTOM, 0.7)
    advice = f"Look at {now.called}: what it says, and whether it changed." if deepest else ""
    return Finding(code, subject, said, "X-Ray, GetServiceGraph", sure, role, None, leads, advice=advice)


def _subject(name: str) -> str:
    known = services().get(name)
    return f"deployment/{known.namespace}/{known.deployment}" if known and known.deployment else ""


def _looks(namespace: str, workload: str) -> tuple[Call, ...]:
    there: dict[str, object] = {"namespace": namespace, "workload": workload}
    return Call("kube_pods", there), Call("kube_log_errors", there)


def _told(edge: Edge | None) -> str:
    if edge is None:
        return "none"
    return f"{number(100 * edge.faults)} % faults, {number(edge.seconds)} s each, {number(edge.count)} calls"


def _row(now: Edge, before: Edge | None) -> str:
    return f"  {now.caller} → {now.called}: {_told(now)}; before: {_told(before)}"


def _usual(now: Mapping[Pair, Edge], over: Window) -> Finding:
    said = f"{len(now)} kinds of calls between services fail and last as before, by X-Ray since {clock(over.start)}."
    return Finding("edges_usual", "account", said, "X-Ray, GetServiceGraph", 0.5, Role.HEALTHY)
