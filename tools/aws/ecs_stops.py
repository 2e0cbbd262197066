"""Why ECS tasks stopped, by what ECS says of the task and of its containers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tools.aws.ecs_terms import short
from tools.contract import Call, Finding, Role

FINDINGS = {
    "ecs_image_pull": "ECS tasks cannot start because their image cannot be pulled.",
    "ecs_secret_missing": "ECS tasks cannot start because their secret, parameter or log group cannot be fetched.",
    "ecs_out_of_memory": "Containers of ECS tasks are killed for using more memory than they may.",
    "ecs_unhealthy": "ECS tasks are stopped because they fail their health check.",
    "ecs_exits": "The essential container of ECS tasks ends by itself with an error.",
    "ecs_not_started": "ECS tasks fail to start, for another reason.",
    "ecs_interrupted": "ECS tasks were stopped because AWS took their Spot capacity back.",
    "old_ecs_stop": "ECS tasks stopped with an error in the last hour, and the service has all its tasks again.",
}
OFTEN = 3
"""A service that has all its tasks and lost so many in an hour only has them for the moment."""


@dataclass(frozen=True)
class Reason:
    """A way for a task to end: what ECS says then, how sure that is a cause, and what a person could do.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
    """

    code: str
    says: re.Pattern[str]
    means: str
    sure: float
    advice: str


REASONS = (
    Reason(
        "ecs_image_pull",
        re.compile(r"CannotPull\w*|pull image manifest|manifest unknown|image .{0,80}not found", re.IGNORECASE),
        "cannot start: the image cannot be pulled",
        0.9,
        "See that the tag exists in the registry, and that the task may reach and read it.",
    ),
    Reason(
        "ecs_secret_missing",
        re.compile(r"ResourceInitializationError|unable to (?:pull|fetch|retrieve) secret", re.IGNORECASE),
        "cannot start: a secret, parameter or log group cannot be fetched",
        0.88,
        "See that it exists under the name in the task definition, and that the execution role may read it.",
    ),
    Reason(
        "ecs_out_of_memory",
        re.compile(r"OutOfMemory|out of memory", re.IGNORECASE),
        "are killed for want of memory",
        0.9,
        "Compare the task's memory with what it used before; raise it, or undo the change that made it grow.",
    ),
    Reason(
        "ecs_unhealthy",
        re.compile(r"failed (?:container|elb|\w+ )*health checks?|is unhealthy", re.IGNORECASE),
        "are stopped because they fail their health check",
        0.75,
        "Look at the log of what the check asks: is it late, or does it answer with errors?",
    ),
    Reason(
        "ecs_interrupted",
        re.compile(r"Spot.{0,20}interrupt|SpotInterruption|reclaimed", re.IGNORECASE),
        "were stopped because AWS took their Spot capacity back",
        0.7,
        "Run a base of tasks on demand: a capacity provider strategy with base and weight.",
    ),
)
_EXITS = Reason("ecs_exits", re.compile(""), "end by themselves with an error", 0.85, "Read the container's log.")
_NOT_STARTED = Reason("ecs_not_started", re.compile(""), "fail to start", 0.8, "Look at what ECS says of the task.")
_MEANT = re.compile(r"Scaling activity initiated by|Task stopped by user|deployment ", re.IGNORECASE)
"""How a stop reads that somebody or something wanted."""


def stopped(where: str, ended: Iterable[Any], *, whole: bool, leads: tuple[Call, ...] = ()) -> tuple[Finding, ...]:
    """Return why tasks stopped, the most frequent reason first.

    Args:
        where: The subject.
        ended: DescribeTasks' structures of tasks that stopped.
        whole: Whether the service has all its tasks all the same.
        leads: Where a container's own words are.
    """
    groups: dict[str, list[Any]] = defaultdict(list)
    by_code: dict[str, Reason] = {}
    for task in ended:
        if reason := reason_of(task):
            groups[reason.code].append(task)
            by_code[reason.code] = reason
    ranked = sorted(groups.items(), key=lambda one: (-len(one[1]), one[0]))
    return tuple(_finding(where, by_code[code], tasks, whole=whole, leads=leads) for code, tasks in ranked)


def reason_of(task: Any) -> Reason | None:
    """Return why a task stopped; None if that was meant."""
    said = _said(task)
    if found := next((one for one in REASONS if one.says.search(said)), None):
        return found
    if any(each.get("exitCode") for each in task.get("containers", [])) and not _MEANT.search(said):
        return _EXITS
    return _NOT_STARTED if task.get("stopCode") == "TaskFailedToStart" else None


def _finding(where: str, reason: Reason, tasks: Sequence[Any], *, whole: bool, leads: tuple[Call, ...]) -> Finding:
    over = whole and len(tasks) < OFTEN
    name, count = where.rpartition("/")[2], len(tasks)
    codes = {each["exitCode"] for task in tasks for each in task.get("containers", []) if each.get("exitCode")}
    with_code = f" (exit code {', '.join(map(str, sorted(codes)))})" if codes else ""
    told = f"{count} task{'s' if count > 1 else ''} of ECS service {name} {reason.means}{with_code}"
    return Finding(
        code="old_ecs_stop" if over else reason.code,
        subject=where,
        observed=f"{told}: {short(_said(tasks[0]))}",
        pointer="DescribeTasks, stoppedReason",
        confidence=0.5 if over else reason.sure,
        role=Role.CONTEXT if over else Role.CAUSE,
        since=min((each["stoppedAt"] for each in tasks if each.get("stoppedAt")), default=None),
        leads_to=leads,
        advice=reason.advice,
    )


def _said(task: Any) -> str:
    """Return all that ECS says of why: of the task, then of its containers."""
    parts = [task.get("stoppedReason", ""), *(each.get("reason", "") for each in task.get("containers", []))]
    return " ".join(dict.fromkeys(part for part in (one.strip() for one in parts) if part)) or task.get("stopCode", "")
