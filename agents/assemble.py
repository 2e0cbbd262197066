"""Settings and tools become the runner; imported late, because LangChain takes seconds."""

from collections.abc import Mapping

from agents import ROSTER
from agents.contract import Runner
from agents.models.build import chain_of
from agents.placing import placed
from agents.run import LangChainRunner
from config.settings import Settings
from tools.contract import Tool


def make_runner(settings: Settings, tools: Mapping[str, Tool]) -> Runner:
    """Return the runner over the roster."""
    return LangChainRunner(ROSTER, tools, chain_of(settings), placed=placed)
