"""Mask secrets in text before it reaches a model, a transcript, a card or a log, and say how many were masked."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.settings import settings
from tools.secret_shapes import SHAPES, Shape

WITHHELD = "[masked: everything, because masking failed; see config/redaction.toml]"
"""Stands for a text that could not be searched for secrets: it is not shown at all."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """Text without its secrets, and how many there were."""

    text: str
    masked: int


class Pattern(BaseModel):
    """One `[[pattern]]` of config/redaction.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=40, pattern=r"^[\w -]+$")
    regex: str = Field(min_length=1)


class RedactionFile(BaseModel):
    """All of config/redaction.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pattern: tuple[Pattern, ...] = ()


def redact(text: str) -> Redacted:
    """Mask what looks like a key, token, password, cookie or private key; each leaves `[masked: kind]`.

    It is a net, not a proof: what is promised is that readings of secrets do not exist. If the net itself is broken,
    nothing of the text is left.
    """
    try:
        return _masked(text, (*SHAPES, *_ours()))
    except (ValueError, OSError, RecursionError):
        return Redacted(WITHHELD, 1)


def read_patterns(file: Path) -> tuple[Shape, ...]:
    """Read an organization's own patterns; none if there is no file.

    Raises:
        ValueError: Names the file, the pattern and what is wrong with it.
    """
    if not file.exists():
        return ()
    try:
        told = RedactionFile.model_validate(tomllib.loads(file.read_text("utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{file}: {where}: {first['msg']}.") from error
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{file}: {error}.") from error
    return tuple(_shape(file, pattern) for pattern in told.pattern)


@cache
def _ours() -> tuple[Shape, ...]:
    return read_patterns(settings().infra_config / "redaction.toml")


def _shape(file: Path, pattern: Pattern) -> Shape:
    try:
        compiled = re.compile(pattern.regex)
    except re.error as error:
        raise ValueError(f"{file}: pattern “{pattern.name}” is no regular expression: {error}.") from error
    if compiled.search("") or compiled.search(WITHHELD):
        raise ValueError(f"{file}: pattern “{pattern.name}” matches what is no secret; make it more exact.")
    return Shape(pattern.name, compiled)


def _masked(text: str, shapes: tuple[Shape, ...]) -> Redacted:
    masked = 0
    for shape in shapes:
        text, count = shape.pattern.subn(_mask(shape.name), text)
        masked += count
    return Redacted(text, masked)


def _mask(name: str) -> Callable[[re.Match[str]], str]:
    def masked(match: re.Match[str]) -> str:
        key = match.groupdict().get("key") or ""
        return f"{key}[masked: {name}]"

    return masked
