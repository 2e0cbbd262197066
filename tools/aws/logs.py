"""The errors of a log group, clustered into messages and compared with the time before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tools.aws.client import logs
from tools.aws.log_groups import LogGroup, existing
from tools.aws.log_templates import Line, Template, templates
from tools.aws.log_topics import topic_of
from tools.aws.windows import Around, Window, window
from tools.aws.wording import clock, duration, shortened
from tools.contract import Finding, Observation, Role
from tools.declare import Minutes, reads

if TYPE_CHECKING:
    from types_boto3_logs import CloudWatchLogsClient

FINDINGS = {
    "log_errors_new": "An error message that did not occur in the time before.",
    "log_errors_risen": "An error message that comes three times as often as before, or more.",
    "log_errors_usual": "An error message that came as often before: noise that is known.",
    "log_quiet": "The log group has no error lines in the window.",
    "log_silent": "The log group has no lines at all in the window.",
}

PATTERN = " ".join(
    f"?{word}"
    for word in (
        *(
            "ERROR",
            "Error",
            "error",
            "FATAL",
            "fatal",
            "CRITICAL",
            "Exception",
            "Traceback",
            "panic",
            "PANIC",
            "SEVERE",
        ),
        *("WARN", "failed", "failure", "refused", "timeout", "Timeout", "denied", "exhausted", "memory", "deadlock"),
    )
)
"""Whatever may be an error; the lines are judged here, where a JSON level counts too."""

PAGES, PAGE = 5, 10_000
"""At most so many lines are read; the text says when there were more."""

RISEN = 3.0
NOTABLE = 6


@reads(needs=("logs:DescribeLogGroups", "logs:FilterLogEvents"))
def aws_log_errors(log_group: LogGroup, minutes: Minutes = 60, around: Around = "") -> Observation:
    """Cluster the error lines of a log group: which messages, how often, since when, and whether they are new.

    The time before the window, of the same length, shows what is usual.
    """
    span = window(minutes, around)
    with logs() as client:
        lines, complete = _lines(client, log_group, span)
        found = templates(lines, span.start)
        silent = not found and not _any_line(client, log_group, span)
    return Observation(
        _text(log_group, found, span, complete=complete), findings(log_group, found, span, silent=silent)
    )


def findings(log_group: str, found: Sequence[Template], span: Window, *, silent: bool) -> tuple[Finding, ...]:
    """Return what the error messages mean: the most frequent ones, by topic and by whether they are new."""
    if not found:
        code, told = ("log_silent", "has no lines") if silent else ("log_quiet", "has no errors")
        observed = f"{log_group} {told} from {clock(span.start)} to {clock(span.end)}."
        role = Role.CONTEXT if silent else Role.HEALTHY
        return (Finding(code, f"log_group/{log_group}", observed, "FilterLogEvents", 0.75, role),)
    worst = sorted(found, key=lambda each: (each.severity == "warning", _news(each) == "log_errors_usual", -each.count))
    return tuple(_finding(log_group, each) for each in worst[:NOTABLE])


def _finding(log_group: str, template: Template) -> Finding:
    news = _news(template)
    topic = topic_of(template.example)
    usual = news == "log_errors_usual"
    often = f"{template.count} x since {clock(template.first)}, {template.earlier} in the time before"
    return Finding(
        code=news if usual or topic is None or template.severity == "warning" else topic.code,
        subject=f"log_group/{log_group}",
        observed=f"{shortened(template.example, 240)} ({template.severity}, {often}).",
        pointer=f"{log_group}, {clock(template.last)}",
        confidence=0.7 if topic is None or usual else topic.sure,
        role=Role.CONTEXT if usual or template.severity == "warning" else Role.SYMPTOM,
        since=template.first,
    )


def _news(template: Template) -> str:
    if template.earlier == 0:
        return "log_errors_new"
    return "log_errors_risen" if template.count >= RISEN * template.earlier else "log_errors_usual"


def _lines(client: CloudWatchLogsClient, log_group: str, span: Window) -> tuple[list[Line], bool]:
    """Return lines that may be errors, from the baseline on, and whether these are all."""
    found: list[Line] = []
    pages = client.get_paginator("filter_log_events").paginate(
        logGroupName=existing(client, log_group),
        filterPattern=PATTERN,
        startTime=_milliseconds(span.start - (span.end - span.start)),
        endTime=_milliseconds(span.end),
        PaginationConfig={"MaxItems": PAGES * PAGE, "PageSize": PAGE},
    )
    for page in pages:
        found += [_line(each) for each in page["events"]]
    return found, len(found) < PAGES * PAGE


def _line(event: Any) -> Line:
    return Line(datetime.fromtimestamp(event.get("timestamp", 0) / 1000, UTC), event.get("message", ""))


def _any_line(client: CloudWatchLogsClient, log_group: str, span: Window) -> bool:
    told = client.filter_log_events(
        logGroupName=log_group, startTime=_milliseconds(span.start), endTime=_milliseconds(span.end), limit=1
    )
    return bool(told["events"])


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _text(log_group: str, found: Sequence[Template], span: Window, *, complete: bool) -> str:
    total = sum(each.count for each in found)
    head = f"{log_group}, {duration(span.minutes)} to {clock(span.end)}: {total} error lines, {len(found)} messages"
    rows = [
        f"{each.count:>5} x {each.severity:<7} since {clock(each.first)}, before {each.earlier}: "
        f"{shortened(each.pattern, 200)}\n        e.g. {shortened(each.example, 300)}"
        for each in found[:12]
    ]
    more = [] if complete else [f"Only the first {PAGES * PAGE:,} lines were read; ask for fewer minutes."]
    return "\n".join([head, *rows, *more])
