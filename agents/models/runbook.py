"""The embedded runbook engine as a chat model: the same seat as any model, and nothing to reach over a network."""

import re
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any
from uuid import uuid4

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models.base import LanguageModelInput
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.tool import tool_call
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from agents.contract import AskKind
from agents.runbook.book import Runbook
from agents.runbook.case import Case, case_of
from agents.runbook.moves import Move
from agents.runbook.recovery import follow_up
from agents.runbook.renewing import renew
from agents.runbook.routines import ROUTINES
from agents.runbook.smalltalk import reply
from agents.runbook.survey import survey

_PARAGRAPH = re.compile(r"(?<=\n\n)")


class RunbookChat(BaseChatModel):
    """Reads the conversation, says what to do next. It keeps no state: the conversation holds all of it."""

    books: tuple[Runbook, ...] = ()
    recovery_seconds: float = 60.0
    at_hand: frozenset[str] = frozenset()

    @property
    def _llm_type(self) -> str:
        return "runbook"

    def bind_tools(
        self, tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool], **_: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Return the engine with these tools at hand."""
        names = frozenset(str(convert_to_openai_tool(tool)["function"]["name"]) for tool in tools)
        return self.model_copy(update={"at_hand": names})

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002 - the base class's signature
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002 - same
        **_: Any,
    ) -> ChatResult:
        move = self._move(messages)
        calls = [tool_call(name=call.tool, args=call.args, id=uuid4().hex) for call in move.calls]
        return ChatResult(generations=[ChatGeneration(message=AIMessage(move.text, tool_calls=calls))])

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        """Yield the words a paragraph at a time, then the calls."""
        message = self._generate(messages, stop, None, **kwargs).generations[0].message
        for paragraph in filter(None, _PARAGRAPH.split(message.text)):
            chunk = ChatGenerationChunk(message=AIMessageChunk(content=paragraph))
            if run_manager:
                await run_manager.on_llm_new_token(paragraph, chunk=chunk)
            yield chunk
        calls = message.tool_calls if isinstance(message, AIMessage) else []
        yield ChatGenerationChunk(message=AIMessageChunk(content="", tool_calls=calls, chunk_position="last"))

    def _move(self, messages: Sequence[BaseMessage]) -> Move:
        case: Case = case_of(messages, self.at_hand)
        if again := renew(case):
            return again
        if case.agent == "incident" and case.ask.kind in {AskKind.OUTCOME, AskKind.WAKE}:
            return follow_up(case, self.books, self.recovery_seconds)
        return reply(case) or ROUTINES.get(case.agent, survey)(case, self.books)
