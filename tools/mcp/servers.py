"""Which MCP servers are mounted: config/mcp.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

Variable = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class Server(BaseModel):
    """One `[[server]]`: a program that is started, or an address.

    Attributes:
        name: What its tools' names begin with.
        command: Program and arguments; it talks over its standard input and output.
        url: Address of a server that speaks streamable HTTP.
        environment: Names of variables that the program is given, beside PATH, HOME and the like.
        token: Name of the variable whose value is sent to the address as a bearer token.
        readings: Names of its tools that only look, as the operator says; hints of the server are not trusted.
        seconds: How long a call may take.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9]{1,19}$")
    command: tuple[str, ...] = ()
    url: str = ""
    environment: tuple[Variable, ...] = ()
    token: Variable | None = None
    readings: tuple[str, ...] = ()
    seconds: float = Field(15, gt=0, le=60)

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if bool(self.command) == bool(self.url):
            raise ValueError("name either a command or a url")
        address = urlsplit(self.url)
        if self.url and address.scheme != "https" and address.hostname not in LOCAL:
            raise ValueError("the url has to be https; only a server on this machine may do without")
        return self

    @property
    def origin(self) -> str:
        """What it is called in sentences."""
        return f"the MCP server {self.name}"


class ServersFile(BaseModel):
    """All of config/mcp.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    server: tuple[Server, ...] = ()

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        if len({one.name for one in self.server}) < len(self.server):
            raise ValueError("two servers have the same name")
        return self


def read_servers(file: Path) -> tuple[Server, ...]:
    """Return the servers to mount; none without the file.

    Raises:
        ValueError: Names the file, the place in it and what is wrong.
    """
    try:
        return ServersFile.model_validate(tomllib.loads(file.read_text("utf-8")) if file.exists() else {}).server
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ValueError(f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{file}: {error}.") from error
