"""The alerts that Grafana has firing, and the deploys and changes that are annotated there, on a timeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypeAlias

from pydantic import Field

from tools.aws.windows import Around, window
from tools.aws.wording import clock, shortened
from tools.contract import Call, Finding, Observation, Role
from tools.declare import Minutes, reads
from tools.grafana.client import MOST, Fired, Note, alerts, notes
from tools.scope import sees

FINDINGS = {
    "grafana_firing": "An alert of Grafana's own rules fires and is not silenced.",
    "grafana_quiet": "No alert of Grafana's own rules fires.",
    "grafana_change": "A deploy or change of a workload is annotated in Grafana.",
}
SHOWN = 20
"""Alerts that are told."""
SPACES, WORKLOADS = ("namespace", "kube_namespace"), ("deployment", "workload", "service", "app")
"""Labels of alerts, and keys of tags such as `service:checkout`, that say what they are about."""
CHANGES = frozenset({"change", "config", "deploy", "deployment", "migration", "release", "rollback", "rollout"})
"""Tags that pipelines give to a change."""

Tag: TypeAlias = Annotated[str, Field(max_length=100, description="only annotations with this tag; empty for all")]


@reads(needs=("grafana:read",), source="grafana_url")
def grafana_alerts() -> Observation:
    """List the alerts that Grafana's own rules have firing and nobody silenced, with since when and what they say."""
    there = [one for one in alerts() if sees("namespaces", _first(one.labels, SPACES))]
    firing = [one for one in there if not one.blind]
    rows = [f"{one.name}{_blind(one)}{_since(one)}: {shortened(one.summary, 200)} {_about(one)}" for one in there]
    if firing:
        return Observation("\n".join(rows[:SHOWN]), tuple(map(_firing, firing[:SHOWN])))
    quiet = Finding("grafana_quiet", "alarms", "No alert of Grafana fires.", "Grafana alerts", 0.6, Role.HEALTHY)
    return Observation("\n".join(["No alert of Grafana fires.", *rows[:SHOWN]]), () if there else (quiet,))


@reads(needs=("grafana:read",), source="grafana_url")
def grafana_annotations(minutes: Minutes = 120, around: Around = "", tag: Tag = "") -> Observation:
    """List what is annotated in Grafana over the last minutes, or those around a time: deploys and changes in order."""
    over = window(minutes, around)
    every = notes(over, tag)
    seen = [one for one in every if sees("namespaces", _first(one.tags, SPACES))]
    head = f"Grafana's annotations, {clock(over.start)} to {clock(over.end)}: {len(seen)}"
    more = [f"Only {MOST} were read; ask for fewer minutes."] if len(every) >= MOST else []
    changes = [one for one in seen if CHANGES & {key.lower() for key in one.tags}]
    return Observation("\n".join([head, *map(_told, seen), *more]), _changes(changes))


def _changes(annotated: Sequence[Note]) -> tuple[Finding, ...]:
    """Return the changes of workloads; what names none is told, and explains nothing by itself."""
    about = [(one, _subject(one.tags)) for one in annotated]
    return tuple(
        Finding("grafana_change", subject, _said(one), f"Grafana annotation {one.number}", 0.6, Role.CHANGE, one.at)
        for one, subject in about
        if subject
    )


def _firing(alert: Fired) -> Finding:
    said = f"Grafana alert {alert.name} fires{_since(alert)}: {shortened(alert.summary or _about(alert), 200)}"
    space, who = _first(alert.labels, SPACES), _first(alert.labels, WORKLOADS)
    leads = (Call("kube_log_errors", {"namespace": space, "workload": who}),) if space and who else ()
    subject, pointer = _subject(alert.labels) or f"alarm/{alert.name}", f"Grafana alert {alert.name}"
    return Finding("grafana_firing", subject, said, pointer, 0.7, Role.SYMPTOM, alert.since, leads)


def _subject(named: dict[str, str]) -> str:
    space, who = _first(named, SPACES), _first(named, WORKLOADS)
    return f"deployment/{space}/{who}" if space and who else ""


def _first(named: dict[str, str], keys: Sequence[str]) -> str:
    return next((named[key] for key in keys if named.get(key)), "")


def _blind(alert: Fired) -> str:
    return f" (its rule cannot tell: {alert.blind})" if alert.blind else ""


def _since(alert: Fired) -> str:
    return f" since {clock(alert.since)}" if alert.since else ""


def _about(alert: Fired) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(alert.labels.items()) if name != "alertname")


def _said(note: Note) -> str:
    return f"Annotated at {clock(note.at)}{f' by {note.who}' if note.who else ''}: {shortened(note.text, 200)}"


def _told(note: Note) -> str:
    tags = ", ".join(f"{key}:{value}" if value else key for key, value in note.tags.items())
    return f"{_said(note)}{f' [{tags}]' if tags else ''}"
