"""Why a load balancer holds a target for unhealthy, by the reason code it gives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tools.contract import Role

FINDINGS = {
    "targets_check_wrong": "Targets answer their health check, but with a code (such as 404) that it does not want.",
    "targets_answer_errors": "Targets answer their health check with errors of their own (5xx).",
    "targets_late": "Targets do not answer their health check in time.",
    "targets_refuse": "A load balancer cannot connect to targets to check them.",
    "targets_unusable": "Targets are stopped, unreachable by address, or in a zone the load balancer does not serve.",
    "targets_unchecked": "The load balancer itself cannot check its targets: the trouble is AWS's.",
    "targets_starting": "Targets were just registered, or are just leaving, and are not judged yet.",
}


@dataclass(frozen=True)
class Reason:
    """What a reason code means.

    Attributes:
        code: The finding.
        means: What the targets do, as the rest of a sentence.
        role: What part it plays.
        sure: Confidence.
        advice: What a person could do.
        asks: Whether what the check asks is worth telling.
    """

    code: str
    means: str
    role: Role = Role.SYMPTOM
    sure: float = 0.8
    advice: str = ""
    asks: bool = False


_WRONG = Reason(
    "targets_check_wrong",
    "answer their health check otherwise than it wants",
    Role.CAUSE,
    0.86,
    "Compare the path and codes of the health check with what the program serves; mend the one that changed.",
    asks=True,
)
_ERRORS = Reason(
    "targets_answer_errors",
    "answer their health check with errors",
    advice="Read the log of the program for what fails in the path that the check asks.",
    asks=True,
)
_UNUSABLE = Reason("targets_unusable", "cannot be used")
_UNCHECKED = Reason("targets_unchecked", "could not be checked by the load balancer", Role.CAUSE, 0.7)
_STARTING = Reason("targets_starting", "are just coming or going", Role.CONTEXT, 0.6)

REASONS: Mapping[str, Reason] = {
    "Target.Timeout": Reason(
        "targets_late",
        "do not answer their health check in time",
        advice="See whether they are overloaded, and whether a security group lets the check through.",
        asks=True,
    ),
    "Target.FailedHealthChecks": Reason(
        "targets_refuse",
        "cannot be connected to, or do not answer properly",
        advice="See whether the program runs and listens on the port that the check asks.",
        asks=True,
    ),
    "Target.InvalidState": _UNUSABLE,
    "Target.IpUnusable": _UNUSABLE,
    "Target.NotInUse": _UNUSABLE,
    "Elb.InternalError": _UNCHECKED,
    "Elb.InitialHealthChecking": _STARTING,
    "Elb.RegistrationInProgress": _STARTING,
    "Target.DeregistrationInProgress": _STARTING,
}
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html"""

_CODES = re.compile(r"\[(\d{3})(?:,\s*\d{3})*\]")


def reason_of(told: Mapping[str, Any]) -> Reason | None:
    """Return what TargetHealth means; None if the target is healthy or is not checked at all."""
    reason = told.get("Reason", "")
    if reason == "Target.ResponseCodeMismatch":
        answered = _CODES.search(told.get("Description", ""))
        return _ERRORS if answered and answered[1].startswith("5") else _WRONG
    return REASONS.get(reason)
