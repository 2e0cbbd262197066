"""What the embedded engine does for delivery: triage the run or judge the pull request of the ask, then propose."""

import re
from collections.abc import Iterator, Sequence

from agents.contract import AskKind, Cited, Health
from agents.runbook.book import Runbook
from agents.runbook.case import Case
from agents.runbook.moves import Move
from agents.runbook.survey import survey
from agents.runbook.wording import cite, section, stopped
from tools.contract import Call

NEAR, WIDTH = 10, 160
"""Lines of the log that an answer shows, and characters of each."""
_REPOSITORY = r"(?P<repository>[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100})"
_RUN = re.compile(rf"{_REPOSITORY}/actions/runs/(?P<run>\d{{1,15}})")
_PULL = re.compile(rf"{_REPOSITORY}(?:/pull/|#| (?:pull(?: request)? |pr )?#?)(?P<pull>\d{{1,9}})\b", re.IGNORECASE)
_OF = re.compile(rf"(?:pull request|pr|pull)?\s*#?(?P<pull>\d{{1,9}}) (?:of|in) {_REPOSITORY}", re.IGNORECASE)
_NAMED = re.compile(rf"(?:^|\s)`?{_REPOSITORY}`?(?:\s+(?:on |branch )?`?(?P<branch>[\w./-]{{1,200}})`?)?")
_LINE = re.compile(r"^ *(?P<number>\d+) (?P<text>.*)$")
_WHICH = (
    "Which one? Give me the link of a run or of a pull request, or write `triage owner/repository [branch]` or "
    "`risk owner/repository#12`."
)

_ASKED = "It needs a yes; nothing has been changed."
_NEXT = {
    "github_merge_low_risk": "Where the policy allows that, it merges by itself if it still is green then; "
    "elsewhere it waits for a yes."
}


def deliver(case: Case, books: Sequence[Runbook]) -> Move:
    """Return the next move for delivery."""
    if case.ask.item or case.ask.kind is AskKind.OUTCOME:
        return survey(case, books)
    if not case.rounds:
        look = looked_for(_words(case))
        return Move(calls=(look,)) if look and look.tool in case.tools else Move(_WHICH)
    if case.has("conclude"):
        return Move("\n\n".join(filter(None, _answer(case))))
    return Move(calls=(*_remedies(case), _concluding(case)))


def looked_for(words: str) -> Call | None:
    """Return the reading that the words ask for, None if they name neither a run, a pull request nor a repository."""
    if run := _RUN.search(words):
        return Call("ci_triage", {"repository": run["repository"], "run": int(run["run"])})
    triaging = words.lower().startswith("triage")
    if not triaging and (pull := _PULL.search(words) or _OF.search(words)):
        return Call("change_risk", {"repository": pull["repository"], "pull": int(pull["pull"])})
    if named := _NAMED.search(words):
        return Call("ci_triage", {"repository": named["repository"], "branch": named["branch"] or ""})
    return None


def _words(case: Case) -> str:
    alert = case.ask.alert
    return " ".join((case.ask.text, alert.link, alert.resource) if alert else (case.ask.text,)).strip()


def _remedies(case: Case) -> Iterator[Call]:
    """Yield each remedy once: several jobs of a run are run again together."""
    seen = []
    for finding, evidence in case.findings():
        if finding.remedy and finding.remedy.tool in case.tools and finding.remedy not in seen:
            seen.append(finding.remedy)
            why = {"reason": finding.observed, "evidence": [evidence]}
            yield Call(finding.remedy.tool, {**finding.remedy.args, **why})


def _concluding(case: Case) -> Call:
    bad = any(finding.code != "change_risk_low" for finding, _ in case.findings())
    health = Health.UNHEALTHY if bad else Health.HEALTHY if case.looks else Health.UNKNOWN
    return Call("conclude", {"health": health.value, "unknowns": [stopped(one.words) for one in case.failures]})


def _answer(case: Case) -> Iterator[str]:
    yield " ".join(f"**{stopped(one.observation.headline)}** [{one.evidence}]" for one in case.looks)
    for finding, evidence in case.findings():
        yield cite(Cited(finding, evidence))
        yield _near(case, finding.pointer)
        if not finding.remedy:
            yield finding.advice
    for offer in case.offers:
        if offer.proposal:
            yield f"Proposed: {stopped(offer.proposal.preview.summary)} {_NEXT.get(offer.proposal.tool, _ASKED)}"
        else:
            yield f"I could not propose that: {stopped(offer.refused)}"
    yield section("Not known", (stopped(one.words) for one in case.failures))


def _near(case: Case, pointer: str) -> str:
    """Return the lines of the log around the one that a finding points to."""
    _, found, told = pointer.rpartition("line ")
    if not found or not told.isdigit():
        return ""
    lines = [line for look in case.looks for line in look.observation.text.splitlines() if _LINE.match(line)]
    near = sorted(lines, key=lambda line: abs(int(line.split()[0]) - int(told)))[:NEAR]
    return "```\n" + "\n".join(line[:WIDTH] for line in lines if line in near) + "\n```" if near else ""
