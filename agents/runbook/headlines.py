"""The first sentence of an answer: the cause, as one would say it to somebody who was just woken."""

import re

from agents.contract import Cited
from agents.diagnosis import CONCLUSIVE, Diagnosis
from agents.runbook.wording import claim, stopped
from agents.weighing import subject
from tools.contract import Role

FOLLOWED = "It followed this change: "

_SAYS = re.compile(r" says(?: of [^\s:,]+)?(?:, last [^:]*)?: (?P<words>.+) \(\d+ error lines?\)")
_CHANGED_IMAGE = re.compile(r"image: [^ ]+ → (?P<image>[^ ,;]+)")
_KINDS = {
    "crash_loop": "crashes again and again",
    "oom_killed": "is killed for using more memory than its limit (OOMKilled)",
    "probe_killed": "is killed by its liveness or startup probe",
    "missing_config": "cannot start: its configuration is missing",
    "bad_command": "cannot start: its command cannot be run",
    "unschedulable": "has pods that cannot be scheduled on any node",
}
"""What the plainest causes come to; any other is told in its reading's own first sentence."""
_RESOURCES = {
    "rds_cpu_saturated": "CPU saturation",
    "rds_cpu_credits_exhausted": "CPU credit exhaustion",
    "rds_storage_full": "storage exhaustion",
    "rds_storage_falling": "storage exhaustion",
    "rds_storage_ran_low": "storage exhaustion",
    "rds_connections_exhausted": "connection exhaustion",
    "rds_connections_refused": "connection exhaustion",
    "rds_iops_limit": "IOPS saturation",
    "rds_burst_exhausted": "IOPS saturation",
}
"""Causes that say which resource is used up; two of them at once are told together."""
_COUNT = {2: "Two", 3: "Three"}


def headline(diagnosis: Diagnosis) -> str:
    """Return one sentence: who, what, in its own words, and what came just before."""
    root = diagnosis.cause
    if root is None:
        return ""
    does = _KINDS.get(root.finding.code)
    if does is None:
        return f"{_together(diagnosis)}{claim(root.finding.observed)}"
    words = _own(diagnosis)
    said = f": {words}" if words else ""
    return stopped(f"{_who(root, diagnosis.trigger)}{_where(diagnosis)} {does}{said}")


def _together(diagnosis: Diagnosis) -> str:
    """Say that two resources of the same thing are used up at once, which have causes of their own."""
    root = diagnosis.cause
    sure = [one for one in (root, *diagnosis.own_words()) if one and one.finding.confidence >= CONCLUSIVE]
    used_up = list(dict.fromkeys(_RESOURCES[one.finding.code] for one in sure if one.finding.code in _RESOURCES))
    if root is None or len(used_up) < 2:  # noqa: PLR2004  one is no pair
        return ""
    name = subject(root).rpartition("/")[2]
    return f"{_COUNT.get(len(used_up), 'Several')} problems at once on {name}: {' and '.join(used_up)}. "


def telling(one: Cited) -> str:
    """Return what a log says in a finding of it; else the finding's own words."""
    said = claim(one.finding.observed)
    found = _SAYS.search(said)
    return found["words"].rstrip(".") if found else said


def _who(root: Cited, trigger: Cited | None) -> str:
    """Return the workload's name, with the image that was just rolled out if that is what set it off."""
    name = subject(root).rpartition("/")[2]
    changed = _CHANGED_IMAGE.search(claim(trigger.finding.observed, 400)) if trigger else None
    version = changed["image"].rpartition(":")[2].rstrip(".") if changed else ""
    return f"{name} {version}" if version else name


def _where(diagnosis: Diagnosis) -> str:
    """Say which namespace it is in, where another has a workload of the same name."""
    told = (diagnosis.cause, *diagnosis.symptoms, *diagnosis.supports, *diagnosis.healthy)
    every = {subject(one) for one in told if one}
    kind, _, place = subject(diagnosis.cause).partition("/") if diagnosis.cause else ("", "", "")
    namespace, _, name = place.partition("/")
    twins = {one for one in every if name and one.startswith(f"{kind}/") and one.endswith(f"/{name}")}
    return f" in {namespace}" if len(twins) > 1 else ""


def _own(diagnosis: Diagnosis) -> str:
    told = [one for one in (*diagnosis.own_words(), *_said_by(diagnosis)) if _SAYS.search(claim(one.finding.observed))]
    return telling(told[0]) if told else ""


def _said_by(diagnosis: Diagnosis) -> list[Cited]:
    """Return what else the cause's own subject says: a program that ends says why in its last life, as late as that."""
    root, late = diagnosis.cause, (one for one, _ in diagnosis.ruled_out if one.finding.role is Role.CAUSE)
    if root is None or root.finding.code != "crash_loop":
        return []
    return [one for one in (*diagnosis.symptoms, *late) if subject(one) == subject(root)]
