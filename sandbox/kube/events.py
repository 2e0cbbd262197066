"""What the cluster's components say happened, as Event objects; the same words again only count up."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sandbox.clock import Clock
from sandbox.kube.kinds import EVENT, NEW_EVENT, Object
from sandbox.kube.parts import stamp
from sandbox.kube.store import Store

KEPT = 3600.0
"""Seconds an event lives: kube-apiserver's --event-ttl default, one hour."""


@dataclass
class Recorder:
    """Writes events."""

    store: Store
    clock: Clock

    def normal(self, about: Object, reason: str, message: str, source: str, at: float | None = None) -> None:
        """Record something ordinary."""
        self._say(about, "Normal", reason, message, source, at)

    def warning(self, about: Object, reason: str, message: str, source: str, at: float | None = None) -> None:
        """Record something that is not as it should be."""
        self._say(about, "Warning", reason, message, source, at)

    def _say(self, about: Object, type_: str, reason: str, message: str, source: str, at: float | None) -> None:
        at = self.clock.time() if at is None else at
        if at < self.clock.time() - KEPT:
            return
        known = self._known(about, reason, message)
        if known is None:
            self.store.put(EVENT, _event(about, type_, reason, message, source, at))
            return
        again = {**known, "metadata": {**known["metadata"]}}
        again |= {"count": int(known.get("count") or 1) + 1, "lastTimestamp": stamp(at)}
        self.store.put(EVENT, again)

    def _known(self, about: Object, reason: str, message: str) -> Object | None:
        meta = about["metadata"]
        for event in self.store.all(EVENT, meta.get("namespace") or "default"):
            where = event.get("involvedObject") or {}
            if (where.get("kind"), where.get("name")) != (about["kind"], meta["name"]):
                continue
            if event.get("reason") == reason and event.get("message") == message:
                return event
        return None


def _event(about: Object, type_: str, reason: str, message: str, source: str, at: float) -> Object:
    meta = about["metadata"]
    namespace = meta.get("namespace") or "default"
    when = stamp(at)
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {
            "name": f"{meta['name']}.{secrets.token_hex(8)}",
            "namespace": namespace,
            "creationTimestamp": when,
        },
        "involvedObject": _reference(about),
        "reason": reason,
        "message": message,
        "type": type_,
        "count": 1,
        "firstTimestamp": when,
        "lastTimestamp": when,
        "eventTime": None,
        "source": {"component": source},
        "reportingComponent": source,
        "reportingInstance": "",
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
