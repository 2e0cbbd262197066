"""The tools with which a run says how it ends: what it concluded, and when it wants to look again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated

from langchain_core.tools import BaseTool, StructuredTool
from pydantic import BaseModel, Field

from agents.contract import Health
from agents.events import Woken
from agents.notebook import Conclusion, Notebook

SOONEST, LATEST = 0.1, 3600.0


class Wake(BaseModel):
    """Arguments of `wake_me`."""

    seconds: Annotated[float, Field(ge=SOONEST, le=LATEST, description="seconds from now")]
    why: Annotated[str, Field(description="what to look at then, one sentence")]


class Conclude(BaseModel):
    """Arguments of `conclude`."""

    health: Annotated[Health, Field(description="verdict on the thing asked about")]
    cause: Annotated[str, Field(description="root cause in one sentence; empty if you cannot tell")] = ""
    confidence: Annotated[float, Field(ge=0, le=1, description="of the cause")] = 0.0
    evidence: Annotated[list[str], Field(description="ids of the readings that show the cause, such as E3")] = []
    ruled_out: Annotated[list[str], Field(description="what it is not, and the observation that says so")] = []
    unknowns: Annotated[list[str], Field(description="what could not be established, and what to look at next")] = []
    service: Annotated[str, Field(description="the service it is about")] = ""


def closing_tools(notebook: Notebook, now: Callable[[], datetime]) -> list[BaseTool]:
    """Return `wake_me` and `conclude` for a run."""

    async def wake_me(seconds: float, why: str) -> str:
        """Ask to be woken later to look again, for instance at whether a fix has worked."""
        notebook.emit(Woken(now() + timedelta(seconds=seconds), why))
        return f"You will be woken in {seconds:g} s."

    async def conclude(**said: object) -> str:
        """State what you established. Call it once, before you write the answer. A cause needs evidence ids."""
        notebook.conclude(conclusion_of(Conclude.model_validate(said)))
        return "Noted. Now write the answer for people."

    return [
        StructuredTool.from_function(coroutine=wake_me, args_schema=Wake),
        StructuredTool.from_function(coroutine=conclude, args_schema=Conclude),
    ]


def conclusion_of(said: Conclude) -> Conclusion:
    """Return the conclusion as plain data."""
    return Conclusion(
        health=said.health,
        cause=said.cause.strip(),
        confidence=said.confidence,
        evidence=tuple(said.evidence),
        ruled_out=tuple(said.ruled_out),
        unknowns=tuple(said.unknowns),
        service=said.service,
    )
