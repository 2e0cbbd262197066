"""Words that ask for nothing get a word back, not an investigation."""

import re

from agents.contract import AskKind
from agents.runbook.case import Case
from agents.runbook.moves import Move

_TO_WHOM = r"(?:,? (?:you|a lot|so much|all|infra|there|team|everyone|job|work))*[ !.:)]*$"
_THANKS = re.compile(rf"^(?:many |ok(?:ay)?,? )?(?:thanks?|thx|ty|cheers|great|nice|perfect){_TO_WHOM}", re.IGNORECASE)
_HELLO = re.compile(rf"^(?:hi|hello|hey|good (?:morning|evening|afternoon)){_TO_WHOM}", re.IGNORECASE)
_HELP = re.compile(r"^(?:help|what can you do|who are you)\W*$", re.IGNORECASE)
_PEOPLE = frozenset({AskKind.MENTION, AskKind.SLASH, AskKind.MESSAGE})

HELP = (
    "Ask me what is wrong, for instance *why is checkout slow?* or *is anything wrong?* I look at alarms, metrics, "
    "logs, databases and Kubernetes, say what I find with the evidence, and propose a fix. "
    "*scale checkout to 5*, *restart checkout* and *roll back checkout* become proposals too. "
    "Nothing changes before the right people say yes."
)


def reply(case: Case) -> Move | None:
    """Return the answer to small talk, None if the ask is more than that."""
    if case.ask.kind not in _PEOPLE:
        return None
    text = case.ask.text.strip()
    if _THANKS.match(text):
        return Move("You're welcome.")
    return Move(HELP) if not text or _HELLO.match(text) or _HELP.match(text) else None
