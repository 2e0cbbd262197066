"""What the cluster's components say happened, as Event objects; the same words again only count up."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TypeAlias

from sandbox.clock import Clock
from sandbox.kube.kinds import EVENT, NEW_EVENT, Object
from sandbox.kube.parts import place, stamp
from sandbox.kube.store import Store

Sameness: TypeAlias = tuple[str, str, str, str, str]
"""Namespace, kind and name of what an event is about, its reason and its message."""

KEPT = 3600.0
"""Seconds an event lives: kube-apiserver's --event-ttl default, one hour."""


@dataclass
class Recorder:
    """Writes events."""

    store: Store
    clock: Clock
    _known: dict[Sameness, str] | None = None

    def normal(self, about: Object, reason: str, message: str, source: str, at: float) -> None:
        """Record something ordinary."""
        self._say(about, ("Normal", reason, message, source), at)

    def warning(self, about: Object, reason: str, message: str, source: str, at: float) -> None:
        """Record something that is not as it should be."""
        self._say(about, ("Warning", reason, message, source), at)

    def _say(self, about: Object, words: tuple[str, str, str, str], at: float) -> None:
        if at < self.clock.time() - KEPT:
            return
        new = _event(about, words, stamp(at))
        known = self.store.get(EVENT, place(new)[0], self._names().get(_same(new), ""))
        if known is None:
            self.store.put(EVENT, new)
            self._names()[_same(new)] = new["metadata"]["name"]
            return
        again = {**known, "metadata": {**known["metadata"]}}
        again |= {"count": int(known.get("count") or 1) + 1, "lastTimestamp": stamp(at)}
        self.store.put(EVENT, again)

    def _names(self) -> dict[Sameness, str]:
        """Return the names of events by what makes two the same; those of the world are read once."""
        if self._known is None:
            self._known = {_same(event): event["metadata"]["name"] for event in self.store.all(EVENT)}
        return self._known


def _same(event: Object) -> Sameness:
    where = event.get("involvedObject") or {}
    about = place(event)[0], str(where.get("kind")), str(where.get("name"))
    return *about, str(event.get("reason")), str(event.get("message"))


def _event(about: Object, words: tuple[str, str, str, str], when: str) -> Object:
    type_, reason, message, source = words
    name, namespace = about["metadata"]["name"], about["metadata"].get("namespace") or "default"
    meta = {"name": f"{name}.{secrets.token_hex(8)}", "namespace": namespace, "creationTimestamp": when}
    who = {"source": {"component": source}, "reportingComponent": source, "reportingInstance": ""}
    times = {"count": 1, "firstTimestamp": when, "lastTimestamp": when, "eventTime": None}
    said = {"type": type_, "reason": reason, "message": message}
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": meta,
        "involvedObject": _reference(about),
        **said,
        **times,
        **who,
    }


def _reference(about: Object) -> Object:
    meta = about["metadata"]
    return {
        "apiVersion": about.get("apiVersion", "v1"),
        "kind": about["kind"],
        "name": meta["name"],
        "namespace": meta.get("namespace", ""),
        "uid": meta.get("uid", ""),
        "resourceVersion": meta.get("resourceVersion", ""),
    }


def as_core(event: Object) -> Object:
    """Return an event of events.k8s.io in the core group's words, which is how all are kept."""
    if not str(event.get("apiVersion", "")).startswith("events.k8s.io"):
        return event
    kept = {key: value for key, value in event.items() if key not in {"regarding", "note", "reportingController"}}
    moment = event.get("deprecatedLastTimestamp") or event.get("eventTime")
    return kept | {
        "apiVersion": "v1",
        "involvedObject": event.get("regarding") or {},
        "message": event.get("note", ""),
        "reportingComponent": event.get("reportingController", ""),
        "firstTimestamp": event.get("deprecatedFirstTimestamp") or moment,
        "lastTimestamp": moment,
        "count": event.get("deprecatedCount") or (event.get("series") or {}).get("count") or 1,
        "source": event.get("deprecatedSource") or {"component": event.get("reportingController", "")},
    }


def as_new(event: Object) -> Object:
    """Return an event in the words of events.k8s.io."""
    return {
        "apiVersion": NEW_EVENT.api_version,
        "kind": "Event",
        "metadata": event["metadata"],
        "eventTime": event.get("eventTime"),
        "reason": event.get("reason", ""),
        "type": event.get("type", "Normal"),
        "regarding": event.get("involvedObject") or {},
        "note": event.get("message", ""),
        "reportingController": event.get("reportingComponent") or "",
        "reportingInstance": event.get("reportingInstance") or "",
        "deprecatedCount": event.get("count") or 1,
        "deprecatedFirstTimestamp": event.get("firstTimestamp"),
        "deprecatedLastTimestamp": event.get("lastTimestamp"),
        "deprecatedSource": event.get("source") or {},
    }
