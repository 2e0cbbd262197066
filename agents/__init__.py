"""Who thinks. ROSTER names every agent."""

from agents.capacity import CAPACITY
from agents.contract import Agent
from agents.cost import COST
from agents.delivery import DELIVERY
from agents.documentation import DOCUMENTATION
from agents.incident import INCIDENT
from agents.observability import OBSERVABILITY
from agents.provisioning import PROVISIONING
from agents.security import SECURITY

ROSTER: dict[str, Agent] = {
    agent.name: agent
    for agent in (INCIDENT, SECURITY, DELIVERY, COST, PROVISIONING, DOCUMENTATION, OBSERVABILITY, CAPACITY)
}
