"""Which agent an ask is for: the one it names, else the thread's, else the one whose words it uses, else incident."""

import re
from collections.abc import Iterable, Mapping, Sequence

from agents.contract import Agent, Ask, Speaker, Turn

DEFAULT, DELIVERY = "incident", "delivery"
RUN = "/actions/runs/"
"""In the address of a workflow run; an alert that leads to one is about a pipeline, whatever it is called."""
_WORD = re.compile(r"[\w-]+")


def choose(roster: Mapping[str, Agent], ask: Ask, transcript: Sequence[Turn] = ()) -> Agent:
    """Return the agent for an ask in a thread with this transcript."""
    for name in (ask.agent, *_speakers(ask, transcript)):
        if name in roster:
            return roster[name]
    if ask.alert:  # its words are whoever's named it: a service may be called documents, or security
        return roster[DELIVERY if RUN in ask.alert.link and DELIVERY in roster else DEFAULT]
    words = set(_WORD.findall(ask.text.lower()))
    best = max(roster.values(), key=lambda agent: len(words & set(agent.words)))
    return best if words & set(best.words) else roster[DEFAULT]


def _speakers(ask: Ask, transcript: Sequence[Turn]) -> Iterable[str]:
    """Yield who may hear it: whoever proposed what it is the outcome of, then whoever spoke last."""
    said = [turn for turn in reversed(transcript) if turn.speaker is Speaker.AGENT]
    for turn in said:
        if ask.outcome and turn.report and ask.outcome.proposal_id in turn.report.proposals:
            yield turn.author
    yield from (turn.author for turn in said)
