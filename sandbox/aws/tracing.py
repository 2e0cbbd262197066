"""X-Ray as a world wrote it: service graphs of stretches of time, added up over the time that is asked for."""

from __future__ import annotations

from typing import Any

from sandbox.aws.present import Present
from sandbox.aws.shapes import conform
from sandbox.aws.wire import Params
from sandbox.world import World

COUNTS = ("OkCount", "TotalCount", "TotalResponseTime")
NESTED = ("ErrorStatistics", "FaultStatistics")


class Tracing:
    """The service graphs of one account."""

    def __init__(self, world: World) -> None:
        documents: Any = world.aws.get("xray", {})
        told = [each for document in documents.values() for each in document["ServiceGraphs"]]
        self._graphs = [conform("xray", "GetServiceGraphResult", world.shifted(each)) for each in told]
        self.operations = {("xray", "GetServiceGraph"): self.graph}

    def graph(self, _now: Present, params: Params) -> Params:
        """Return the graph of a time: the sum of the stretches that begin in it."""
        inside = [one for one in self._graphs if params["StartTime"] <= one["StartTime"] < params["EndTime"]]
        services: dict[int, Any] = {}
        for graph in inside:
            for one in graph["Services"]:
                known = services.get(one["ReferenceId"])
                services[one["ReferenceId"]] = _joined(known, one) if known else one
        return {"StartTime": params["StartTime"], "EndTime": params["EndTime"], "Services": list(services.values())}


def _joined(known: Any, more: Any) -> Any:
    edges = {one["ReferenceId"]: one for one in known.get("Edges", [])}
    for edge in more.get("Edges", []):
        held = edges.get(edge["ReferenceId"])
        told = edge["SummaryStatistics"]
        edges[edge["ReferenceId"]] = {
            **edge,
            "SummaryStatistics": _added(held["SummaryStatistics"], told) if held else told,
        }
    return {**more, "Edges": list(edges.values())}


def _added(one: Any, other: Any) -> Any:
    sums = {name: one.get(name, 0) + other.get(name, 0) for name in COUNTS}
    nested = {
        name: {"TotalCount": one.get(name, {}).get("TotalCount", 0) + other.get(name, {}).get("TotalCount", 0)}
        for name in NESTED
    }
    return {**sums, **nested}
