"""The golden modules in config/modules: their Terraform, and which words, costs and quotas belong to them."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from config.settings import settings
from tools.contract import ToolError
from tools.terraform.blocks import Block, Expression, Function, Items, Literal, Pairs, Reference, text_of
from tools.terraform.reading import read

Value: TypeAlias = str | int | float | bool | list[str] | None

WIRED = ("vpc_id", "subnet_ids", "route_table_ids", "tags")
"""Variables that the environment gives, not the person who asks."""


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Saying(_Told):
    """Words that mean values: groups of the pattern are names, `sets` is what it means that they are there."""

    pattern: re.Pattern[str]
    sets: dict[str, Value] = Field(default_factory=dict)
    excluded: tuple[str, ...] = Field((), alias="not")

    @field_validator("pattern", mode="before")
    @classmethod
    def _any_case(cls, pattern: object) -> object:
        return re.compile(pattern, re.IGNORECASE) if isinstance(pattern, str) else pattern


class Setting(_Told):
    """Something that is filled in and is no variable of the module."""

    description: str
    default: Value


class Costing(_Told):
    """A part of what it costs: `least` to `most` pieces (numbers, or names of values) at a price of prices.toml."""

    what: str
    price: str
    least: int | str
    most: int | str | None = None
    times: str = ""
    per: int = 1
    monthly: bool = False
    when: str = ""
    unless: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Quota(_Told):
    """A quota of AWS that it uses up; with `of`, the one that counts the vCPUs of that instance type."""

    name: str
    service: str = ""
    code: str = ""
    of: str = ""
    vcpus: str = ""
    adds: int | str = 0
    times: str = ""
    per: int = 1
    region: str = ""


class _Front(_Told):
    title: str
    words: tuple[str, ...]
    name: str
    settings: dict[str, Setting] = Field(default_factory=dict)
    says: tuple[Saying, ...] = ()
    cost: tuple[Costing, ...] = ()
    quota: tuple[Quota, ...] = ()


class Variable(_Told):
    """A variable: `required` if it has no default."""

    name: str
    description: str
    type: str
    default: Value = None
    required: bool = False


class Golden(_Told):
    """A golden module.

    Attributes:
        name: Of its folder.
        about: What it makes, one sentence.
        files: File name → text.
        variables: By name.
        told: What module.toml says.
    """

    name: str
    about: str
    files: dict[str, str]
    variables: dict[str, Variable]
    told: _Front

    def wants(self) -> tuple[Variable, ...]:
        """Return the variables that a person has to give."""
        return tuple(one for one in self.variables.values() if one.required and one.name not in (*WIRED, "name"))

    def takes(self) -> frozenset[str]:
        """Return the names that a person may give: variables and settings."""
        return frozenset(self.variables) - frozenset(WIRED) | frozenset(self.told.settings)

    def defaults(self) -> dict[str, Value]:
        """Return what counts where nobody said anything."""
        of_module = {one.name: one.default for one in self.variables.values() if not one.required}
        return of_module | {name: one.default for name, one in self.told.settings.items()}


def golden_modules() -> dict[str, Golden]:
    """Return the golden modules by name.

    Raises:
        ToolError: One of them does not fit; names the file and what is wrong.
    """
    folder = settings().infra_config / "modules"
    files = sorted(folder.glob("*/*.t*"))
    return dict(_read(folder, tuple((file, file.stat().st_mtime_ns) for file in files)))


def golden(name: str) -> Golden:
    """Return a golden module.

    Raises:
        ToolError: There is none of that name; says which there are.
    """
    known = golden_modules()
    if name not in known:
        raise ToolError(f"There is no golden module `{name}`; there are {', '.join(known)}.")
    return known[name]


@lru_cache(maxsize=4)
def _read(folder: Path, _changed: tuple[tuple[Path, int], ...]) -> tuple[tuple[str, Golden], ...]:
    return tuple((file.parent.name, _module(file)) for file in sorted(folder.glob("*/module.toml")))


def _module(file: Path) -> Golden:
    try:
        told = _Front.model_validate(tomllib.loads(file.read_text("utf-8")))
    except (ValidationError, tomllib.TOMLDecodeError, re.error) as error:
        raise ToolError(f"config/modules/{file.parent.name}/module.toml does not fit: {error}") from error
    files = {one.name: one.read_text("utf-8") for one in sorted(file.parent.glob("*.tf"))}
    about = files["main.tf"].partition("\n")[0].removeprefix("# ").strip()
    variables = [_variable(block) for block in read(files).of("variable")]
    by_name = {one.name: one for one in variables}
    return Golden(name=file.parent.name, about=about, files=files, variables=by_name, told=told)


def _variable(block: Block) -> Variable:
    default = block.value("default")
    return Variable(
        name=block.labels[0],
        description=text_of(block.value("description")) or "",
        type=_type(block.value("type")),
        default=None if default is None else _plain(default),
        required=default is None,
    )


def _type(value: Expression | None) -> str:
    match value:
        case Reference(root):
            return root
        case Function(name, (Reference(root),)):
            return f"{name}({root})"
    return "any"


def _plain(value: Expression) -> Any:
    match value:
        case Literal(plain):
            return int(plain) if isinstance(plain, float) and plain.is_integer() else plain
        case Items(items):
            return [_plain(each) for each in items]
        case Pairs():
            return None
    return None
