"""Our tools as LangChain's: readings are taken, redacted and numbered; a change becomes a proposal and nothing more."""

import asyncio
import contextvars
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import ParamSpec, TypeAlias, TypeVar

from langchain_core.tools import BaseTool, StructuredTool

from agents.budget import Budget
from agents.closing import closing_tools
from agents.events import Step, StepState
from agents.notebook import Broken, Look, Misfit, Notebook, Offer, gist, masked
from agents.offering import Run, Wish, asked_for, key_of, proposal_of, wish_of
from agents.taint import read_from
from agents.titles import spelled, title_of
from agents.wrapping import failed, quoted, wrapped
from config.settings import settings
from tools.contract import Call, Change, JsonObject, Observation, Preview, Reading, Tool, ToolError
from tools.custom import is_guest
from tools.declare import checked, describe, schema_of
from tools.once import Memory, remembering
from tools.redact import redact
from tools.scope import Scopes, limits, within

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

Answered: TypeAlias = tuple[str, Look | Broken | Offer | Misfit]
"""What a tool message holds: words for the model, and the same as data for the embedded engine."""

READING_SECONDS = 20.0
"""Longer than any client's own time-outs and retries, so that this limit is the last resort."""

_threads = ThreadPoolExecutor(max_workers=32, thread_name_prefix="reading")


class Toolbelt:
    """The tools of one run."""

    def __init__(
        self,
        run: Run,
        tools: Mapping[str, Tool],
        notebook: Notebook,
        budget: Budget,
        *,
        seconds: float = READING_SECONDS,
    ) -> None:
        self._run = run
        self._tools = {
            name: tools[name] for name in run.agent.tools if name in tools and _kept(tools[name], run.scopes)
        }
        self._notebook = notebook
        self._budget = budget
        self._seconds = seconds
        self._one_at_a_time = asyncio.Lock()
        self._memory = Memory()

    def tools(self) -> list[BaseTool]:
        """Return the agent's tools, and those that end a run."""
        ours = [self._structured(tool) for tool in self._tools.values()]
        return [*ours, *closing_tools(self._notebook, self._run.now)]

    def _structured(self, tool: Tool) -> BaseTool:
        schema = schema_of(tool)

        async def call(**args: object) -> Answered:
            self._budget.step()
            wish = wish_of(args, schema) if isinstance(tool, Change) else Wish(args)
            try:
                fit = replace(wish, args=checked(tool, wish.args))
            except ToolError as error:
                return f"{_mask(str(error))} Call it again with arguments that fit.", Misfit(Call(tool.name, wish.args))
            return await (self._read(tool, fit.args) if isinstance(tool, Reading) else self._offer(tool, fit))

        return StructuredTool(
            name=tool.name,
            description=describe(tool),
            args_schema=schema if isinstance(tool, Reading) else asked_for(schema),
            coroutine=call,
            response_format="content_and_artifact",
        )

    async def _read(self, reading: Reading, args: JsonObject) -> Answered:
        evidence = self._notebook.next_id()
        call = Call(reading.name, args)
        self._tell(evidence, call, StepState.IN_PROGRESS)
        self._notebook.heard(read_from(evidence, call))
        try:
            seen: Observation = await self._in_thread(reading.seconds or self._seconds, self._remembered, reading, args)
        except ToolError as error:
            broke = Broken(call, _mask(str(error)))
            self._tell(evidence, call, StepState.ERROR, broke.why)
            return failed(evidence, broke), broke
        look = Look(evidence, call, masked(self._noted(seen), _mask))
        self._notebook.look(look)
        self._tell(evidence, call, StepState.COMPLETE, gist(look.observation))
        return wrapped(look, redact(seen.text).masked), look

    def _remembered(self, reading: Reading, args: JsonObject) -> Observation:
        """Take a reading; what another reading of this run has just fetched is not fetched again."""
        with remembering(self._memory):
            return reading.call(**args)

    def _noted(self, seen: Observation) -> Observation:
        """Say below a reading what was left out of it."""
        left_out = limits(self._run.scopes)
        return replace(seen, text=f"{seen.text}\n{left_out}") if left_out else seen

    async def _offer(self, change: Change, wish: Wish) -> Answered:
        async with self._one_at_a_time:
            try:
                return await self._offered(change, wish)
            except ToolError as error:
                call, refused = Call(change.name, wish.args), _mask(str(error))
                return f"{change.name} cannot be proposed:\n{quoted(refused)}", Offer(call, refused=refused)

    async def _offered(self, change: Change, wish: Wish) -> Answered:
        call, key = Call(change.name, wish.args), key_of(change, wish.args)
        if known := self._notebook.proposals.get(key):
            return f"{spelled(call)} is proposed already.", Offer(call, known)
        preview = await self._previewed(change, call)
        proposal = proposal_of(self._run, change, wish, preview, tuple(self._notebook.sources))
        self._notebook.propose(key, proposal)
        return f"Proposed: {proposal.preview.summary} Nothing is done yet: it waits for people.", Offer(call, proposal)

    async def _previewed(self, change: Change, call: Call) -> Preview:
        step = f"P{len(self._notebook.proposals) + 1}"
        self._rehearse(step, call, StepState.IN_PROGRESS)
        try:
            preview = await self._in_thread(self._seconds, change.preview, **call.args)
        except ToolError as error:
            self._rehearse(step, call, StepState.ERROR, _mask(str(error)))
            self._notebook.heard(read_from("dry run", call))
            raise
        self._rehearse(step, call, StepState.COMPLETE, _mask(preview.summary))
        return preview

    async def _in_thread(self, seconds: float, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a synchronous tool in a thread, in this task's context; a thread that overstays is left behind."""
        context = contextvars.copy_context()

        def called() -> T:
            with within(self._run.scopes):
                return function(*args, **kwargs)

        work = asyncio.get_running_loop().run_in_executor(_threads, lambda: context.run(called))
        try:
            return await asyncio.wait_for(work, seconds)
        except TimeoutError as error:
            raise ToolError(f"No answer within {seconds:g} s; try again, or look at something else.") from error
        except ToolError:
            raise
        except Exception as error:  # docs/decisions/0011: one reading that breaks must not fail the run
            log.exception("%s broke", function)
            raise ToolError(f"This reading broke ({type(error).__name__}); the others go on.") from error

    def _tell(self, step: str, call: Call, state: StepState, output: str = "") -> None:
        self._notebook.emit(Step(step, title_of(call), state, spelled(call), output, call))

    def _rehearse(self, step: str, call: Call, state: StepState, output: str = "") -> None:
        """Tell of a change by what it is so far, lest its check mark be taken for the change itself."""
        self._notebook.emit(Step(step, f"Dry run: {title_of(call)}", state, spelled(call), output, call))


def _kept(tool: Tool, scopes: Scopes) -> bool:
    """Tell whether a tool may serve a run: one that is not ours may read past our clients, and so past any scope.

    A reading of a source that no setting names is none.
    """
    there = not isinstance(tool, Reading) or not tool.source or bool(getattr(settings(), tool.source))
    return there and (not scopes or not is_guest(tool))


def _mask(text: str) -> str:
    return redact(text).text
