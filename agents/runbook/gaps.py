"""What could not be read and matters: a name that was only guessed, or that another system gave, is no gap."""

from collections.abc import Sequence

from agents.runbook.case import Case, Failure

GUESSED = ("There is no RDS instance", "There is no alarm", "No alarm has")
"""How readings say that a name is not there; names in an alert of another system seldom are."""


def failures(case: Case) -> Sequence[Failure]:
    """Return the failed readings worth telling; all of them where nothing else of AWS could be read."""
    told = [one for one in case.failures if not any(sign in one.words for sign in GUESSED)]
    others = any(look.call.tool.startswith("aws_rds") for look in case.looks)
    named = [one for one in case.failures if one.call.tool.startswith("aws_rds") and one not in told]
    return told if others else [*told, *named]
