"""The errors of a workload's logs in Loki, clustered into messages and compared with the time before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from tools.aws.log_templates import Line, Template, pattern, templates
from tools.aws.windows import Around, Window, window
from tools.aws.wording import clock, shortened
from tools.contract import Finding, Observation, Role
from tools.declare import KubeName, Minutes, reads
from tools.kube.logs import told
from tools.kube.logwords import Line as Said
from tools.kube.logwords import read
from tools.loki.client import LINES, lines, selector_of
from tools.scope import require

FINDINGS = {
    "loki_usual": "All error messages of a workload in Loki came as often before: noise that is known.",
    "loki_quiet": "A workload has no error line in Loki in the window.",
}
RISEN, SHOWN = 3.0, 12
"""So many times as often is news; so many messages are told."""


@reads(needs=("loki:read",), source="loki_url")
def loki_errors(namespace: KubeName, workload: KubeName, minutes: Minutes = 60, around: Around = "") -> Observation:
    """Cluster a workload's error lines in Loki: which messages, how often, since when, and which are new.

    The time before the window, of the same length, shows what is usual; pods that are gone are read too.
    """
    require("namespaces", namespace)
    over = window(minutes, around)
    before = over.start - (over.end - over.start)
    selector = selector_of(namespace, workload, Window(before, before, over.end))
    if not selector:
        return Observation(f"Loki has no stream of {namespace}/{workload}.")
    said, complete = lines(selector, over)
    usual, _ = lines(selector, Window(before, before, over.start))
    found = templates([*usual, *said], over.start)
    finding = _finding(f"deployment/{namespace}/{workload}", workload, said, found)
    return Observation(_text(selector, found, over, complete=complete), finding)


def _finding(subject: str, workload: str, said: Sequence[Line], found: Sequence[Template]) -> tuple[Finding, ...]:
    """Return what the messages that are news mean, as the pods' own logs are understood; else that none is."""
    if not found:
        quiet = f"{workload} has no error line in Loki in the window."
        return (Finding("loki_quiet", subject, quiet, "Loki", 0.5, Role.HEALTHY),)
    news = {one.pattern for one in found if not _usual(one)}
    if not news:
        known = f"Every error message of {workload} in Loki came as often before ({len(found)} of them)."
        return (Finding("loki_usual", subject, known, "Loki", 0.5, Role.CONTEXT),)
    fresh = [Said(line.at, line.text) for line in said if pattern(line.text) in news]
    meant = told(subject, workload, "Loki", read(fresh), lines=len(fresh), now=datetime.now(UTC))
    return (replace(meant, pointer=f"Loki, {clock(meant.since)}") if meant.since else meant,)


def _usual(template: Template) -> bool:
    return template.earlier > 0 and template.count < RISEN * template.earlier


def _text(selector: str, found: Sequence[Template], over: Window, *, complete: bool) -> str:
    count = sum(each.count for each in found)
    head = f"{selector} in Loki, {clock(over.start)} to {clock(over.end)}: {count} error lines, {len(found)} messages"
    rows = [
        f"{each.count:>5} x {each.severity:<7} since {clock(each.first)}, before {each.earlier}: "
        f"{shortened(each.pattern, 200)}\n        e.g. {shortened(each.example, 300)}"
        for each in found[:SHOWN]
    ]
    more = [] if complete else [f"Only the latest {LINES:,} lines were read; ask for fewer minutes."]
    return "\n".join([head, *rows, *more])
