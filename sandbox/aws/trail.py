"""CloudTrail as a world wrote it: who changed what."""

from __future__ import annotations

from typing import Any

from sandbox.aws.errors import AwsError
from sandbox.aws.paging import next_page, page
from sandbox.aws.present import Present
from sandbox.aws.shapes import conform
from sandbox.aws.wire import Params
from sandbox.world import World

SIZE = 50


class Trail:
    """The events of one account, newest first."""

    def __init__(self, world: World) -> None:
        documents: Any = world.aws.get("cloudtrail", {})
        told = [each for document in documents.values() for each in _events(document)]
        self._events = [conform("cloudtrail", "Event", world.shifted(each)) for each in told]
        self._events.sort(key=lambda each: each["EventTime"], reverse=True)
        self.operations = {("cloudtrail", "LookupEvents"): self.events}

    def events(self, _now: Present, params: Params) -> Params:
        """Return the events of a time that have an attribute."""
        found = [each for each in self._events if params["StartTime"] <= each["EventTime"] <= params["EndTime"]]
        for wanted in params.get("LookupAttributes", []):
            found = [each for each in found if _has(each, wanted)]
        held, token = page(found, params.get("NextToken"), params.get("MaxResults", SIZE))
        return {"Events": held, **next_page("NextToken", token)}


def _events(document: Any) -> list[Any]:
    return list(document.get("Events", []) if isinstance(document, dict) else document)


def _has(event: Params, wanted: Params) -> bool:
    match wanted["AttributeKey"]:
        case "ResourceName":
            return any(each.get("ResourceName") == wanted["AttributeValue"] for each in event.get("Resources", []))
        case "EventName" | "EventSource" | "EventId" | "Username" | "ReadOnly" as key:
            return bool(event.get(key, "false" if key == "ReadOnly" else "") == wanted["AttributeValue"])
        case other:
            raise AwsError("InvalidLookupAttributesException", f"This sandbox does not look events up by {other}.")
