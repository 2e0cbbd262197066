"""An alert as every door hands it on: what it says, what makes it the same alert again, and its words."""

import hashlib
from dataclasses import dataclass

from agents.contract import Alert

LONGEST = 4000
"""Characters of an alert's text that are kept."""


@dataclass(frozen=True, slots=True)
class Received:
    """One alert that came in.

    Attributes:
        alert: What it says.
        key: The same for every message about the same trouble, firing or resolved.
        text: Its words, for people and for the run; untrusted.
        delivery: What makes this very message the same again, empty if the sender names nothing.
    """

    alert: Alert
    key: str
    text: str
    delivery: str = ""


def key_of(*parts: str) -> str:
    """Return a short name for what these parts tell apart; case and blanks around them tell nothing."""
    return hashlib.sha256("\n".join(part.strip().casefold() for part in parts).encode()).hexdigest()[:16]
