"""A remembered incident as the draft of a postmortem and of a runbook; pure."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from tools.knowledge.past import Past
from tools.kube.fields import lasting

POSTMORTEM = """\
# {title}

Draft. The facts were written by Infra from its own record of the incident; what they mean is for you to write.

## What we learned

- What went well:
- What went badly:
- Where we were lucky:

"""
RUNBOOK = """\
# {title}

Draft from the incident of {day:%Y-%m-%d}. Write down what somebody needs at night, and delete this line.

"""


def facts(past: Past) -> str:
    """Return what is known of an incident, Markdown: times, cause, evidence, who said yes, what is left to do."""
    return _joined(
        _table(past),
        _section("Root cause", [_cause(past)]),
        _section("Blast radius", _blast(past)),
        _section("Timeline (UTC)", (f"{_clock(one.at)} {one.what}" for one in past.timeline)),
        _section("Evidence", past.evidence),
        _section("Ruled out", past.ruled_out),
        _section("Follow-ups", past.follow_ups),
        _section("Not known", past.unknowns),
    )


def steps(past: Past) -> str:
    """Return what a runbook for the next time could say, Markdown."""
    return _joined(
        _section("How it shows", [past.title, *past.evidence[:3]]),
        _section("What it was", [_cause(past)]),
        _section("What it was not", past.ruled_out[:4]),
        _section("What ended it", [f"{past.fixed_by} (a change: to be proposed, not typed)"] if past.fixed_by else []),
        _section("So that it does not come back", past.follow_ups),
    )


def title(past: Past) -> str:
    """Return what a page about an incident is called."""
    return safe(f"{past.service or 'Incident'}: {past.title}")


def safe(words: str) -> str:
    """Return words from logs and people as text: no markup, and nobody is called by it."""
    return html.escape(" ".join(words.split()), quote=False).replace("@", "&#64;").replace("](", "] (")


def _table(past: Past) -> str:
    rows = [("Service", past.service), ("Severity", past.severity), *_times(past)]
    rows += [
        ("Fixed by", past.fixed_by or "nothing of ours: it went by itself"),
        ("Approved by", ", ".join(past.approvers)),
    ]
    shown = [f"| {name} | {safe(value).replace('|', '&#124;')} |" for name, value in rows if value]
    return "\n".join(["| | |", "|---|---|", *shown])


def _times(past: Past) -> Iterator[tuple[str, str]]:
    moments = (
        ("Detected", past.opened),
        ("First finding", past.found),
        ("Approved", past.approved),
        ("Fixed", past.fixed),
        ("Verified", past.verified),
    )
    for name, at in moments:
        if at:
            yield name, f"{at:%Y-%m-%d %H:%M:%S} UTC{_after(at - past.opened)}"


def _after(span: timedelta) -> str:
    return f" ({lasting(span)} after it was detected)" if span > timedelta() else ""


def _cause(past: Past) -> str:
    if not past.cause:
        return "None was established."
    return f"{past.cause} ({past.confidence:.0%} sure)"


def _blast(past: Past) -> Iterator[str]:
    names = sorted({name for _, name in past.touches if name})
    yield f"It was about: {', '.join(names)}" if names else ""
    yield f"The fix: {past.blast_radius}" if past.blast_radius else ""


def _section(name: str, lines: Iterable[str]) -> str:
    items = [f"- {safe(line)}" for line in lines if line]
    return "\n".join([f"## {name}", "", *items]) if items else ""


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _clock(at: datetime) -> str:
    return f"{at:%H:%M:%S}"
