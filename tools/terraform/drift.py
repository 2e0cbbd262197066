"""Drift: where what runs is not what the code says, and the pull request that makes the code say it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import StringConstraints

from tools.contract import Call, Finding, Observation, Role, ToolError
from tools.declare import reads
from tools.kube.fields import plural
from tools.terraform.drafts import Draft
from tools.terraform.filling import Decision
from tools.terraform.ground import Ground, ground, module_files
from tools.terraform.homes import Root, home
from tools.terraform.reconciling import reconciled
from tools.terraform.recorded import history
from tools.terraform.review import body_of, pull_request
from tools.terraform.running import PLAN_SECONDS
from tools.terraform.saved import make

FINDINGS = {
    "drift_changed": "A resource is not as the code says: somebody changed it by hand, or the code was never applied.",
    "drift_missing": "The code has a resource that is not there: deleted by hand, or never applied.",
    "drift_left": "A resource is there that the code does not have any more.",
    "drift_none": "What runs is what the code says.",
    "drift_unknown": "Whether a configuration has drifted could not be established.",
}

SHOWN = 80
"""Characters of a value that a sentence shows."""
_COMPUTED = frozenset({"id", "arn", "tags_all", "output"})
_NAMES = ("id", "identifier", "bucket", "name", "function_name")
AnyRoot = Annotated[str, StringConstraints(pattern=r"^([a-z0-9][a-z0-9._-]{0,62})?$")]


@dataclass(frozen=True, slots=True)
class Difference:
    """An attribute of a resource: what it really is, and what the code says; None where a value may not be shown."""

    attribute: str
    real: Any
    code: Any
    secret: bool = False

    def __str__(self) -> str:
        if self.secret:
            return f"`{self.attribute}` differs (its value is secret)"
        return f"`{self.attribute}` is {_short(self.real)}, the code says {_short(self.code)}"


@reads(needs=("sts:AssumeRole", "contents:read", "metadata:read"), seconds=2 * PLAN_SECONDS)
def terraform_drift(root: AnyRoot = "") -> Observation:
    """Plan every configuration (or one), and say what is not as the code says; a pull request reconciles it."""
    roots = home().root if not root else (home().named(root),)
    if not roots:
        raise ToolError("config/terraform.toml names no root, so drift cannot be looked for; add one.")
    findings = tuple(finding for each in roots for finding in _of_root(each))
    drifted = [one for one in findings if one.code in {"drift_changed", "drift_missing", "drift_left"}]
    unknown = sum(one.code == "drift_unknown" for one in findings)
    said = f"{plural(len(drifted), 'resource')} drifted in {plural(len(roots), 'configuration')}"
    said += f"; {unknown} could not be planned." if unknown else "."
    return Observation("\n".join([said, *(one.observed for one in findings)]), findings, said)


def _of_root(root: Root) -> list[Finding]:
    """Return what drifted in a root; one that cannot be planned does not stop the others."""
    try:
        told = make(root).told
    except ToolError as error:
        return [Finding("drift_unknown", f"root/{root.name}", str(error), "terraform plan", 0.9, Role.CONTEXT)]
    outside = {str(one.get("address")) for one in told.get("resource_drift", [])}
    found = [
        _finding(root, each, by_hand=str(each.get("address")) in outside)
        for each in told.get("resource_changes", [])
        if _action(each) not in {"no-op", "read"}
    ]
    clean = Finding(
        "drift_none", f"root/{root.name}", f"{root.name} has not drifted.", "terraform plan", 0.9, Role.HEALTHY
    )
    return found or [clean]


def _action(told: Mapping[str, Any]) -> str:
    actions = told.get("change", {}).get("actions", ["no-op"])
    return "replace" if len(actions) > 1 else str(actions[0])


def _finding(root: Root, told: Mapping[str, Any], *, by_hand: bool) -> Finding:
    address, kind = str(told.get("address")), str(told.get("type"))
    subject, pointer = f"terraform/{root.name}/{address}", f"plan of {root.name}, {address}"
    match _action(told):
        case "create":
            said = f"`{address}` is in the code and not there: deleted by hand, or never applied."
            return Finding("drift_missing", subject, said, pointer, 0.9, Role.CHANGE, advice=_applied(root))
        case "delete":
            said = f"`{address}` is there and not in the code any more."
            return Finding("drift_left", subject, said, pointer, 0.9, Role.CHANGE, advice=_applied(root))
    differences = tuple(different(told.get("change", {})))
    how = "changed outside of Terraform" if by_hand else "changed outside of Terraform, or the code was not applied"
    said = f"`{address}` was {how}: {'; '.join(map(str, differences)) or 'only in what AWS computes'}."
    remedy, advice = _remedied(root, address, differences)
    who = tuple(_who(kind, told.get("change", {}).get("before") or {}))
    return Finding("drift_changed", subject, said, pointer, 0.85, Role.CHANGE, None, who, remedy, advice)


def different(change: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield the attributes in which reality and code differ, those that only AWS computes left out."""
    real, code, unknown = (change.get(name) or {} for name in ("before", "after", "after_unknown"))
    secret = [change.get(name) or {} for name in ("before_sensitive", "after_sensitive")]
    for name in sorted(set(real) | set(code)):
        if real.get(name) != code.get(name) and name not in _COMPUTED and not unknown.get(name):
            hidden = any(isinstance(each, dict) and each.get(name) for each in secret)
            yield Difference(name, None if hidden else real.get(name), None if hidden else code.get(name), hidden)


def _who(kind: str, real: Mapping[str, Any]) -> Iterator[Call]:
    """Yield where to look for who changed it and when: CloudTrail and AWS Config, by what they know it by."""
    name = next((str(real[one]) for one in _NAMES if real.get(one)), "")
    if kind.startswith("aws_") and name:
        yield Call("aws_changes", {"resource": name[:255], "minutes": 1440})
    if recorded := history(kind, real):
        yield recorded


def _remedied(root: Root, address: str, differences: tuple[Difference, ...]) -> tuple[Call | None, str]:
    """Return the pull request that makes the code say what is real, or what a person should do."""
    if not differences or any(one.secret for one in differences):
        return None, _applied(root)
    repository = root.repository or home().repository
    with suppress(ToolError):
        there = _code(root, repository)
        real = {one.attribute: one.real for one in differences}
        files = reconciled(there, address, real)
        draft = _draft(root, repository, address, differences, files, there)
        if draft.judgement.passed:
            return pull_request(draft, body_of(draft, ())), ""
    return None, _applied(root)


def _draft(  # noqa: PLR0917 - what a pull request is made of
    root: Root,
    repository: str,
    address: str,
    differences: tuple[Difference, ...],
    files: Mapping[str, str],
    there: Mapping[str, str],
) -> Draft:
    decisions = tuple(
        Decision(one.attribute, _short(one.real), f"what it is; the code said {_short(one.code)}")
        for one in differences
    )
    title = f"Make {address} say what runs in {root.environment}"
    return Draft(repository, home().base, root.environment, title[:200], files, there, decisions=decisions)


def _code(root: Root, repository: str) -> Mapping[str, str]:
    """Return a root's Terraform as it is on the repository's base branch."""
    if not repository:
        raise ToolError("No repository is named for the root.")
    there: Ground = ground(repository, home().base, "")
    return module_files(repository, home().base, there, root.path)


def _applied(root: Root) -> str:
    return f"Ask me to `apply {root.name}`, which makes reality what the code says, or change the code by hand."


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
