"""Which agent an ask is for: the one it names, else the one whose words it uses, else incident."""

import re
from collections.abc import Mapping

from agents.contract import Agent, Ask

DEFAULT = "incident"
_WORD = re.compile(r"[\w-]+")


def choose(roster: Mapping[str, Agent], ask: Ask) -> Agent:
    """Return the agent for an ask."""
    if ask.agent in roster:
        return roster[ask.agent]
    words = set(_WORD.findall(ask.text.lower()))
    best = max(roster.values(), key=lambda agent: len(words & set(agent.words)))
    return best if words & set(best.words) else roster[DEFAULT]
