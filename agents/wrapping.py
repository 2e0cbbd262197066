"""What a model reads of the world: bounded, numbered, and marked as data that nobody should take orders from."""

import re
import secrets

from agents.notebook import Broken, Look
from agents.titles import spelled
from tools.contract import Call, Finding

WIDTH = 6000
"""Characters of one reading that a model sees; 30 readings stay well inside a 128 k context."""

_MARK = re.compile(r"<(?=\s*/?\s*untrusted_data)", re.IGNORECASE)


def wrapped(look: Look, hidden: int = 0) -> str:
    """Return a reading as a model sees it: its id and call, then its text and findings as data."""
    parts = [bounded(look.observation.text)]
    if look.observation.findings:
        parts += ["Findings:", *map(_line, look.observation.findings)]
    lines = [_head(look.evidence, look.call), quoted("\n".join(parts))]
    if hidden:
        lines.append(f"({hidden} secrets were masked in this text.)")
    return "\n".join(lines)


def failed(evidence: str, broken: Broken) -> str:
    """Return a reading that failed as a model sees it; what a target answers is data like any other."""
    return f"{_head(evidence, broken.call)} failed:\n{quoted(broken.why)}"


def quoted(text: str) -> str:
    """Return text as data: between marks that it cannot close, because they bear a number made up just now."""
    number = secrets.token_hex(4)
    return f"<untrusted_data {number}>\n{_MARK.sub('(', text)}\n</untrusted_data {number}>"


def bounded(text: str, width: int = WIDTH) -> str:
    """Return head and tail of a long text, and say between them how much was cut."""
    if len(text) <= width:
        return text
    head = width * 2 // 3
    tail = width - head
    return f"{text[:head]}\n… {len(text) - width:,} characters cut here …\n{text[-tail:]}"


def _head(evidence: str, call: Call) -> str:
    return f"[{evidence}] {_MARK.sub('(', ' '.join(spelled(call).split()))}"


def _line(finding: Finding) -> str:
    remedy = f" Remedy: {spelled(finding.remedy)}." if finding.remedy else ""
    follow = f" Look next: {'; '.join(map(spelled, finding.leads_to))}." if finding.leads_to else ""
    since = f" Since {finding.since:%Y-%m-%d %H:%M:%S} UTC." if finding.since else ""
    told = f"- {finding.role} {finding.code} · {finding.subject}: {finding.observed}{since}"
    return f"{told} (confidence {finding.confidence:.2f}; {finding.pointer}){remedy}{follow}"
