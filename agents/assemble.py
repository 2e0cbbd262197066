"""Settings and tools become the runner; imported late, because LangChain takes seconds."""

from collections.abc import Mapping

from agents import ROSTER
from agents.contract import Runner
from agents.models.build import chain_of
from agents.offering import Placement
from agents.run import LangChainRunner
from config.settings import Settings
from tools.contract import JsonObject, Tool
from tools.knowledge.services import service_of


def make_runner(settings: Settings, tools: Mapping[str, Tool]) -> Runner:
    """Return the runner over the roster."""
    return LangChainRunner(ROSTER, tools, chain_of(settings), placed=placed)


def placed(args: JsonObject) -> Placement:
    """Place a change's target by the service catalogue; what is in no service has no environment either."""
    service = service_of(str(args.get("namespace", "")), str(args.get("deployment", "")))
    return Placement(service.name, service.environment) if service else Placement()
