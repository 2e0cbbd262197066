"""Choose the lines of a log that explain a failure: the reasons first, each with what belongs to it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tools.ci.lines import template
from tools.ci.log import Hit, JobLog, Step

MOST = 60
_FRAME = 100.0
"""Weight of the lines that frame the failure: the job, the step and the error that ended it."""
_AGAIN, _FADES = 0.72, 0.06
"""What a sign is worth when its like was seen before, and what a line loses with each line of distance."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A hit with what it is worth in this log."""

    hit: Hit
    worth: float


def excerpt(log: JobLog, step: Step, scored: Iterable[Scored]) -> tuple[tuple[int, str], ...]:
    """Return at most 60 lines with their numbers, in order."""
    weights: dict[int, float] = {}
    texts = {**step.tail, **step.around, **step.command}
    for one in scored:
        texts[one.hit.number] = one.hit.text
        _spread(weights, texts, one)
    _frame(weights, texts, log, step)
    told = [number for number in weights if texts.get(number, "").strip()]
    best = sorted(told, key=lambda number: (-weights[number], number))[:MOST]
    return tuple((number, texts[number]) for number in sorted(best))


def score(hits: Iterable[Hit], fresh: frozenset[str] | None = None) -> list[Scored]:
    """Return what each hit is worth: the first of its like most; `fresh` are templates the last green run lacks."""
    likes: Counter[object] = Counter()
    scored = []
    for hit in hits:
        like, kind = template(hit.text), max(hit.signs, key=lambda sign: sign.weight)
        fade = _AGAIN ** likes[like] * (0.96 if kind.lasting else 0.9) ** likes[kind.pattern]
        likes.update((like, kind.pattern))
        known = 0.5 if fresh is not None and like not in fresh else 1.0
        scored.append(Scored(hit, kind.weight * max(fade, 0.1) * known))
    return scored


def _spread(weights: dict[int, float], texts: dict[int, str], one: Scored) -> None:
    """Give a hit its worth, and its neighbors a share that fades with the distance."""
    number = one.hit.number
    before, after = max(s.before for s in one.hit.signs), max(s.after for s in one.hit.signs)
    weights[number] = max(weights.get(number, 0), one.worth)
    for other in range(number - before, number + after + 1):
        if other in texts and other != number:
            share = one.worth * (0.8 - _FADES * abs(other - number))
            weights[other] = max(weights.get(other, 0), share)


def _frame(weights: dict[int, float], texts: dict[int, str], log: JobLog, step: Step) -> None:
    if log.job:
        texts[log.job_line] = f"Complete job name: {log.job}"
        weights[log.job_line] = _FRAME
    for place, number in enumerate(step.command):
        weights[number] = _FRAME if place == 0 else 6.4 - 0.3 * place
    for number in list(step.errors)[-2:]:
        weights[number] = _FRAME
    for place, number in enumerate(sorted(step.tail, reverse=True)):
        weights[number] = max(weights.get(number, 0), 5.2 - 0.15 * place)
