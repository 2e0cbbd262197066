"""Remedies for permissions that reach too far: everything on everything, functions that anybody may call."""

from __future__ import annotations

import json
import re

from tools.security.remedies.editing import again, with_value
from tools.security.remedies.finding import absent, declared, refers
from tools.security.remedies.remedy import CannotFix, Remedy, Target
from tools.security.remedies.source import Argument, Block, Files, blocks, resources

ADMINISTERING = ("account:*", "iam:*", "organizations:*")
"""What AWS's own PowerUserAccess leaves out:
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/PowerUserAccess.html"""

_EVERYTHING = re.compile(r'(?P<quote>"?)Action(?P=quote)(?P<sign>\s*[=:]\s*)(?:\[\s*)?"\*(?::\*)?"(?:\s*\])?')


def less_than_everything(files: Files, target: Target) -> dict[str, str]:
    """Keep a policy from administering identities and the account; all other services stay allowed."""
    policy = declared(files, ("aws_iam_policy",), target.names)
    told = policy.argument("policy") if policy else None
    if policy is None or told is None:
        raise absent(files, ("aws_iam_policy",), target)
    statement = _statement(files, told)
    if statement:
        return _renamed(files, statement)
    text = _EVERYTHING.sub(_others, told.value)
    if text == told.value:
        raise CannotFix(
            f"I find no statement in {target.name} that allows every action: look at how it is put together."
        )
    return with_value(files, policy, told, text)


def own_account_only(files: Files, target: Target) -> dict[str, str]:
    """Let only the own account invoke a function that anybody may."""
    function = declared(files, ("aws_lambda_function",), target.names)
    for one in resources(files, "aws_lambda_permission"):
        name, who = one.argument("function_name"), one.argument("principal")
        ours = name and ((function and refers(name, function)) or (name.literal in target.names))
        if ours and who and who.literal == "*" and not target.account:
            raise CannotFix(f"Nothing says whose account {target.name} is in: put that in place of the principal *.")
        if ours and who and who.literal == "*":
            return with_value(files, again(files, one), who, json.dumps(target.account))
    raise CannotFix(f"No permission of {target.name} in the Terraform names everybody: look for one made by hand.")


def _statement(files: Files, told: Argument) -> tuple[Block, Block, Argument] | None:
    """Return the statement of a policy document that allows every action, its document and the argument."""
    for document in blocks(files):
        if document.kind != "data" or document.address not in told.value:
            continue
        for statement in document.inner("statement"):
            actions = statement.argument("actions")
            if actions and '"*"' in actions.value and _allows(statement):
                return document, statement, actions
    return None


def _allows(statement: Block) -> bool:
    effect = statement.argument("effect")
    return effect is None or effect.literal == "Allow"


def _renamed(files: Files, found: tuple[Block, Block, Argument]) -> dict[str, str]:
    """Turn `actions = ["*"]` into `not_actions`, the other arguments of its run aligned anew."""
    _, statement, actions = found
    width = max(len(one.name) for one in statement.arguments if one.name != "actions") if statement.arguments[1:] else 0
    edited = dict(files)
    text = edited[statement.file].encode()
    value = json.dumps(list(ADMINISTERING))
    for one in reversed(statement.arguments):
        name, told = ("not_actions", value) if one == actions else (one.name, one.value)
        line = f"{name.ljust(max(width, len('not_actions')))} = {told}"
        text = text[: one.start] + line.encode() + text[one.end :]
    return {**edited, statement.file: text.decode()}


def _others(found: re.Match[str]) -> str:
    quote = found["quote"]
    sign = f" {found['sign'].lstrip()}" if found["sign"].startswith("  ") else found["sign"]
    return f"{quote}NotAction{quote}{sign}{json.dumps(list(ADMINISTERING))}"


PERMISSIONS = (
    Remedy(
        ("IAM.1",),
        "Keep {name} from administering identities and the account",
        "Whoever manages users, roles or the organization with it; every other service stays allowed. Narrow it "
        "further by what its users really call (IAM Access Analyzer generates that policy from CloudTrail).",
        less_than_everything,
    ),
    Remedy(
        ("Lambda.1",),
        "Let only the own account invoke {name}",
        "Callers in other accounts, and services that call it without a permission of their own.",
        own_account_only,
    ),
)
