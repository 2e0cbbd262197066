"""Ask Loki: which streams are a workload's, and their lines that may be errors; nothing else of its API.

https://grafana.com/docs/loki/latest/reference/loki-http-api/
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from config.settings import settings
from tools.aws.log_templates import Line
from tools.aws.windows import Window
from tools.contract import ToolError
from tools.sources import Source

LINES = 2000
"""Of one answer; Loki itself gives at most 5,000 unless told otherwise: `max_entries_limit_per_query`."""
OWNERS = ("app", "service_name", "container", "deployment", "app_kubernetes_io_name", "job")
"""Labels by which a stream says whose it is, as the usual collectors set them."""
TELLING = "error|err|fatal|critical|exception|traceback|panic|severe|warn|fail|refused|timeout|timed out|denied"
"""Whatever may be an error; the lines are judged here."""


@dataclass(frozen=True)
class Said:
    """A line with the workload whose stream it is in."""

    at: datetime
    text: str
    who: str


def selector_of(namespace: str, workload: str, over: Window) -> str:
    """Return the selector of a workload's streams, by the label that has them; empty where none has."""
    fit = [f'namespace="{namespace}",{label}=~"(.+/)?{re.escape(workload)}"'.replace("\\-", "-") for label in OWNERS]
    known = _data("series", [*(("match[]", f"{{{one}}}") for one in fit), *_times(over)])
    for label, one in zip(OWNERS, fit, strict=True):
        if any(re.fullmatch(rf"(.+/)?{re.escape(workload)}", str(each.get(label, ""))) for each in known):
            return f"{{{one}}}"
    return ""


def lines(selector: str, over: Window) -> tuple[list[Line], bool]:
    """Return the latest lines that may be errors, oldest first, and whether these are all."""
    asked = (("query", f"{selector} |~ `(?i){TELLING}`"), ("limit", str(LINES)), ("direction", "backward"))
    streams: Sequence[Any] = _data("query_range", [*asked, *_times(over)])["result"]
    found = [_line(at, text) for one in streams for at, text, *_ in one["values"]]
    return sorted(found, key=lambda line: line.at), len(found) < LINES


def naming(namespace: str, name: str, over: Window) -> list[Said]:
    """Return the latest lines of a namespace that hold a name and may be errors, oldest first."""
    query = f'{{namespace="{namespace}"}} |= "{name}" |~ `(?i){TELLING}|5\\d\\d`'
    asked = (("query", query), ("limit", str(LINES)), ("direction", "backward"))
    streams: Sequence[Any] = _data("query_range", [*asked, *_times(over)])["result"]
    read = ((_line(at, text), _who(one["stream"])) for one in streams for at, text, *_ in one["values"])
    return sorted((Said(line.at, line.text, who) for line, who in read), key=lambda one: one.at)


def _who(labels: Mapping[str, object]) -> str:
    """Return the workload that a stream says it is of, without the namespace that some collectors put before it."""
    said = (str(labels[label]) for label in OWNERS if labels.get(label))
    return next(said, "a pod").rpartition("/")[2]


def _data(what: str, asked: list[tuple[str, str]]) -> Any:
    told = settings()
    tenant = (("X-Scope-OrgID", told.loki_tenant),) if told.loki_tenant else ()
    answer = Source("Loki", told.loki_url, told.loki_token, tenant).ask(f"loki/api/v1/{what}", asked)
    if not isinstance(answer, dict) or answer.get("status") != "success":
        raise ToolError("What answers at LOKI_URL is no Loki: its answer has no data.")
    return answer.get("data") or []


def _times(over: Window) -> list[tuple[str, str]]:
    return [("start", _nanoseconds(over.start)), ("end", _nanoseconds(over.end))]


def _nanoseconds(at: datetime) -> str:
    return f"{int(at.timestamp() * 1000)}000000"


def _line(at: str, text: str) -> Line:
    return Line(datetime.fromtimestamp(int(at) / 1e9, UTC), text)
