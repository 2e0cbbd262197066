"""Claims cite evidence: what cites nothing, or what was never read, is marked for the reader."""

import re
from collections.abc import Collection
from dataclasses import replace

from agents.notebook import Conclusion
from config.settings import settings

UNVERIFIED = "_Unverified: no reading of this run shows this cause._"
DOUBTFUL = "_Inconclusive: {:.0%} sure of this cause, where {:.0%} is asked for. Look at what is not known first._"
_CITED = re.compile(r"\[((?:E\d+)(?:\s*,\s*E\d+)*)\]")
_ID = re.compile(r"E\d+")
_DOUBT = 0.4


def cited_in(text: str) -> tuple[str, ...]:
    """Return the evidence ids a text cites, in order, each once."""
    return tuple(dict.fromkeys(one for group in _CITED.findall(text) for one in _ID.findall(group)))


def verified(conclusion: Conclusion, known: Collection[str]) -> Conclusion:
    """Return the conclusion with only evidence that exists; a cause without any loses its confidence."""
    shown = tuple(one.strip("[] ") for one in conclusion.evidence)
    kept = tuple(one for one in shown if one in known)
    if kept or not conclusion.cause:
        return replace(conclusion, evidence=kept)
    doubt = "No reading of this run shows the stated cause; treat it as a guess."
    return replace(
        conclusion,
        evidence=(),
        confidence=min(conclusion.confidence, _DOUBT),
        unknowns=(*conclusion.unknowns, doubt),
    )


def remarks(answer: str, conclusion: Conclusion, known: Collection[str]) -> str:
    """Return what the reader must be told of an answer's citations, Markdown; empty if all is well."""
    invented = [one for one in cited_in(answer) if one not in known]
    lines = [f"_{', '.join(invented)}: no such reading in this run._"] if invented else []
    if conclusion.cause and not conclusion.evidence:
        lines.append(UNVERIFIED)
    if conclusion.cause and conclusion.confidence < settings().infra_sure:
        lines.append(DOUBTFUL.format(conclusion.confidence, settings().infra_sure))
    return "\n".join(lines)
