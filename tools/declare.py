"""Declare a tool: a typed function with its guardrail beside it."""

import inspect
from collections.abc import Callable
from functools import cache
from typing import Annotated, ParamSpec, get_type_hints, overload

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, create_model

from tools.canonical import digest
from tools.contract import Change, JsonObject, Observation, Preview, Reading, Risk, Settlement, Tool, ToolError
from tools.schemas import unfit

P = ParamSpec("P")

KubeName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$"),
    Field(description="a Kubernetes object name (RFC 1123)"),
]
"""https://kubernetes.io/docs/concepts/overview/working-with-objects/names/"""

Minutes = Annotated[int, Field(ge=1, le=1440, description="minutes")]


@overload
def reads(function: Callable[P, Observation]) -> Reading: ...


@overload
def reads(
    *, needs: tuple[str, ...], seconds: float = 0.0, source: str = ""
) -> Callable[[Callable[P, Observation]], Reading]: ...


def reads(
    function: Callable[P, Observation] | None = None,
    *,
    needs: tuple[str, ...] = (),
    seconds: float = 0.0,
    source: str = "",
) -> Reading | Callable[[Callable[P, Observation]], Reading]:
    """Declare a reading: it only looks, so agents may call it freely and a run may be repeated.

    Args:
        function: What takes the reading.
        needs: Permissions it asks of AWS or Kubernetes; a reading that asks neither declares none.
        seconds: How long it may take, where that is longer than readings usually get.
        source: Setting that says where it looks; agents have it only where that is set.
    """
    if function is None:
        return lambda declared: Reading(declared.__name__, declared, needs, seconds=seconds, source=source)
    return Reading(function.__name__, function)


def changes(
    *,
    risk: Risk,
    needs: tuple[str, ...],
    preview: Callable[P, Preview],
    settle: Callable[P, Settlement],
) -> Callable[[Callable[P, str]], Change]:
    """Declare a change with its risk, its permissions, what it would do and how to tell that it was done."""

    def declare(function: Callable[P, str]) -> Change:
        bound = {"arguments": arguments_of(function).model_json_schema(), "risk": risk, "needs": list(needs)}
        return Change(
            name=function.__name__,
            apply=function,
            risk=risk,
            needs=needs,
            preview=preview,
            settle=settle,
            version=digest(bound)[:12],
        )

    return declare


def function_of(tool: Tool) -> Callable[..., object]:
    """Return the function behind a tool."""
    return tool.call if isinstance(tool, Reading) else tool.apply


def describe(tool: Tool) -> str:
    """Return what the tool is for, as people and models read it: the docstring of one of ours."""
    return tool.foreign.description if tool.foreign else inspect.cleandoc(function_of(tool).__doc__ or "")


def schema_of(tool: Tool) -> JsonObject:
    """Return the JSON Schema of the tool's arguments."""
    return tool.foreign.arguments if tool.foreign else arguments_of(function_of(tool)).model_json_schema()


@cache
def arguments_of(function: Callable[..., object]) -> type[BaseModel]:
    """Return a strict model of the function's arguments: no unknown names, no coercion of types."""
    hints = get_type_hints(function, include_extras=True)
    fields: dict[str, tuple[object, object]] = {
        name: (hints[name], ... if parameter.default is inspect.Parameter.empty else parameter.default)
        for name, parameter in inspect.signature(function).parameters.items()
    }
    config = ConfigDict(extra="forbid", strict=True, frozen=True)
    return create_model(function.__name__, __config__=config, **fields)  # type: ignore[call-overload, no-any-return]


def checked(tool: Tool, args: JsonObject) -> JsonObject:
    """Return the arguments with defaults filled in.

    Raises:
        ToolError: Names the argument that does not fit and what would.
    """
    if tool.foreign:
        if misfit := unfit(tool.foreign.arguments, args):
            raise ToolError(f"{tool.name}: {misfit}")
        return dict(args)
    try:
        fit = dict(arguments_of(function_of(tool)).model_validate(args))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "arguments"
        raise ToolError(f"{tool.name}: {where}: {first['msg']}.") from error
    return tool.placed(fit) if tool.placed else fit
