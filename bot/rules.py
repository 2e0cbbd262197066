"""The policy meets the tools and services there are."""

from bot.approvals.explaining import Explainer, arguments_of
from bot.live import LivePolicy
from tools import CATALOGUE
from tools.contract import Change, Risk
from tools.knowledge.services import services
from tools.mcp.mounting import AWAY


def changes() -> dict[str, tuple[str, ...]]:
    """Return the names of the changes there are, and those of their arguments."""
    return {name: arguments_of(CATALOGUE[name]) for name in risks()}


def risks() -> dict[str, Risk]:
    """Return how much each change could hurt, as its author declared."""
    return {tool.name: tool.risk for tool in CATALOGUE.values() if isinstance(tool, Change)}


def awaited() -> tuple[str, ...]:
    """Return how the names of tools begin that are not there yet: those of MCP servers that have not answered."""
    return tuple(f"{name}_" for name in AWAY)


def explainer(policy: LivePolicy) -> Explainer:
    """Return what explains this policy's decisions."""
    return Explainer(lambda: policy.current, CATALOGUE, _environments)


def _environments() -> set[str]:
    return {service.environment for service in services().values()}
