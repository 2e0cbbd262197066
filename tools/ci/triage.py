"""Say why a job failed, from its log: the step, the lines that explain it, what kind of failure, and how surely."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tools.ci.excerpt import Scored, excerpt, score
from tools.ci.lines import clean, template
from tools.ci.log import Step, Told, read_log
from tools.ci.signs import Category, seen
from tools.redact import redact

_NEAR = 60
"""Lines between a failed test and the words of its reason, as its runner prints them."""
_COMMANDS = (
    (
        Category.LINT,
        0.8,
        re.compile(r"lint|prettier|\bruff\b|\bblack\b|flake8|clippy|\bfmt\b|format|pre-commit|shellcheck"),
    ),
    (Category.COMPILE, 0.4, re.compile(r"\btsc\b|\bmypy\b|type-?check|pyright|\bbuild\b|compile|cmake|\bmake\b")),
    (Category.TEST, 0.4, re.compile(r"\btests?\b|pytest|\bjest\b|vitest|ctest|rspec")),
    (
        Category.DEPENDENCY,
        0.4,
        re.compile(r"\b(?:npm|pnpm|yarn|pip|bundle|poetry|uv) (?:ci|install|sync|audit)\b|audit"),
    ),
)
_ALONE, _TELLING = 4.0, 9.0
"""What one category is ahead by where there is no other, and the weight from which words hardly mean anything else."""
_OUTSIDE = frozenset({Category.NETWORK, Category.RESOURCES, Category.TIMEOUT, Category.PERMISSION})


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a log says about a failure.

    Attributes:
        job: Name of the job; empty if the log does not tell.
        step: What the failing step runs.
        category: What kind of failure it is.
        confidence: 0 to 1, of the category.
        reason: The line that says it best, redacted, and its number; empty and 0 if none does.
        excerpt: At most 60 lines with their numbers, redacted.
        lines: How many lines the log has.
        known: Sentences: what is established.
        unknown: Sentences: what is not.
    """

    job: str
    step: str
    category: Category
    confidence: float
    reason: str
    reason_line: int
    excerpt: tuple[tuple[int, str], ...]
    lines: int
    known: tuple[str, ...]
    unknown: tuple[str, ...]


def triage(lines: Iterable[str], *, green: frozenset[str] | None = None, failed: Iterable[Told] = ()) -> Diagnosis:
    """Say why a job failed.

    Args:
        lines: The job's log as GitHub Actions stores it.
        green: Templates of suspicious lines in the last green run (see `suspicious`): what is there too is no reason.
        failed: The steps that failed the job, if GitHub tells; a step that may fail leaves errors in the log, too.
    """
    log = read_log(lines)
    step = log.failing(failed) or Step("", 1)
    fresh = None if green is None else frozenset(template(hit.text) for hit in step.all_hits) - green
    scored = score(step.all_hits, fresh)
    category, confidence, root = _judged(step, scored)
    reason = redact(root.hit.text.removeprefix("##[error]").strip()).text if root else ""
    number = root.hit.number if root else 0
    known, unknown = _told(step, category, reason, number, green=green)
    return Diagnosis(
        job=redact(log.job).text,
        step=redact(step.name).text,
        category=category,
        confidence=confidence,
        reason=reason,
        reason_line=number,
        excerpt=_masked(excerpt(log, step, scored)),
        lines=log.lines,
        known=known,
        unknown=unknown,
    )


def suspicious(lines: Iterable[str]) -> frozenset[str]:
    """Return the templates of a green run's lines that look like failures: they are none."""
    return frozenset(template(line) for line in map(clean, lines) if seen(line))


def _judged(step: Step, scored: Sequence[Scored]) -> tuple[Category, float, Scored | None]:
    """Return the category, how sure it is, and the hit that says so."""
    votes: dict[Category, tuple[float, Scored]] = {}
    tests = [one.hit.number for one in scored if any(s.category is Category.TEST for s in one.hit.signs)]
    for one in scored:
        for sign in one.hit.signs:
            if sign.category is None:
                continue
            worth = sign.weight + _placed(step, one, tests, sign.category)
            if worth > votes.get(sign.category, (0.0, one))[0]:
                votes[sign.category] = (worth, one)
    if not votes:
        return _unsigned(step, scored)
    first, *others = sorted(votes.items(), key=lambda item: -item[1][0])
    lead = first[1][0] - (others[0][1][0] if others else _ALONE)
    sure = 0.55 + 0.1 * lead + (0.1 if first[1][0] >= _TELLING else 0.0)
    return first[0], round(min(0.95, sure), 2), first[1][1]


def _placed(step: Step, one: Scored, tests: Sequence[int], category: Category) -> float:
    """Return what a hit's place adds: marked by the runner or near the end more; far from any failed test less."""
    last = max(step.errors, default=one.hit.number)
    added = 1.0 if one.hit.number in step.errors else 0.0
    added += _usual(step).get(category, 0.0)
    added += 0.4 if last - one.hit.number <= 2 * _NEAR else 0.0
    if tests and category in _OUTSIDE and min(abs(one.hit.number - at) for at in tests) > _NEAR:
        added -= 3.0  # some other test printed it, and it passed
    return added


def _usual(step: Step) -> dict[Category, float]:
    """Return what the command is for: a linter's findings are findings, whatever words they are made of."""
    told = " ".join((step.name, *step.command.values())).lower()
    return {category: added for category, added, words in _COMMANDS if words.search(told)}


def _unsigned(step: Step, scored: Sequence[Scored]) -> tuple[Category, float, Scored | None]:
    """Judge a step of which no tool's words are known: a gate that says its reason itself, or nobody knows."""
    best = max(scored, key=lambda one: one.worth, default=None)
    told = [text for text in step.errors.values() if not text.startswith("Process completed")]
    gate = any(line.strip().startswith("exit 1") for line in step.command.values())
    if told or gate:
        return Category.CONFIGURATION, 0.6, best
    if usual := _usual(step):
        return max(usual, key=lambda category: usual[category]), 0.4, best
    return Category.UNKNOWN, 0.2, best


def _told(
    step: Step, category: Category, reason: str, number: int, *, green: frozenset[str] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what is known and what is not, in sentences."""
    ended = next((redact(text).text for text in reversed(step.errors.values())), "")
    known = [f"The step “{redact(step.name).text}” failed: {ended.rstrip('.')}." if ended else ""]
    known += [f"Line {number} says: {reason}" if reason else ""]
    unknown = [
        "" if ended else "The log has no error mark of the runner; it may have been cut off.",
        "" if category is not Category.UNKNOWN else "No known tool says in it why it failed.",
        "" if green is not None else "There was no green run to compare with.",
    ]
    return tuple(filter(None, known)), tuple(filter(None, unknown))


def _masked(lines: Sequence[tuple[int, str]]) -> tuple[tuple[int, str], ...]:
    """Redact the lines together, as a key may span several; then numbers that no longer fit are 0."""
    texts = redact("\n".join(text for _, text in lines)).text.split("\n")
    if len(texts) == len(lines):
        return tuple(zip((number for number, _ in lines), texts, strict=True))
    return tuple((0, text) for text in texts)
