"""When a model fails in the middle of a run the next one goes on from the same conversation, and the reader is told."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage

from agents.budget import Budget, LimitReached
from agents.models.chain import Candidate, Chain, ModelDown
from agents.notebook import Misfit

log = logging.getLogger(__name__)

Handler: TypeAlias = Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]]


STUCK = 3
"""A model is told this often that its arguments do not fit, then the next one takes over."""


class Unusable(Exception):
    """The model answered with nothing that can be used."""


class Fallback(AgentMiddleware[Any, Any, Any]):
    """Tries the chain's models in order for one run; `tell` hears one sentence each time a model is given up."""

    def __init__(self, chain: Chain, budget: Budget, tell: Callable[[str], None]) -> None:
        super().__init__()
        self.using = chain.order()[0]
        self.note = _skipped(chain, self.using)
        self._chain = chain
        self._budget = budget
        self._tell = tell
        self._patience: asyncio.Timeout | None = None

    def heard(self) -> None:
        """Note a sign of life from the model: it is not hanging."""
        if self._patience and not self._patience.expired():
            self._patience.reschedule(asyncio.get_running_loop().time() + self._chain.patience)

    async def awrap_model_call(self, request: ModelRequest[Any], handler: Handler) -> ModelResponse[Any]:
        """Call the first model that answers; stay with it for the rest of the run."""
        self._budget.check()
        waiting = self._waiting()
        for candidate, heir in zip(waiting, (*waiting[1:], None), strict=True):
            self.using = candidate
            try:
                response = await self._answer(candidate, request, handler)
            except (LimitReached, asyncio.CancelledError):
                raise
            except Exception as error:  # noqa: BLE001 - a provider raises whatever its SDK does; all mean: not this one
                self._given_up(candidate, error, heir)
            else:
                candidate.breaker.succeeded()
                return response
        raise ModelDown("No model is answering, so this could not be looked into. Try again in a minute.")

    def _waiting(self) -> tuple[Candidate, ...]:
        order = self._chain.order()
        start = order.index(self.using)
        return order[start:] + order[:start]

    async def _answer(self, candidate: Candidate, request: ModelRequest[Any], handler: Handler) -> ModelResponse[Any]:
        if _stuck(request.messages) and candidate is not self._chain.candidates[-1]:
            raise Unusable("its calls do not fit the tools")
        model = await asyncio.to_thread(lambda: candidate.model)
        async with asyncio.timeout(self._chain.patience) as self._patience:
            response = await handler(request.override(model=model))
        for message in response.result:
            if isinstance(message, AIMessage):
                self._count(message)
                _usable(message)
        return response

    def _count(self, message: AIMessage) -> None:
        if usage := message.usage_metadata:
            self._budget.tokens(usage["input_tokens"], usage["output_tokens"])

    def _given_up(self, candidate: Candidate, error: Exception, heir: Candidate | None) -> None:
        log.warning("model %s given up: %r", candidate.name, error)
        candidate.breaker.failed()
        if heir:
            self._tell(f"The model `{candidate.name}` {_ailment(error)}; {_named(heir)} takes over.")


def _usable(message: AIMessage) -> None:
    if message.invalid_tool_calls and not message.tool_calls:
        raise Unusable("its tool call is not valid JSON")
    if not message.tool_calls and not message.text.strip():
        raise Unusable("its answer is empty")


def _stuck(messages: Sequence[BaseMessage]) -> bool:
    """Tell whether the last calls were all misfits: a model that does not learn from being told."""
    latest = [message for message in messages if isinstance(message, ToolMessage)][-STUCK:]
    return len(latest) == STUCK and all(isinstance(message.artifact, Misfit) for message in latest)


def _ailment(error: Exception) -> str:
    match error:
        case TimeoutError():
            return "is not answering"
        case Unusable():
            return f"cannot be used ({error})"
        case _:
            return f"failed ({type(error).__name__})"


def _named(candidate: Candidate) -> str:
    return "the embedded runbook engine" if candidate.name == "runbook" else f"`{candidate.name}`"


def _skipped(chain: Chain, using: Candidate) -> str:
    first = chain.candidates[0]
    return "" if using is first else f"The model `{first.name}` is not answering; {_named(using)} stands in."
