"""From an issue to the pull request that ends it: the edit, judged as any Terraform is, and the words around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from tools.contract import Call
from tools.security.controls import control
from tools.security.homes import Home, Homes
from tools.security.live import Account
from tools.security.posture import Issue, short
from tools.security.remedies.catalogue import BY_HAND, REMEDIES
from tools.security.remedies.remedy import CannotFix, Target
from tools.security.remedies.source import Files
from tools.terraform.pipeline import judge

LABEL = "security-remediation"


@dataclass(frozen=True, slots=True)
class Remedied:
    """The edit.

    Attributes:
        files: The changed files, path → whole new text.
        does: What it does, one line.
        beware: Who could notice, one sentence.
    """

    files: dict[str, str]
    does: str
    beware: str


def proposed(issue: Issue, homes: Homes, code: Callable[[Home], Files]) -> Call:
    """Return the pull request that ends an issue.

    Args:
        issue: What is wrong.
        homes: Where Terraform is.
        code: Gives the Terraform of a home.

    Raises:
        ToolError: There is none; says what a person should do.
    """
    home = homes.of(issue.findings[0].account)
    if home is None:
        raise CannotFix(f"config/security.toml names no repository for account {issue.findings[0].account}.")
    if issue.control not in REMEDIES:
        raise CannotFix(by_hand(issue.control))
    fix = remedied(target_of(issue, home, homes.tags), code(home))
    named = replace(fix, does=REMEDIES[issue.control].does.format(name=issue.name))
    return pull_request(issue, named, home, homes.reviewers)


def by_hand(control_id: str) -> str:
    """Return what a person should do about a control that no edit ends."""
    return BY_HAND.get(control_id, f"I know no safe edit for {control_id}; a person has to decide.")


def remedied(target: Target, files: Files) -> Remedied:
    """Return the edit that ends what failed.

    Args:
        target: What failed.
        files: Terraform of its root module, path → text.

    Raises:
        CannotFix: No edit ends it safely; says what a person should do.
    """
    remedy = REMEDIES.get(target.control)
    if remedy is None:
        raise CannotFix(by_hand(target.control))
    after = remedy.fix(files, target)
    changed = {path: text for path, text in after.items() if files.get(path) != text}
    if not changed:
        raise CannotFix(f"The Terraform of {target.name} says so already: apply it, or look for a change made by hand.")
    if new := _new_failures(files, after):
        raise CannotFix(f"The edit I would make does not pass the checks ({new[0]}); a person has to write it.")
    return Remedied(changed, remedy.does.format(name=target.name), remedy.beware)


def target_of(issue: Issue, home: Home, tags: Mapping[str, str]) -> Target:
    """Return what to look for in the Terraform for an issue."""
    first = issue.findings[0]
    names = (short(issue.resource), *(name for one in issue.findings for name in one.names), issue.resource)
    return Target(
        control=issue.control,
        names=tuple(dict.fromkeys(names)),
        account=first.account,
        region=first.region,
        folder=f"{home.folder}/" if home.folder else "",
        trusted=tuple(str(network) for network in home.trusted if network.version == 4),  # noqa: PLR2004 - IPv4
        tags=tuple(sorted(tags.items())),
        live=Account(),
    )


def pull_request(issue: Issue, fix: Remedied, home: Home, reviewers: tuple[str, ...]) -> Call:
    """Return the change that proposes the edit."""
    args: dict[str, object] = {
        "repository": home.repository,
        "title": f"{fix.does} ({issue.control})"[:200],
        "body": _body(issue, fix),
        "files": fix.files,
        "labels": [LABEL],
        "reviewers": list(reviewers),
    }
    return Call("github_pull_request", args)


def _body(issue: Issue, fix: Remedied) -> str:
    known = control(issue.control)
    risk = f"\n\n**Risk today.** {known.risk}" if known else ""
    findings = "\n".join(f"- `{one.id}`" for one in issue.findings)
    return (
        f"{issue.sentence}{risk}\n\n**What changes.** {fix.does}.\n\n**Who could notice.** {fix.beware}\n\n"
        f"**Control.** {issue.control}, {issue.severity.word}, open since {issue.since:%Y-%m-%d}. Security Hub closes "
        f"what follows when the change is applied and the control is checked again:\n\n{findings}\n"
    )


def _new_failures(before: Files, after: Files) -> list[str]:
    """Return what the pipeline holds against the edit, and did not hold against the code before."""
    known = _details(tuple(sorted(before.items())))
    failed = [step for step in judge(after).steps if step.state == "failed"]
    return [detail for step in failed for detail in step.details or (step.name,) if _bare(detail) not in known]


@lru_cache(maxsize=16)
def _details(files: tuple[tuple[str, str], ...]) -> frozenset[str]:
    """Return what the pipeline says of code that is there; several edits start from the same."""
    return frozenset(_bare(detail) for step in judge(dict(files)).steps for detail in step.details)


def _bare(detail: str) -> str:
    """Return a sentence without the line it is about, which an edit moves."""
    return detail.split(": ", 1)[-1]
