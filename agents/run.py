"""An ask becomes a run's events; the only file that knows LangChain's stream."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from langchain.agents import create_agent
from langchain_core.messages import AIMessage, BaseMessage
from langgraph.errors import GraphRecursionError

from agents.budget import Budget, LimitReached
from agents.charting import pictures
from agents.choose import choose
from agents.citations import remarks, verified
from agents.contract import Agent, Ask, Ending, Report, Turn
from agents.conversation import messages_for
from agents.events import Began, Ended, RunEvent, Said, Usage
from agents.models.chain import Chain, ModelDown
from agents.models.fallback import Fallback
from agents.models.runbook import RunbookChat
from agents.notebook import Notebook
from agents.offering import Placement, Run
from agents.partial import so_far
from agents.pasted import advice
from agents.taint import told_by
from agents.toolbelt import Toolbelt
from tools.contract import JsonObject, Tool
from tools.scope import Scopes, limits

log = logging.getLogger(__name__)

PROMPTS = Path(__file__).parent / "prompts"


def nowhere(_args: JsonObject) -> Placement:
    """Place a target where no catalogue knows it."""
    return Placement()


async def everywhere(_ask: Ask) -> Scopes:
    """Let a run see everything, where nothing else was said."""
    return ()


class LangChainRunner:
    """Runs asks. One for a process: the chain's breakers are shared by all runs."""

    def __init__(
        self,
        roster: Mapping[str, Agent],
        tools: Mapping[str, Tool],
        chain: Chain,
        *,
        placed: Callable[[JsonObject], Placement] = nowhere,
        scoped: Callable[[Ask], Awaitable[Scopes]] = everywhere,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._roster = roster
        self._tools = tools
        self._chain = chain
        self._placed = placed
        self._scoped = scoped
        self._now = now

    async def __call__(self, run_id: str, ask: Ask, transcript: Sequence[Turn]) -> AsyncIterator[RunEvent]:
        """Run the ask; cancelling or closing the iteration ends the run and everything it waits for."""
        events: asyncio.Queue[RunEvent | None] = asyncio.Queue()
        scopes = await self._scoped(ask)
        run = Run(run_id, ask, choose(self._roster, ask, transcript), self._now, self._placed, scopes)
        thinking = asyncio.create_task(_Thought(run, self._tools, self._chain, events.put_nowait).think(transcript))
        thinking.add_done_callback(lambda _: events.put_nowait(None))
        try:
            while (event := await events.get()) is not None:
                yield event
            await thinking
        finally:
            thinking.cancel()
            await asyncio.wait([thinking])


class _Thought:
    """One run in progress."""

    def __init__(self, run: Run, tools: Mapping[str, Tool], chain: Chain, emit: Callable[[RunEvent], None]) -> None:
        self._run = run
        self._emit = emit
        self._began = time.monotonic()
        self._answer = ""
        self._message = ""
        self._notebook = Notebook(emit)
        self._budget = Budget(run.agent.limits)
        self._fallback = Fallback(chain, self._budget, self._told)
        self._tools = Toolbelt(run, tools, self._notebook, self._budget).tools()

    async def think(self, transcript: Sequence[Turn]) -> None:
        """Run to the end, whatever end that is."""
        told = " ".join(one for one in (self._fallback.note, limits(self._run.scopes)) if one)
        self._emit(Began(self._run.id, self._run.agent.name, self._fallback.using.name, told))
        self._notebook.heard(*told_by(self._run.ask, transcript))
        try:
            async with asyncio.timeout(self._run.agent.limits.seconds):
                await self._converse(messages_for(self._run.ask, transcript, self._run.now(), self._run.agent.name))
        except TimeoutError:
            self._cut(Ending.LIMIT, f"The run has used all of its {self._run.agent.limits.seconds:g} seconds.")
        except LimitReached as limit:
            self._cut(Ending.LIMIT, str(limit))
        except GraphRecursionError:
            self._cut(Ending.LIMIT, "The run has taken all of its steps.")
        except ModelDown as down:
            self._cut(Ending.FAILED, str(down))
        else:
            self._finish()

    async def _converse(self, messages: list[BaseMessage]) -> None:
        agent: Any = create_agent(
            RunbookChat(),  # never called: the middleware names the model of each call
            self._tools,
            system_prompt=(PROMPTS / self._run.agent.prompt).read_text("utf-8"),
            middleware=[self._fallback],
        )
        config = {"recursion_limit": 4 * self._run.agent.limits.steps + 8}
        async for mode, chunk in agent.astream({"messages": messages}, config, stream_mode=["messages", "updates"]):
            match mode, chunk:
                case "messages", (AIMessage() as part, _):
                    self._heard(part)
                case "updates", {"model": {"messages": [*_, AIMessage() as message]}}:
                    self._answer = "" if message.tool_calls else message.text.strip()

    def _heard(self, part: AIMessage) -> None:
        self._fallback.heard()
        if part.text:
            new = bool(self._message) and part.id != self._message
            self._message = part.id or self._message
            self._emit(Said(f"\n\n{part.text}" if new else part.text))

    def _told(self, sentence: str) -> None:
        self._say(f"_{sentence}_")
        self._message = "told"

    def _say(self, words: str) -> None:
        self._emit(Said(f"\n\n{words}\n\n" if self._message else f"{words}\n\n"))

    def _finish(self) -> None:
        known = {look.evidence for look in self._notebook.looks}
        conclusion = self._notebook.conclusion = verified(self._notebook.conclusion, known)
        for note in filter(None, (remarks(self._answer, conclusion, known), advice(self._run.ask))):
            self._emit(Said(f"\n\n{note}"))
            self._answer = f"{self._answer}\n\n{note}"
        for picture in pictures(self._notebook.looks, conclusion, self._answer):
            self._emit(picture)
        self._end(self._notebook.ending(), self._notebook.report(self._answer))

    def _cut(self, ending: Ending, why: str) -> None:
        """End honestly: say why, and what was found until then."""
        report = self._notebook.report(so_far(why, self._notebook.findings()))
        self._say(report.answer)
        self._end(ending, report)

    def _end(self, ending: Ending, report: Report) -> None:
        budget, seconds = self._budget, time.monotonic() - self._began
        model, readings = self._fallback.using.name, len(self._notebook.looks)
        usage = Usage(model, budget.input_tokens, budget.output_tokens, readings, round(seconds, 3))
        self._emit(Ended(ending, report, usage))
