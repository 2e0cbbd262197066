"""MCP servers' tools as ours: readings where the operator listed them, changes of the highest risk otherwise."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tools.acting import grant, sending
from tools.canonical import digest
from tools.contract import (
    Change,
    Foreign,
    Observation,
    Preview,
    Reading,
    Risk,
    Settled,
    Settlement,
    Stale,
    Tool,
    ToolError,
)
from tools.mcp.commands import refuse_commands
from tools.mcp.line import Definition, Line
from tools.mcp.servers import Server
from tools.redact import redact

STRANGE = re.compile(r"[^A-Za-z0-9_]+")
NAME_LENGTH = 64
"""What models take for a tool's name: https://docs.anthropic.com/en/docs/build-with-claude/tool-use"""
DESCRIPTION = 1000
AWAY: dict[str, Server] = {}
"""Servers by name that have not answered since the start; their tools are in no catalogue yet."""
KEPT = 200
"""Answers of changes that are kept until they are settled; a crash loses them, and then nobody knows."""


@dataclass(frozen=True, slots=True)
class Mounted:
    """What became of the servers: their tools by our names, a sentence for each thing that is wrong, who is away."""

    tools: dict[str, Tool]
    problems: tuple[str, ...]
    away: tuple[Server, ...] = ()


@dataclass(frozen=True)
class Remote:
    """One tool of one server."""

    line: Line
    tool: Definition
    answers: dict[str, str] = field(default_factory=dict)

    def read(self, **args: object) -> Observation:
        """Call a tool that only looks."""
        refuse_commands(args, only_looks=True)
        said = self.line.read(self.tool.name, args)
        if said.failed:
            raise ToolError(f"{self.tool.name} of {self._origin} says that it failed: {said.text}")
        return Observation(said.text or "It answered nothing.")

    def preview(self, **args: object) -> Preview:
        """Show what would be sent, which is all that is known; the tool has to be there, and be what it was.

        Raises:
            ToolError: It is gone, or the arguments are a command that destroys.
        """
        refuse_commands(args, only_looks=False)
        now = self.line.tools().get(self.tool.name)
        if now is None:
            raise ToolError(f"{self._origin} has no tool {self.tool.name} any more, so nothing can be proposed.")
        return Preview(
            summary=f"Call {self.tool.name} of {self._origin} with exactly these arguments.",
            diff=json.dumps(args, indent=2, ensure_ascii=False),
            blast_radius="Unknown: it is not Infra's own tool, and there is no dry run.",
            way_back="None is known.",
            observed={"server": _address(self.line.server), "tool": _digest(now)},
        )

    def apply(self, **args: object) -> str:
        """Send the call, once.

        Raises:
            Stale: The tool is not what was approved.
            Unknown: It was sent, and there is no answer.
        """
        now = self.line.tools().get(self.tool.name)
        if now is None or _digest(now) != grant().proposal.preview.observed.get("tool"):
            raise Stale(f"{self.tool.name} of {self._origin} is not the tool that was approved; nothing was sent.")
        approval = sending().proposal.id
        said = self.line.send(self.tool.name, args)
        while len(self.answers) >= KEPT:
            self.answers.pop(next(iter(self.answers)))
        self.answers[approval] = f"It {'says that it failed' if said.failed else 'answered'}: {said.text[:500]}"
        return self.answers[approval]

    def settle(self, **args: object) -> Settlement:
        """Say what it answered; nobody can read back whether that is so."""
        del args
        said = self.answers.pop(grant().proposal.id, "It gave no answer.")
        return Settlement(
            Settled.UNKNOWN, f"{said} Infra cannot read back what {self._origin} did; look at its target."
        )

    @property
    def _origin(self) -> str:
        return self.line.server.origin


def mount(servers: Iterable[Server], taken: Iterable[str]) -> Mounted:
    """Return the tools of all servers; one that cannot be reached leaves a sentence, and the others are mounted."""
    known, tools, problems = set(taken), dict[str, Tool](), list[str]()
    lines, away = [Line(server) for server in servers], list[Server]()
    with ThreadPoolExecutor(max(len(lines), 1)) as threads:
        for line, found in zip(lines, threads.map(_asked, lines), strict=True):
            if isinstance(found, str):
                problems.append(found)
                away.append(line.server)
                continue
            problems += _wrong(line.server, found)
            for tool in (_tool(line, one) for one in found.values()):
                if tool.name in known | tools.keys():
                    problems.append(
                        f"{line.server.origin}: there is a tool {tool.name} already, so its own is left out."
                    )
                else:
                    tools[tool.name] = tool
    return Mounted(tools, tuple(problems), tuple(away))


def _asked(line: Line) -> dict[str, Definition] | str:
    try:
        return line.tools()
    except ToolError as error:
        return str(error)


def _wrong(server: Server, found: Mapping[str, Definition]) -> list[str]:
    missing = [name for name in server.readings if name not in found]
    return [f"{server.origin} has no tool {name}, which mcp.toml lists as a reading." for name in missing]


def _tool(line: Line, tool: Definition) -> Tool:
    name = f"{line.server.name}_{STRANGE.sub('_', tool.name)}"[:NAME_LENGTH]
    remote, foreign = Remote(line, tool), _foreign(line.server, tool)
    if tool.name in line.server.readings:
        return Reading(name, remote.read, foreign=foreign)
    version = digest([_address(line.server), _digest(tool), Risk.HIGH])[:12]
    return Change(name, remote.apply, Risk.HIGH, (), remote.preview, remote.settle, version, foreign)


def _foreign(server: Server, tool: Definition) -> Foreign:
    said = redact(" ".join(tool.description.split())).text[:DESCRIPTION]
    return Foreign(server.origin, f"Tool {tool.name} of {server.origin}, which says of it: “{said}”", tool.arguments)


def _digest(tool: Definition) -> str:
    return digest([tool.name, tool.description, json.dumps(tool.arguments, sort_keys=True)])[:16]


def _address(server: Server) -> str:
    return server.url or " ".join(server.command)
