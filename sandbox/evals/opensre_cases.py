"""A case of the opensre suites as its files hold it; what it leaves out comes from its suite's healthy case."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from sandbox.slack.wire import Body

BASE = "000-healthy"
_TIME = re.compile(r'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"')


@dataclass(frozen=True)
class Incident:
    """One case.

    Attributes:
        suite: eks or rds_postgres.
        folder: Where its files are.
        scenario: scenario.yml, completed by the base's.
        alert: alert.json.
        answer: answer.yml.
        now: When it is looked at: just after the last thing that its own evidence tells of (UTC).
    """

    suite: str
    folder: Path
    scenario: Body
    alert: Body
    answer: Body
    now: datetime

    @property
    def name(self) -> str:
        """Suite and folder."""
        return f"{self.suite}/{self.folder.name}"

    @property
    def category(self) -> str:
        """The category of the true root cause."""
        return str(self.answer["root_cause_category"])

    @property
    def region(self) -> str:
        """AWS region."""
        return str(self.scenario.get("region", "us-east-1"))

    @property
    def page(self) -> str:
        """The alert as it is posted."""
        labels, notes = self.alert.get("commonLabels", {}), self.alert.get("commonAnnotations", {})
        words = [notes.get(name, "") for name in ("summary", "description", "error")]
        told = {
            "Severity": labels.get("severity"),
            "Service": labels.get("workload_name") or notes.get("db_instance_identifier"),
            "Resource": notes.get("read_replica") or notes.get("kube_pod") or notes.get("kube_node"),
        }
        fields = [f"{name}: {value}" for name, value in told.items() if value]
        head = f"[FIRING:1] {labels.get('alertname', '')}"
        return "\n".join(filter(None, [head, str(self.alert.get("title", "")), *words, *fields]))

    @property
    def question(self) -> str:
        """What is asked where the alert itself says that all is normal; it would wake nobody."""
        if self.alert.get("state") != "normal":
            return ""
        labels, notes = self.alert.get("commonLabels", {}), self.alert.get("commonAnnotations", {})
        return f"is anything wrong with {labels.get('workload_name') or notes.get('db_instance_identifier')}?"

    def evidence(self, name: str) -> Any:
        """Return a file of evidence, the base's if the case has none of its own."""
        own = self.folder / f"{name}.json"
        base = self.folder.parent / BASE / f"{name}.json"
        return (
            json.loads((own if own.is_file() else base).read_text("utf-8")) if own.is_file() or base.is_file() else {}
        )


def read_incident(suite: str, folder: Path) -> Incident:
    """Read a case."""
    base = yaml.safe_load((folder.parent / BASE / "scenario.yml").read_text("utf-8"))
    return Incident(
        suite=suite,
        folder=folder,
        scenario={**base, **yaml.safe_load((folder / "scenario.yml").read_text("utf-8"))},
        alert=json.loads((folder / "alert.json").read_text("utf-8")),
        answer=yaml.safe_load((folder / "answer.yml").read_text("utf-8")),
        now=_last(folder) + timedelta(minutes=1),
    )


def _last(folder: Path) -> datetime:
    """Return the latest time that the case's own evidence names."""
    files = [file for file in folder.glob("*.json") if file.name != "alert.json"]
    times = [found for file in files for found in _TIME.findall(file.read_text("utf-8"))]
    return max((datetime.fromisoformat(one) for one in times), default=datetime.now(UTC))
