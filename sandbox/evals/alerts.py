"""Alert payloads that others wrote, put to the product's reading, and a storm of alerts, put to the product."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox.evals.rows import Row, share
from sandbox.storm import Storm, weather

FIELDS = ("source", "name", "severity", "state", "resource", "at")
_WORST = {
    "p1": "P1",
    "p2": "P2",
    "p3": "P3",
    "p4": "P4",
    "critical": "P1",
    "fatal": "P1",
    "error": "P2",
    "high": "P2",
    "warning": "P3",
    "medium": "P3",
    "info": "P4",
    "low": "P4",
    "ok": "P4",
    "3": "P2",
}
_STATES = {
    "open": "firing",
    "trigger": "firing",
    "alarm": "firing",
    "alerting": "firing",
    "up": "resolved",
    "0": "resolved",
    "alert_recovery": "resolved",
    "alert_notification_trigger": "firing",
    "alert_notification_clear": "resolved",
    "closed": "resolved",
    "resolved": "resolved",
    "firing": "firing",
    "ok": "resolved",
    "alert_failure": "firing",
    "1": "firing",
    "down": "firing",
    "crit": "firing",
    "warn": "firing",
}
TRUTH: dict[str, dict[str, str]] = {
    "axiom": {"state": "action"},
    "checkly": {"name": "check_name", "state": "alert_type"},
    "checkmk": {"name": "check_command", "state": "status", "resource": "host", "at": "short_date_time"},
    "cloudwatch": {"name": "Message.AlarmName", "severity": "Message.Priority", "resource": "Message.Application"},
    "coralogix": {"name": "name"},
    "datadog": {"name": "title", "severity": "priority", "resource": "scopes"},
    "gcpmonitoring": {
        "name": "incident.documentation.subject",
        "severity": "incident.metadata.system_labels.severity",
        "state": "incident.state",
        "resource": "incident.resource_display_name",
    },
    "grafana": {"name": "title", "severity": "labels.severity", "resource": "labels.monitor"},
    "graylog": {
        "name": "event.message",
        "severity": "event.priority",
        "resource": "event.source",
        "at": "event.timestamp",
    },
    "libre_nms": {"name": "name", "state": "state", "resource": "hostname", "at": "timestamp"},
    "netbox": {"at": "snapshots.postchange.last_updated"},
    "prometheus": {"name": "summary", "severity": "labels.severity", "resource": "labels.instance"},
    "sentry": {"name": "event.title", "severity": "level", "resource": "culprit", "at": "event.timestamp"},
    "thousandeyes": {
        "name": "alert.ruleName",
        "severity": "alert.severity",
        "state": "eventType",
        "at": "alert.dateStart",
    },
    "wazuh": {"severity": "severity"},
    "eventBridgeEvent": {"name": "detail-type", "resource": "resources.0", "at": "time"},
    "guardduty_finding": {"name": "detail.title"},
    "text_message": {"name": "Records.0.Sns.Subject", "at": "Records.0.Sns.Timestamp"},
}
"""Where each source's documentation says that a field is; a path that is not in a payload is not asked for."""
_FLOOR = {"name": "name", "severity": "severity", "state": "status", "resource": "resource", "at": "timestamp"}


@dataclass(frozen=True)
class Case:
    """A payload, who sent it (`aws` where AWS did), and what it says."""

    source: str
    payload: object
    truth: dict[str, str]


def run_alerts(data: Path | None) -> list[Row]:
    """Read the payloads in `data`, if there are any, and weather one storm of full size."""
    rows = _reading(data / "alerts") if data and (data / "alerts").is_dir() else []
    return rows + run_storm(Storm())


def run_storm(storm: Storm) -> list[Row]:
    """Let a storm loose; without grouping, every alert would be a run and two posts."""
    found = weather(storm)
    return [
        Row("storm", "runs", found.runs, storm.alerts, storm.alerts),
        Row("storm", "posts", found.posts, 2 * storm.alerts, storm.alerts),
        Row("storm", "unaccounted", found.unaccounted, None, storm.alerts),
        Row("storm", "parked", found.parked, None, storm.poison),
        Row("storm", "people_p95_s", round(found.people_p95, 2), None, storm.people),
    ]


