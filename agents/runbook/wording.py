"""Sentences cut to what a tired person reads: whole sentences, short image names, evidence at the end."""

import re
from collections.abc import Iterable

from agents.contract import Cited

LONG, FULL = 260, 520
"""Characters of one claim in an answer, and of the cause; the reading itself has the rest."""

_REGISTRY = re.compile(
    r"\b(?:\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com|[a-z0-9-]+\.azurecr\.io|(?:[a-z]+\.)?gcr\.io|ghcr\.io|quay\.io|docker\.io)/"
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9`*])")


def cite(one: Cited, width: int = LONG) -> str:
    """Return a finding's sentence, cut to a claim's length, with its evidence."""
    said, name = claim(one.finding.observed, width), _name(one.finding.subject)
    return f"{said if name in said else f'{name}: {said}'} [{one.evidence}]"


def claim(text: str, width: int = LONG) -> str:
    """Return as many whole sentences as fit, at least the first; a first sentence that is too long is cut."""
    sentences = _SENTENCE.split(plain(text))
    kept = sentences[0]
    for sentence in sentences[1:]:
        if len(kept) + len(sentence) + 1 > width:
            break
        kept = f"{kept} {sentence}"
    return stopped(kept if len(kept) <= width else f"{kept[: width - 1].rstrip()}…")


def first(text: str) -> str:
    """Return the first sentence."""
    return stopped(_SENTENCE.split(plain(text))[0])


def plain(text: str) -> str:
    """Return the text on one line, image names without their registry."""
    return _REGISTRY.sub("", " ".join(text.split()))


def stopped(text: str) -> str:
    """Return the text as a sentence that ends."""
    text = text.strip()
    return text if not text or text.endswith((".", "!", "?", "…")) else f"{text}."


def section(title: str, lines: Iterable[str]) -> str:
    """Return a titled list, empty without lines."""
    items = list(dict.fromkeys(line for line in lines if line))
    return "\n".join([f"**{title}**", *(f"- {line}" for line in items)]) if items else ""


def _name(subject: str) -> str:
    """Return the short name of a workload, pod, database or log group; empty for a whole cluster or namespace."""
    kind, _, rest = subject.partition("/")
    return (
        rest.rpartition("/")[2] if kind in {"deployment", "statefulset", "daemonset", "pod", "rds", "log_group"} else ""
    )
