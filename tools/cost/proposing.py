"""From a saving to the pull request that makes it, or to what a person should do where no code declares the thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from tools.contract import Call, ToolError
from tools.cost.idle import Saving
from tools.cost.money import words
from tools.cost.retiring import Retired, retired
from tools.security.homes import Home, homes
from tools.security.remedies.arguments import with_values
from tools.security.remedies.finding import declared
from tools.security.remedies.source import Block, Files
from tools.terraform.pipeline import judge

LABEL = "cost"
BY_HAND: Mapping[str, str] = {
    "cost_idle_volume": (
        "keep its data with `aws ec2 create-snapshot --volume-id {0}`, wait until that is completed, "
        "then `aws ec2 delete-volume --volume-id {0}`"
    ),
    "cost_idle_address": "`aws ec2 release-address --allocation-id {0}`; the same address never comes back",
    "cost_idle_balancer": "`aws elbv2 delete-load-balancer --load-balancer-arn {0}`",
    "cost_idle_gateway": "`aws ec2 delete-nat-gateway --nat-gateway-id {0}`",
    "cost_old_snapshot": (
        "`aws ec2 modify-snapshot-tier --snapshot-id {0} --storage-tier archive`, which keeps its data for a quarter"
    ),
}
"""The safe commands, for what is in no code; {0} is the id."""
Code: TypeAlias = Callable[[Home], Files]
"""Reads the Terraform of a home."""


def remedy(one: Saving, code: Code) -> tuple[Call | None, str]:
    """Return the pull request that saves it, or what a person should do instead."""
    try:
        found = _place(one, code)
    except ToolError as why:
        return None, f"Its code was not read: {why} {_advice(one)}"
    if found is None:
        return None, f"No Terraform that I know declares it. {_advice(one)}"
    home, files, block = found
    try:
        return _pull_request(one, home, files, _edit(one, files, block)), ""
    except ToolError as why:
        return None, str(why)


def _place(one: Saving, code: Code) -> tuple[Home, Files, Block] | None:
    """Return where a thing is declared, None if it is nowhere."""
    for home in homes().home:
        files = code(home)
        if block := declared(files, one.types, one.names):
            return home, files, block
    return None


def _edit(one: Saving, files: Files, block: Block) -> Retired:
    """Return what to change: an argument where something smaller would do, the whole of it where nothing is needed."""
    name, value = one.argument
    if not name:
        return retired(files, block)
    after = with_values(files, block, (one.argument,))
    changed: dict[str, str | None] = {path: text for path, text in after.items() if files.get(path) != text}
    return Retired(changed, f"Set {name} of {block.address} to {value.strip(chr(34))}", "")


def _pull_request(one: Saving, home: Home, files: Files, edit: Retired) -> Call:
    """Return the pull request.

    Raises:
        ToolError: The code says so already, or the edit does not pass the checks.
    """
    if not edit.files:
        raise ToolError("Its Terraform says so already: apply it, or look for a change made by hand.")
    left = {path: text for path, text in {**files, **edit.files}.items() if text is not None}
    if new := judge(left).faults - judge(files).faults:
        raise ToolError(f"The edit I would make does not pass the checks ({min(new)}); a person has to write it.")
    note = f"\n\n**What to know.** {edit.note}" if edit.note else ""
    saved = f"Saves {words(one.monthly * edit.share)}" if edit.share else f"Leads to saving {words(one.monthly)}"
    body = f"{saved} a month.\n\n**Evidence.** {one.evidence}\n\n**Risk.** {one.risk}{note}\n"
    args = {"repository": home.repository, "title": edit.title[:200], "body": body, "files": edit.files}
    return Call("github_pull_request", {**args, "labels": [LABEL], "reviewers": list(homes().reviewers)})


def _advice(one: Saving) -> str:
    if one.argument[0]:
        return f"Set {one.argument[0]} to {one.argument[1]} where it is made."
    return f"Ask its owner, then by hand: {BY_HAND[one.code].format(one.names[0])}."
