"""AWS Config's recorder as a world wrote it: the states that resources were in."""

from __future__ import annotations

from typing import Any

from sandbox.aws.errors import AwsError
from sandbox.aws.paging import next_page, page
from sandbox.aws.present import Present
from sandbox.aws.shapes import conform
from sandbox.aws.wire import Params
from sandbox.world import World

SIZE = 10


class Recorder:
    """The recorded states of one account, newest first; a world without any has no recorder."""

    def __init__(self, world: World) -> None:
        documents = [one for one in world.aws.get("config", {}).values() if isinstance(one, dict)]
        told = [each for document in documents for each in document.get("configurationItems", [])]
        self._states: list[Any] = [conform("config", "ConfigurationItem", world.shifted(each)) for each in told]
        self._states.sort(key=lambda each: each["configurationItemCaptureTime"], reverse=True)
        self.operations = {
            ("config", "DescribeConfigurationRecorderStatus"): self.recorders,
            ("config", "GetResourceConfigHistory"): self.history,
            ("config", "ListDiscoveredResources"): self.resources,
        }

    def recorders(self, _now: Present, _params: Params) -> Params:
        """Return the recorder, if there is one."""
        on = [{"name": "default", "recording": True, "lastStatus": "SUCCESS"}] if self._states else []
        return {"ConfigurationRecordersStatus": on}

    def history(self, _now: Present, params: Params) -> Params:
        """Return the states of a resource in a time.

        Raises:
            AwsError: It was never recorded.
        """
        kind, name = params["resourceType"], params["resourceId"]
        own = [one for one in self._states if (one["resourceType"], one["resourceId"]) == (kind, name)]
        if not own:
            raise AwsError("ResourceNotDiscoveredException", f"Resource {name} of resourceType:{kind} is unknown.")
        found = [one for one in own if _within(one["configurationItemCaptureTime"], params)]
        held, token = page(found, params.get("nextToken"), params.get("limit") or SIZE)
        return {"configurationItems": held, **next_page("nextToken", token)}

    def resources(self, _now: Present, params: Params) -> Params:
        """Return the resources of a kind, by name if one is given."""
        kind, name = params["resourceType"], params.get("resourceName")
        own = [one for one in self._states if one["resourceType"] == kind and name in {None, one.get("resourceName")}]
        ids = dict.fromkeys((one["resourceId"], one.get("resourceName")) for one in own)
        told = [{"resourceType": kind, "resourceId": each, "resourceName": known} for each, known in ids]
        return {"resourceIdentifiers": told}


def _within(at: Any, params: Params) -> bool:
    earlier, later = params.get("earlierTime"), params.get("laterTime")
    return (not earlier or at >= earlier) and (not later or at <= later)
