"""What a scoped run gets of our tools: a narrower world, and none of the tools that could read past it."""

import pytest
from langchain_core.messages import ToolMessage
from langchain_core.messages.tool import tool_call

from agents.budget import Budget
from agents.contract import Agent, Limits
from agents.notebook import Notebook
from agents.offering import Placement, Run
from agents.toolbelt import Toolbelt
from tests.agents.company import NOW, asking
from tools.contract import Observation, Reading
from tools.custom import CUSTOM
from tools.declare import reads
from tools.scope import Scope, Scopes, sees

SHOP = (Scope("this channel", namespaces=("shop",)),)


@reads(needs=())
def kube_nodes() -> Observation:
    """Look at what may be seen."""
    return Observation(", ".join(name for name in ("shop", "payments") if sees("namespaces", name)))


def _belt(tool: Reading, scopes: Scopes) -> dict[str, object]:
    agent = Agent("incident", "x", "incident.md", (tool.name,))
    run = Run("run-1", asking(), agent, lambda: NOW, lambda _: Placement(), scopes)
    belt = Toolbelt(run, {tool.name: tool}, Notebook(lambda _: None), Budget(Limits()))
    return {one.name: one for one in belt.tools()}


async def _called(scopes: Scopes) -> str:
    tool = _belt(kube_nodes, scopes)["kube_nodes"]
    message = await tool.ainvoke(tool_call(name="kube_nodes", args={}, id="1") | {"type": "tool_call"})  # type: ignore[attr-defined] # a LangChain tool
    assert isinstance(message, ToolMessage)
    return message.text


async def test_a_tool_sees_within_the_scopes_of_its_run() -> None:
    """The thread it works in carries them, and what it read says that something was left out."""
    narrow, wide = await _called(SHOP), await _called(())

    assert "payments" not in narrow
    assert "scope of this channel" in narrow
    assert "shop, payments" in wide
    assert "scope of" not in wide


@pytest.mark.parametrize(("scopes", "there"), [((), True), (SHOP, False)])
def test_a_tool_that_is_not_ours_serves_no_scoped_run(scopes: Scopes, *, there: bool) -> None:
    """Nobody can say what it would read."""

    def dumped() -> Observation:
        """Read everything."""
        return Observation("everything")

    dumped.__module__ = f"{CUSTOM}.dumped"

    assert ("dumped" in _belt(reads(needs=())(dumped), scopes)) is there
