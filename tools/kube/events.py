"""Events: what Kubernetes says it did and what failed, told once each however often it happened."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field

from tools.contract import Call, Finding, JsonObject, Observation, Role
from tools.declare import Minutes, reads
from tools.kube.client import Reader, reader
from tools.kube.fields import ago, first, moment, namespace_of, number, part, plural, text

Part = Annotated[str, Field(max_length=253, description="part of the object's name; empty for all")]
Where = Annotated[str, Field(max_length=63, pattern=r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$", description="a namespace")]
Everywhere = Annotated[Where, Field(description="a namespace; empty for all")]
ROWS = 60
STILL = 10
"""Minutes; what keeps failing warns at least this often, as the longest back-off is 5 minutes."""

FINDINGS = {
    "warning_events": "Kubernetes keeps warning about an object; what it means is for the reading of that object.",
    "no_warnings": "No warning event in the window.",
}


@dataclass(frozen=True)
class Event:
    """One event, or a series of equal ones."""

    kind: str
    namespace: str
    name: str
    uid: str
    reason: str
    message: str
    warning: bool
    count: int
    first: datetime | None
    last: datetime | None
    source: str

    @property
    def subject(self) -> str:
        """What it is about, as findings name it."""
        return f"{self.kind.lower()}/{self.namespace}/{self.name}"


@reads(needs=("core/events:list",))
def kube_events(namespace: Everywhere = "", name: Part = "", minutes: Minutes = 60) -> Observation:
    """List what happened in a namespace (or to one object): warnings first, then the rest, newest first.

    Old events are left out, and an event of an object that no longer exists explains nothing that happens now.
    """
    api, now = reader(), datetime.now(UTC)
    found = [one for one in every_event(api, namespace) if name in one.name and _recent(one, now, minutes)]
    title = f"Events of the last {minutes} min in {namespace or 'all namespaces'}{f' about {name}' if name else ''}"
    rows = [_row(one, now) for one in found[:ROWS]]
    more = [f"… and {len(found) - ROWS} older ones"] if len(found) > ROWS else []
    findings = analyze(found, now, namespace)
    return Observation("\n".join([f"{title}: {len(found)}", *rows, *more, *api.unseen]), findings)


def every_event(api: Reader, namespace: str) -> tuple[Event, ...]:
    """Return a namespace's events, warnings first, newest first."""
    return order(event(one) for one in api.any("events", namespace))


def order(events: Iterable[Event]) -> tuple[Event, ...]:
    """Sort events: warnings first, newest first."""
    return tuple(sorted(events, key=lambda one: (not one.warning, -(one.last.timestamp() if one.last else 0))))


def event(obj: JsonObject) -> Event:
    """Read an event in the shape of core/v1 or of events.k8s.io/v1."""
    about = part(obj, "involvedObject") or part(obj, "regarding")
    times = (moment(obj, "lastTimestamp"), moment(obj, "series", "lastObservedTime"), moment(obj, "eventTime"))
    seen = [one for one in (*times, moment(obj, "deprecatedLastTimestamp")) if one]
    last = max(seen, default=moment(obj, "metadata", "creationTimestamp"))
    counts = (number(obj, "count"), number(obj, "series", "count"), number(obj, "deprecatedCount"), 1)
    return Event(
        kind=text(about, "kind") or "Object",
        namespace=text(about, "namespace") or namespace_of(obj),
        name=text(about, "name"),
        uid=text(about, "uid"),
        reason=text(obj, "reason"),
        message=text(obj, "message") or text(obj, "note"),
        warning=text(obj, "type") == "Warning",
        count=max(counts),
        first=moment(obj, "firstTimestamp") or moment(obj, "eventTime") or last,
        last=last,
        source=text(obj, "source", "component") or text(obj, "reportingComponent"),
    )


def about(events: Iterable[Event], kind: str, name: str, uid: str = "") -> list[Event]:
    """Return the events of one object; a namesake that lived before it has another uid."""
    return [
        one
        for one in events
        if one.name == name and one.kind.lower() == kind.lower() and (not uid or not one.uid or one.uid == uid)
    ]


def analyze(events: Sequence[Event], now: datetime, namespace: str = "") -> tuple[Finding, ...]:
    """Return a finding for each object that is warned about, the most often warned first.

    A single warning, or warnings that stopped a while ago, are leftovers.
    """
    loud: dict[str, list[Event]] = {}
    for one in events:
        if one.warning:
            loud.setdefault(one.subject, []).append(one)
    if not loud:
        calm = f"No warning among {len(events)} events."
        return (Finding("no_warnings", f"namespace/{namespace or 'all'}", calm, "events", 0.6, Role.HEALTHY),)
    ranked = sorted(loud.items(), key=lambda item: -sum(one.count for one in item[1]))
    return tuple(_warned(subject, warned, now) for subject, warned in ranked[:10])


def _warned(subject: str, warned: Sequence[Event], now: datetime) -> Finding:
    newest = warned[0]
    times = [one.first for one in warned if one.first]
    total = sum(one.count for one in warned)
    return Finding(
        code="warning_events",
        subject=subject,
        observed=f"{plural(total, 'warning')} about {newest.kind.lower()} {newest.name}, the latest {newest.reason}: "
        f"{first(newest.message, 200)}",
        pointer=f"event {newest.reason} of {newest.kind} {newest.name}",
        confidence=0.4,
        role=Role.SYMPTOM if total > 1 and _recent(newest, now, STILL) else Role.CONTEXT,
        since=min(times, default=None),
        leads_to=_next(newest),
    )


def _next(newest: Event) -> tuple[Call, ...]:
    here: JsonObject = {"namespace": newest.namespace}
    match newest.kind:
        case "Node":
            return (Call("kube_nodes", {}),)
        case "HorizontalPodAutoscaler":
            return (Call("kube_hpa", here),)
        case "Service" | "Endpoints" | "EndpointSlice":
            return (Call("kube_services", here),)
        case _:
            return (Call("kube_pods", here),)


def _recent(one: Event, now: datetime, minutes: int) -> bool:
    return one.last is None or now - one.last <= timedelta(minutes=minutes)


def _row(one: Event, now: datetime) -> str:
    times = f" x{one.count}" if one.count > 1 else ""
    mark = "Warning" if one.warning else "Normal"
    return f"{mark} {one.reason}{times} {one.kind.lower()}/{one.name} {ago(one.last, now)}: {first(one.message)}"
