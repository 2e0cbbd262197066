"""A chat model that says what a test wrote down, in the same seat as any other."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models.base import LanguageModelInput
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.tool import invalid_tool_call, tool_call, tool_call_chunk
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from pydantic import Field

Line = AIMessage | Exception | Callable[[list[BaseMessage]], AIMessage]


class Hang(Exception):
    """Stands in a script for a model that never answers."""


class Cut(Exception):
    """Stands in a script for a stream that breaks after a few words."""


class Scripted(BaseChatModel):
    """Plays a script, one line a call; the last line repeats."""

    script: list[Any]
    heard: list[list[BaseMessage]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],  # noqa: ARG002 - a script knows its tools
        **_: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Return itself: the script knows its tools."""
        return self

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **_: Any,
    ) -> ChatResult:
        raise NotImplementedError

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002 - the base class's signature
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **_: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        line = self.script[min(len(self.heard), len(self.script) - 1)]
        self.heard.append(messages)
        match line:
            case Hang():
                await asyncio.Event().wait()
            case Cut():
                yield await _said("The cause ", run_manager)
                raise ConnectionError("cut")
            case Exception():
                raise line
            case _:
                message = line(messages) if callable(line) else line
                for word in message.text.split(" ") if message.text else ():
                    yield await _said(f"{word} ", run_manager)
                yield ChatGenerationChunk(message=_calls(message))


async def _said(words: str, run_manager: AsyncCallbackManagerForLLMRun | None) -> ChatGenerationChunk:
    chunk = ChatGenerationChunk(message=AIMessageChunk(content=words))
    if run_manager:
        await run_manager.on_llm_new_token(words, chunk=chunk)
    return chunk


def _calls(message: AIMessage) -> AIMessageChunk:
    """Return the tool calls as a provider streams them: as pieces of JSON text."""
    broken = [(one["name"], one["args"], one["id"]) for one in message.invalid_tool_calls]
    whole = [(one["name"], json.dumps(one["args"]), one["id"]) for one in message.tool_calls]
    pieces = [
        tool_call_chunk(name=name, args=args, id=call, index=at)
        for at, (name, args, call) in enumerate([*whole, *broken])
    ]
    usage = message.usage_metadata
    return AIMessageChunk(content="", tool_call_chunks=pieces, usage_metadata=usage, chunk_position="last")


def calling(*calls: tuple[str, dict[str, Any]], text: str = "", tokens: int = 0) -> AIMessage:
    """Return a message that calls tools."""
    usage = {"input_tokens": tokens, "output_tokens": 0, "total_tokens": tokens} if tokens else None
    made = [tool_call(name=name, args=args, id=f"call-{at}-{name}") for at, (name, args) in enumerate(calls)]
    return AIMessage(text, tool_calls=made, usage_metadata=usage)


def garbled() -> AIMessage:
    """Return a message whose tool call is not JSON."""
    return AIMessage(
        "", invalid_tool_calls=[invalid_tool_call(name="kube_pods", args='{"namespace": ', id="bad", error="not JSON")]
    )
