"""What a model reads of a reading: bounded, numbered, and marked as data that nobody should take orders from."""

from agents.notebook import Look
from agents.titles import spelled
from tools.contract import Finding

WIDTH = 6000
"""Characters of one reading that a model sees; 30 readings stay well inside a 128 k context."""

_OPEN, _CLOSE = "<untrusted_data>", "</untrusted_data>"


def wrapped(look: Look, hidden: int = 0) -> str:
    """Return a reading as a model sees it: its id and call, its text as data, its findings."""
    lines = [f"[{look.evidence}] {spelled(look.call)}", _OPEN, _inert(bounded(look.observation.text)), _CLOSE]
    if hidden:
        lines.append(f"({hidden} secrets were masked in this text.)")
    if look.observation.findings:
        lines += ["Findings:", *(_inert(_line(finding)) for finding in look.observation.findings)]
    return "\n".join(lines)


def bounded(text: str, width: int = WIDTH) -> str:
    """Return head and tail of a long text, and say between them how much was cut."""
    if len(text) <= width:
        return text
    head = width * 2 // 3
    tail = width - head
    return f"{text[:head]}\n… {len(text) - width:,} characters cut here …\n{text[-tail:]}"


def _line(finding: Finding) -> str:
    remedy = f" Remedy: {spelled(finding.remedy)}." if finding.remedy else ""
    follow = f" Look next: {'; '.join(map(spelled, finding.leads_to))}." if finding.leads_to else ""
    since = f" Since {finding.since:%Y-%m-%d %H:%M:%S} UTC." if finding.since else ""
    told = f"- {finding.role} {finding.code} · {finding.subject}: {finding.observed}{since}"
    return f"{told} (confidence {finding.confidence:.2f}; {finding.pointer}){remedy}{follow}"


def _inert(text: str) -> str:
    """Keep data from closing its own quotation marks."""
    return text.replace(_CLOSE, "(/untrusted_data)").replace(_OPEN, "(untrusted_data)")
