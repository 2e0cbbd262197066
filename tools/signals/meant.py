"""Which service and which stretch of time are meant, and what that is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from tools.aws.windows import Window, moment
from tools.contract import ToolError
from tools.knowledge.services import Service, services, services_in
from tools.kube.client import reader
from tools.kube.revisions import began, revisions

SHORTEST, LONGEST = timedelta(hours=1), timedelta(days=1)
"""At least so much before a deploy is compared with; at most so much is looked at."""
EARLIER = {"yesterday": timedelta(days=1), "last week": timedelta(days=7)}

Words: TypeAlias = Annotated[str, Field(min_length=1, max_length=2000, description="a service, or words that name one")]
Against: TypeAlias = Annotated[
    Literal["before", "deploy", "yesterday", "last week"],
    Field(description="the time just before, the time before the last rollout, or the same hours of an earlier day"),
]
Moment: TypeAlias = Annotated[str, Field(max_length=40, description="ISO 8601 time; UTC where it names no zone")]


@dataclass(frozen=True)
class Stretch:
    """What is looked at, and what it is compared with (UTC); `deployed` is when the last rollout was."""

    now: Window
    then: Window
    deployed: datetime | None = None

    @property
    def adjoins(self) -> bool:
        """Whether the one follows right on the other, so that both are one line."""
        return self.then.end == self.now.start


def service_meant(words: str) -> Service:
    """Return the service that words name.

    Raises:
        ToolError: They name none, or several alike.
    """
    found = services_in(words)
    if len(found) == 1 or (found and found[0].name in words.lower().split()):
        return found[0]
    names = ", ".join(sorted(one.name for one in found or services().values()))
    raise ToolError(f"Which service is meant? Name one of {names}.")


def stretch_meant(service: Service, minutes: int, against: str, since: str = "", until: str = "") -> Stretch:
    """Return what to look at: from `since`, else so many minutes, to `until`, else to now.

    Raises:
        ToolError: The times make no stretch of at most a day, or no rollout is known.
    """
    end = min(moment(until), datetime.now(UTC)) if until else datetime.now(UTC)
    if against == "deploy":
        return _since_deploy(_deployed(service), end)
    start = moment(since) if since else end - timedelta(minutes=minutes)
    if not timedelta(0) < end - start <= LONGEST:
        raise ToolError("That is no stretch of at most 24 hours up to now; name another start, or another end.")
    back = EARLIER.get(against, end - start)
    return Stretch(Window(start, start, end), Window(start - back, start - back, end - back))


def _since_deploy(deployed: datetime, end: datetime) -> Stretch:
    start = max(deployed, end - LONGEST)
    before = deployed - max(end - start, SHORTEST)
    return Stretch(Window(start, start, end), Window(before, before, deployed), deployed)


def _deployed(service: Service) -> datetime:
    """Return when the service's present pod template was rolled out."""
    if not (service.namespace and service.deployment):
        raise ToolError(f"{service.name} has no deployment in the service catalogue; ask for a number of hours.")
    api = reader()
    now = api.one("deployments", service.namespace, service.deployment)
    if since := began(revisions(now, api.every("replicasets", service.namespace))):
        return since
    raise ToolError(f"No rollout of {service.name} is recorded; ask for a number of hours.")