def _reading(folder: Path) -> list[Row]:
    cases = list(_cases(folder))
    answers = _read(cases)
    told = [(case, answer[0]) for case, answer in zip(cases, answers, strict=True) if answer]
    asked = [(case, field, answer) for case, answer in told for field in case.truth]
    right = sum(_same(field, answer[field], case.truth[field]) for case, field, answer in asked)
    naive = sum(_same(field, _naive(case, field), case.truth[field]) for case, field, _ in asked)
    return [
        Row("alerts", "read", share(len(told), len(cases)), None, len(cases)),
        Row("alerts", "fields", share(right, len(asked)), share(naive, len(asked)), len(asked)),
    ]


def _cases(folder: Path) -> Iterator[Case]:
    """Yield every payload as it stands, those that are parts put together, and each variant of a field."""
    parts: dict[str, dict[str, object]] = {}
    file = folder / "keep_alert_payloads.jsonl"
    for told in map(json.loads, file.read_text("utf-8").splitlines() if file.is_file() else []):
        source, payload = told["provider"], told["payload"]
        whole = isinstance(payload, dict) and told["variants"] is not None
        yield Case(source, payload, _truth(source, source, payload) if whole else {})
        if not whole and "[" not in told["name"]:
            parts.setdefault(source, {})[told["name"]] = payload
        yield from (
            Case(source, one, _truth(source, source, one)) for one in _variants(payload, told["variants"] or {})
        )
    yield from (Case(source, one, _truth(source, source, one)) for source, one in parts.items())
    for path in sorted(folder.rglob("*.json")):
        payload = json.loads(path.read_text("utf-8"))
        yield Case("aws", payload, _truth("", path.stem.removesuffix("_low").removesuffix("_high"), payload))


def _variants(payload: dict[str, Any], variants: dict[str, list[object]]) -> Iterator[dict[str, Any]]:
    for path, values in variants.items():
        for value in values:
            made = json.loads(json.dumps(payload))
            inner, *names = made, *path.split(".")
            for name in names[:-1]:
                inner = inner.setdefault(name, {})
            inner[names[-1]] = [value] if path == "scopes" else value
            yield made


def _truth(source: str, name: str, payload: object) -> dict[str, str]:
    found = {field: _at(payload, path) for field, path in TRUTH.get(name, {}).items()}
    known = {field: _meant(field, value) for field, value in found.items() if value not in (None, "", [])}
    return known | ({"source": source} if source else {})


def _meant(field: str, value: object) -> str:
    words = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    maps: dict[str, dict[str, str]] = {"severity": _WORST, "state": _STATES}
    return maps[field].get(words.lower(), "") if field in maps else words


def _read(cases: list[Case]) -> list[list[dict[str, Any]]]:
    asked = "".join(json.dumps({"source": case.source, "payload": case.payload}) + "\n" for case in cases)
    ran = subprocess.run([sys.executable, "-m", "bot.intake"], input=asked, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in ran.stdout.splitlines()]


def _naive(case: Case, field: str) -> object:
    """Return what a lookup of the plainest name finds."""
    return case.source if field == "source" else _at(case.payload, _FLOOR[field])


def _same(field: str, value: object, truth: str) -> bool:
    read: Callable[[object], object] = _seconds if field == "at" else str
    return value is not None and read(value) == read(truth)


def _seconds(value: object) -> int | None:
    words = str(value).replace(" UTC", "")
    try:
        at = (
            datetime.fromtimestamp(float(words), UTC)
            if words.replace(".", "").isdigit()
            else datetime.fromisoformat(words)
        )
    except ValueError:
        return None
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())


def _at(payload: object, path: str) -> object:
    for name in path.split("."):
        if isinstance(payload, dict):
            payload = payload.get(name)
        elif isinstance(payload, list):
            payload = payload[int(name)] if name.isdigit() and int(name) < len(payload) else None
        else:
            return None
    return payload
