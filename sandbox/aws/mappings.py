"""Lambda's event source mappings as a world wrote them: which function works off which queue or stream."""

from __future__ import annotations

from typing import Any

from sandbox.aws.paging import next_page, page
from sandbox.aws.present import Present
from sandbox.aws.shapes import conform
from sandbox.aws.wire import Params
from sandbox.world import World

SIZE = 100


class Mappings:
    """The mappings of one account: `EventSourceMappings` in a world's lambda/ folder."""

    def __init__(self, world: World) -> None:
        documents: Any = world.aws.get("lambda", {})
        told = [each for document in documents.values() for each in document.get("EventSourceMappings", [])]
        self._told = [conform("lambda", "EventSourceMappingConfiguration", world.shifted(each)) for each in told]
        self.operations = {("lambda", "ListEventSourceMappings"): self.listed}

    def listed(self, _now: Present, params: Params) -> Params:
        """Answer with the mappings of a source, of a function, or all."""
        source, function = params.get("EventSourceArn", ""), params.get("FunctionName", "")
        found = [
            each
            for each in self._told
            if source in {"", each.get("EventSourceArn")} and str(each.get("FunctionArn", "")).endswith(function)
        ]
        held, token = page(found, params.get("Marker"), params.get("MaxItems", SIZE))
        return {"EventSourceMappings": held, **next_page("NextMarker", token)}
