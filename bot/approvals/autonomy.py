"""The three stages of autonomy: what may happen without a person at each."""

from enum import StrEnum

from tools.contract import Risk


class Stage(StrEnum):
    """How far the team lets Infra go by itself."""

    ADVISE = "advise"  # nothing is changed
    ASSIST = "assist"  # low-risk changes that the policy names run by themselves
    ORCHESTRATE = "orchestrate"  # so does what belongs to a P3 or P4; P1 and P2 go to people


MINOR = frozenset({"P3", "P4"})
GRAVE = frozenset({"P1", "P2"})


def autonomous(stage: Stage, risk: Risk, severity: str) -> bool:
    """Tell whether a change the policy allows may run with nobody asked; an unknown severity counts as grave."""
    match stage:
        case Stage.ADVISE:
            return False
        case Stage.ASSIST:
            return risk is Risk.LOW
        case Stage.ORCHESTRATE:
            return risk is Risk.LOW or (severity in MINOR and risk is not Risk.HIGH)
