"""The rule of a composite alarm: which alarms it is made of, and which states of theirs it fires on."""

import re
from dataclasses import dataclass

_TERM = re.compile(
    r"\b(?P<state>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:\"(?P<quoted>[^\"]+)\"|'(?P<single>[^']+)'|(?P<bare>[^\s()\"']+))\s*\)"
)
"""https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html: AlarmRule."""

_ARN = re.compile(r"^arn:[^:]+:cloudwatch:[^:]*:\d*:alarm:(?P<name>.+)$")


@dataclass(frozen=True)
class Term:
    """One alarm that a rule names, and the state that counts."""

    alarm: str
    state: str


def terms(rule: str) -> tuple[Term, ...]:
    """Return the alarms that a rule names, by name or ARN, in the rule's order, each once a state."""
    found = (
        Term(_name(each["quoted"] or each["single"] or each["bare"]), each["state"]) for each in _TERM.finditer(rule)
    )
    return tuple(dict.fromkeys(found))


def _name(said: str) -> str:
    """Return the name of an alarm that is named or given by its ARN."""
    arn = _ARN.match(said)
    return arn["name"] if arn else said
