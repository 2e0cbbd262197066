"""The pull request that makes room: how much, where it is declared, and what to do where no edit helps."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from tools.capacity.classes import larger
from tools.capacity.outlook import Outlook
from tools.capacity.wording import told
from tools.contract import Call, ToolError
from tools.security.homes import Home, homes
from tools.security.remedies.arguments import with_values
from tools.security.remedies.finding import declared
from tools.security.remedies.source import Block
from tools.terraform.pipeline import judge

LABEL = "capacity"
ROOM_DAYS = 60
"""How long what is added should last, at the rate of the forecast."""
LEAST = 0.1
"""RDS takes no less than a tenth more:
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.ModifyingExisting.html"""
STEP_GIBIBYTES = 10
CLASS, QUOTE = "instance_class", '"'

ADVICE = {
    "disk": "Grow it where it is made, days ahead: while RDS optimizes grown storage (hours) it cannot be grown again.",
    "connections": "Find what holds connections, or pool them (RDS Proxy, PgBouncer); a larger class has more.",
    "cpu": "Look at what queries cost it, then at a larger class; changing the class restarts it.",
    "pvc": "Raise the storage that the claim requests to {wanted}Gi, where its StorageClass allows expansion.",
    "host": "Grow the volume beneath it (EBS: once in 6 hours, never smaller), then the file system; or remove files.",
    "quota": "Ask AWS for more now: an increase takes from minutes to several days.",
    "nodes": "Raise max_size of the node group, and see that subnets and quotas have room for it.",
}

NOTES = {
    "connections": "Twice the memory is twice the connections. Changing the class restarts the instance, in its "
    "maintenance window if nothing else is said; find out what holds connections before.",
    "cpu": "Twice the processors. Changing the class restarts the instance, in its maintenance window if nothing else "
    "is said; see what the queries cost before.",
    "disk": "Storage never gets smaller again. The instance serves on while it grows; for 6 hours it cannot again.",
    "nodes": "Nothing starts by itself: it is how far the group may grow when pods wait.",
    "quota": "AWS decides on the request, and may take days.",
}

Code: TypeAlias = Callable[[Home], Mapping[str, str]]
"""Reads the Terraform of a home."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a limit is declared: in resources of a type, in a nested block if `path` names one, as an argument."""

    type: str
    argument: str
    path: tuple[str, ...] = ()


def remedy(one: Outlook, code: Code) -> tuple[Call | None, str]:
    """Return the pull request that makes room for what is foreseen, or what a person should do."""
    advice = ADVICE.get(one.resource.kind, ADVICE[one.resource.what]).format(wanted=wanted(one))
    place = _place(one)
    if place is None:
        return None, advice
    try:
        for home in homes().home:
            if call := _pull_request(one, place, home, code(home)):
                return call, ""
    except ToolError as why:
        return None, f"{advice} {why}"
    return None, advice


def wanted(one: Outlook) -> int:
    """Return the limit that lasts ROOM_DAYS at the rate of the forecast, in the resource's unit."""
    need = max(one.resource.limit * (1 + LEAST), one.now + max(0.0, one.growth) * ROOM_DAYS)
    step = STEP_GIBIBYTES if one.resource.what == "disk" else 1
    return math.ceil(need / step) * step


def _place(one: Outlook) -> Place | None:
    match one.resource.what:
        case "disk" if one.resource.kind != "rds":
            return None
        case "disk":
            grows = bool(one.resource.grown)
            return Place("aws_db_instance", "max_allocated_storage" if grows else "allocated_storage")
        case "cpu" | "connections" if one.resource.sized:
            return Place("aws_db_instance", CLASS)
        case "nodes":
            return Place("aws_eks_node_group", "max_size", ("scaling_config",))
        case "quota":
            return Place("aws_servicequotas_service_quota", "value")
        case _:
            return None


def _pull_request(one: Outlook, place: Place, home: Home, files: Mapping[str, str]) -> Call | None:
    block = declared(files, (place.type,), (one.resource.code or one.resource.name,))
    if block is None or not _written(block, place):
        return None
    value = _value(one, block)
    if not value:
        return None
    edited = with_values(files, block, ((place.argument, value),), place.path)
    changed = {path: text for path, text in edited.items() if files.get(path) != text}
    if not changed or judge(edited).faults - judge(files).faults:
        return None
    title = f"Set {place.argument} of {block.address} to {value.strip(QUOTE)}"
    lasts = "" if one.resource.sized else f"It lasts {ROOM_DAYS} days at this rate. "
    body = f"{told(one)}\n\n**Why {value.strip(QUOTE)}.** {lasts}{NOTES[one.resource.what]}\n"
    args = {"repository": home.repository, "title": title, "body": body, "files": changed}
    return Call("github_pull_request", {**args, "labels": [LABEL], "reviewers": list(homes().reviewers)})


def _value(one: Outlook, block: Block) -> str:
    """Return what the argument becomes, as Terraform writes it; empty where nothing larger is known."""
    if not one.resource.sized:
        return str(wanted(one))
    written = block.argument(CLASS)
    bigger = larger(written.literal or "") if written else ""
    return bigger and f"{QUOTE}{bigger}{QUOTE}"


def _written(block: Block, place: Place) -> bool:
    """Tell whether the limit is written there, or not at all: what comes from elsewhere is changed there."""
    for kind in place.path:
        inner = block.inner(kind)
        if not inner:
            return False
        block = inner[0]
    found = block.argument(place.argument)
    return found is None or found.value.isdigit() or bool(found.literal)
