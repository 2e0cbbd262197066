"""Every tool over several clusters and accounts: one more argument says which, and each call works on that one."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from typing import Annotated, ParamSpec, TypeVar, cast

from pydantic import Field

from tools.canonical import digest
from tools.contract import Call, Finding, JsonObject, Observation, Preview, Reading, Tool
from tools.declare import arguments_of, function_of
from tools.instances import Instances, working_on
from tools.knowledge.services import service_placed
from tools.needs import AwsNeed, KubeNeed, read_need
from tools.scope import require

P = ParamSpec("P")
T = TypeVar("T")

CATALOGUED = "tools.knowledge."

ARGUMENTS = {
    "cluster": Annotated[str, Field(description="name of the cluster; left out, the service's own or the first")],
    "account": Annotated[str, Field(description="name of the AWS account; left out, the service's own or the first")],
}


def spread(tools: Mapping[str, Tool], there: Instances) -> dict[str, Tool]:
    """Return the tools as they are with these instances: those that ask a cluster or an account say which.

    A kind without a named instance adds no argument, so a single cluster and account are spoken of as before.
    """
    taking = {name: _taken(tool, there) for name, tool in tools.items()}
    return {name: _Spread(there, taking, taking[name]).over(tool) for name, tool in tools.items() if taking[name]}


def _taken(tool: Tool, there: Instances) -> tuple[str, ...]:
    """Return the arguments that a tool takes; the service catalogue is of all instances, and leads to each."""
    if function_of(tool).__module__.startswith(CATALOGUED):
        return ()
    needs = [read_need(text) for text in tool.needs]
    asks = {"cluster": KubeNeed, "account": AwsNeed}
    named = {"cluster": there.cluster, "account": there.account}
    return tuple(kind for kind in ARGUMENTS if named[kind] and any(isinstance(need, asks[kind]) for need in needs))


@dataclass(frozen=True)
class _Spread:
    """Puts a tool's arguments around it: which of them it takes, and which of them every other tool takes."""

    there: Instances
    taking: Mapping[str, tuple[str, ...]]
    mine: tuple[str, ...]

    def over(self, tool: Tool) -> Tool:
        """Return the tool with its further arguments."""
        if isinstance(tool, Reading):
            return replace(tool, call=self._seeing(self._around(tool.call)), placed=self.placed)
        apply = self._around(tool.apply)
        bound = {"tool": tool.version, "arguments": arguments_of(apply).model_json_schema()}
        preview = self._previewing(self._around(tool.preview))
        settle = self._around(tool.settle)
        version = digest(bound)[:12]
        return replace(tool, apply=apply, preview=preview, settle=settle, version=version, placed=self.placed)

    def placed(self, args: JsonObject) -> JsonObject:
        """Return the arguments with the names of the instances that are meant, so that a yes is bound to them.

        Raises:
            ToolError: There is no instance of that name.
        """
        known = service_placed(args)
        own = {"cluster": known.cluster, "account": known.account} if known else {}
        named = {kind: str(args.get(kind) or own.get(kind, "")) for kind in self.mine}
        if "cluster" in named:
            named["cluster"] = self.there.cluster_named(named["cluster"]).name
        if "account" in named:
            named["account"] = self.there.account_named(named["account"]).name
        return {**args, **named}

    def _around(self, function: Callable[..., T]) -> Callable[..., T]:
        """Return the function with the further arguments, which the clients below it go by."""

        @wraps(function)
        def called(**args: object) -> T:
            told = self.placed(args)
            for kind in self.mine:
                require("clusters" if kind == "cluster" else "accounts", str(told[kind]))
            cluster = self.there.cluster_named(str(told["cluster"])) if "cluster" in self.mine else None
            account = self.there.account_named(str(told["account"])) if "account" in self.mine else None
            with working_on(cluster, account):
                return function(**{name: value for name, value in args.items() if name not in self.mine})

        _declare(called, function, self.mine)
        return called

    def _seeing(self, call: Callable[..., Observation]) -> Callable[..., Observation]:
        """Have what a reading leads to be about the same instances, and its text say which."""

        @wraps(call)
        def seen(**args: object) -> Observation:
            found, here = call(**args), self._here(args)
            told = ", ".join(f"{kind} {name}" for kind, name in here.items())
            findings = tuple(self._led(finding, here) for finding in found.findings)
            return replace(found, text=f"[{told}]\n{found.text}", findings=findings)

        return seen

    def _previewing(self, preview: Callable[..., Preview]) -> Callable[..., Preview]:
        """Have a preview say where, and its way back lead to the same place."""

        @wraps(preview)
        def shown(**args: object) -> Preview:
            found, here = preview(**args), self._here(args)
            where = ", ".join(f"{kind} {name}" for kind, name in here.items())
            undo = self._there_too(found.undo, here) if found.undo else None
            return replace(found, summary=f"{found.summary} ({where})", observed=self._bound(found, here), undo=undo)

        return shown

    def _here(self, args: JsonObject) -> dict[str, str]:
        told = self.placed(args)
        return {kind: str(told[kind]) for kind in self.mine}

    def _bound(self, found: Preview, here: Mapping[str, str]) -> JsonObject:
        """Return what a yes rests on: also which account it is, lest the name be given to another one."""
        own = {"account_id": self.there.account_named(here["account"]).id} if "account" in here else {}
        return {**found.observed, **own}

    def _led(self, finding: Finding, here: Mapping[str, str]) -> Finding:
        leads = tuple(self._there_too(call, here) for call in finding.leads_to)
        remedy = self._there_too(finding.remedy, here) if finding.remedy else None
        return replace(finding, leads_to=leads, remedy=remedy)

    def _there_too(self, call: Call, here: Mapping[str, str]) -> Call:
        """Return a call about the same instances, unless it names others itself."""
        takes = self.taking.get(call.tool, ())
        return replace(call, args={**{kind: name for kind, name in here.items() if kind in takes}, **call.args})


def _declare(called: Callable[..., object], function: Callable[..., object], more: tuple[str, ...]) -> None:
    """Give a function the signature of another, and further arguments."""
    own = inspect.signature(function)
    further = [inspect.Parameter(kind, inspect.Parameter.KEYWORD_ONLY, default="") for kind in more]
    hints = {**inspect.get_annotations(function), **{kind: ARGUMENTS[kind] for kind in more}}
    told = cast("dict[str, object]", vars(called))
    told["__signature__"] = own.replace(parameters=[*own.parameters.values(), *further])
    called.__annotations__ = hints
