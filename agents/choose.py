"""Which agent an ask is for: the one it names, else the thread's, else the one whose words it uses, else incident."""

import re
from collections.abc import Iterable, Mapping, Sequence

from agents.contract import Agent, Alert, Ask, Speaker, Turn

DEFAULT, DELIVERY, SECURITY = "incident", "delivery", "security"
FINDERS = frozenset({"securityhub", "guardduty"})
"""Sources of alerts that are security findings."""
RUN = "/actions/runs/"
"""In the address of a workflow run; an alert that leads to one is about a pipeline, whatever it is called."""
_WORD = re.compile(r"[\w-]+")


def choose(roster: Mapping[str, Agent], ask: Ask, transcript: Sequence[Turn] = ()) -> Agent:
    """Return the agent for an ask in a thread with this transcript."""
    for name in (ask.agent, *_speakers(ask, transcript)):
        if name in roster:
            return roster[name]
    if ask.alert:  # its words are whoever's named it: a service may be called documents, or security
        return roster[_alerted(ask.alert) if _alerted(ask.alert) in roster else DEFAULT]
    said = f" {' '.join(_WORD.findall(ask.text.lower()))} "
    used = {name: _points(said, agent) for name, agent in roster.items()}
    best = max(used, key=lambda name: used[name])
    return roster[best if used[best] else DEFAULT]


def _points(said: str, agent: Agent) -> int:
    """Return how much words point to an agent: several in a row say more than one."""
    if any(_says(said, words) for words in agent.unless):
        return 0
    return sum(len(_WORD.findall(words)) for words in agent.words if _says(said, words))


def _says(said: str, words: str) -> bool:
    """Tell whether words are said; `…` in them stands for any others."""
    parts = (re.escape(part.strip()) for part in words.split("…"))
    return re.search(f" {' (?:.* )?'.join(parts)} ", said) is not None


def _alerted(alert: Alert) -> str:
    """Return who looks into an alert: by where it comes from and leads to, not by what it is called."""
    if alert.source in FINDERS:
        return SECURITY
    return DELIVERY if RUN in alert.link else DEFAULT


def _speakers(ask: Ask, transcript: Sequence[Turn]) -> Iterable[str]:
    """Yield who may hear it: whoever proposed what it is the outcome of, then whoever spoke last."""
    said = [turn for turn in reversed(transcript) if turn.speaker is Speaker.AGENT]
    for turn in said:
        if ask.outcome and turn.report and ask.outcome.proposal_id in turn.report.proposals:
            yield turn.author
    yield from (turn.author for turn in said)
