"""Who thinks. ROSTER names every agent."""

from agents.contract import Agent
from agents.incident import INCIDENT

ROSTER: dict[str, Agent] = {agent.name: agent for agent in (INCIDENT,)}
