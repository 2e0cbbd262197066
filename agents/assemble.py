"""Settings and tools become the runner; imported late, because LangChain takes seconds."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from agents import ROSTER
from agents.contract import Agent, Ask
from agents.events import Runner
from agents.models.build import chain_of
from agents.placing import placed
from agents.run import LangChainRunner, everywhere
from config.settings import Settings
from tools.contract import Tool
from tools.custom import is_guest
from tools.scope import Scopes


def make_runner(
    settings: Settings,
    tools: Mapping[str, Tool],
    scoped: Callable[[Ask], Awaitable[Scopes]] = everywhere,
) -> Runner:
    """Return the runner over the roster; `scoped` says what a run may see."""
    return LangChainRunner(with_tools(ROSTER, tools), tools, chain_of(settings), placed=placed, scoped=scoped)


def with_tools(roster: Mapping[str, Agent], tools: Mapping[str, Tool]) -> dict[str, Agent]:
    """Return the roster in which every agent may also use the tools that are not ours."""
    own = tuple(name for name, tool in tools.items() if is_guest(tool))
    return {name: replace(agent, tools=(*agent.tools, *own)) for name, agent in roster.items()}
