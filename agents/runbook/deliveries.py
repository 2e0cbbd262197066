"""Plain orders about code, such as `merge pull request 8 of acme/checkout`: the engine proposes exactly that."""

import re

from agents.contract import AskKind
from agents.runbook.case import Case
from agents.runbook.moves import Move
from tools.contract import Call, JsonObject

_REPOSITORY = r"`?(?P<repository>[\w.-]+/[\w.-]*[\w-])`?"
_PULL = rf"(?:pull request|pr) #?(?P<pull>\d{{1,9}}) (?:of|in) {_REPOSITORY}"
_FILE = rf"`?(?P<path>[\w./-]+)`? (?:of|in) {_REPOSITORY}"
_TAIL = r"(?:[\s,]+label(?:ed)? (?P<label>[\w-]+))?(?:[\s,]+reviewed by (?P<reviewer>[\w-]+))?"
_ORDERS = tuple(
    (tool, re.compile(rf"(?:please |can you |could you |kindly )*{pattern}[\s.!?]*", re.IGNORECASE | re.DOTALL))
    for tool, pattern in (
        ("github_merge", rf"merge {_PULL}"),
        (
            "github_rerun",
            rf"(?:re-?run|retry) (?:the )?(?:failed jobs of )?run #?(?P<run>\d{{1,15}}) (?:of|in) {_REPOSITORY}",
        ),
        (
            "github_pull_request",
            rf"(?:change|set|write) {_FILE} to:?\s*```\n?(?P<content>.*?)\n?```{_TAIL}",
        ),
    )
)
_PEOPLE = frozenset({AskKind.MENTION, AskKind.SLASH, AskKind.MESSAGE})


def change_of(text: str) -> Call | None:
    """Return the change of a repository that the words order, None if they order none."""
    for tool, pattern in _ORDERS:
        if found := pattern.fullmatch(text.strip()):
            said = {name: value for name, value in found.groupdict().items() if value is not None}
            return Call(tool, _pull_request(said) if tool == "github_pull_request" else _numbers(said))
    return None


def deliver(case: Case) -> Move | None:
    """Return the next move for an order about code: look at it, propose it, say so; None if the ask is none."""
    change = change_of(case.ask.text) if case.ask.kind in _PEOPLE else None
    if change is None or change.tool not in case.tools:
        return None
    if not case.rounds:
        return Move(calls=tuple(look for look in (_look(change),) if look.tool in case.tools))
    if case.has("conclude"):
        return Move(_told(case))
    evidence = [look.evidence for look in case.looks]
    why: JsonObject = {"reason": f"Asked for: {_reason(change)}", "evidence": evidence}
    proposed = Call(change.tool, {**change.args, **why})
    return Move(calls=(proposed, Call("conclude", {"health": "unknown", "service": ""})))


def _numbers(said: dict[str, str]) -> JsonObject:
    return {name: int(value) if value.isdigit() else value for name, value in said.items()}


def _pull_request(said: dict[str, str]) -> JsonObject:
    path = said["path"]
    return {
        "repository": said["repository"],
        "title": f"Change {path}",
        "body": "Asked for in Slack, word for word; nobody has reviewed it yet.",
        "files": {path: f"{said['content']}\n"},
        "labels": [said["label"]] if "label" in said else [],
        "reviewers": [said["reviewer"]] if "reviewer" in said else [],
    }


def _look(change: Call) -> Call:
    repository = change.args["repository"]
    match change.tool:
        case "github_merge":
            return Call("github_pull", {"repository": repository, "pull": change.args["pull"]})
        case "github_rerun":
            return Call("github_run", {"repository": repository, "run": change.args["run"]})
        case _:
            return Call("github_files", {"repository": repository})


def _reason(change: Call) -> str:
    numbers = [str(value) for name, value in change.args.items() if name in {"pull", "run", "title"}]
    return f"{change.tool.removeprefix('github_').replace('_', ' ')} {' '.join(numbers)} of {change.args['repository']}"


def _told(case: Case) -> str:
    offer = case.offers[-1] if case.offers else None
    if offer and offer.proposal:
        return f"Proposed as you asked: {offer.proposal.preview.summary} It needs a yes; nothing has been changed."
    return f"I could not propose that: {offer.refused if offer else 'the arguments do not fit the tool.'}"
