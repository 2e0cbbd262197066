"""Mask secrets in text before it reaches a model, a transcript, a card or a log, and say how many were masked."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.settings import settings
from tools.secret_shapes import SHAPES, OwnShape, Shape

WITHHELD = "[masked: everything, because masking failed; see config/redaction.toml]"
"""Stands for a text that could not be searched for secrets: it is not shown at all."""

PROBES = tuple(f"{unit * 3000}!" for unit in ("a", "0", "A1", " ", "-", "a."))
"""Texts over which a pattern with repeats within repeats never comes to an end."""


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


def read_patterns(file: Path) -> tuple[OwnShape, ...]:
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
def _ours() -> tuple[OwnShape, ...]:
    return read_patterns(settings().infra_config / "redaction.toml")


def _shape(file: Path, pattern: Pattern) -> OwnShape:
    shape = OwnShape(pattern.name, pattern.regex)
    try:
        matches = [shape.subn(_mask(pattern.name), text)[1] for text in ("", WITHHELD)]
        for probe in PROBES:
            shape.subn(_mask(pattern.name), probe)
    except TimeoutError as error:
        raise ValueError(f"{file}: pattern “{pattern.name}” takes too long; avoid repeats within repeats.") from error
    except Exception as error:
        raise ValueError(f"{file}: pattern “{pattern.name}” is no regular expression: {error}.") from error
    if any(matches):
        raise ValueError(f"{file}: pattern “{pattern.name}” matches what is no secret; make it more exact.")
    return shape


def _masked(text: str, shapes: tuple[Shape | OwnShape, ...]) -> Redacted:
    masked = 0
    for shape in shapes:
        text, count = shape.subn(_mask(shape.name), text)
        masked += count
    return Redacted(text, masked)


def _mask(name: str) -> Callable[[re.Match[str]], str]:
    def masked(match: re.Match[str]) -> str:
        key = match.groupdict().get("key") or ""
        return f"{key}[masked: {name}]"

    return masked
