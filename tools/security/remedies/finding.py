"""Find what a security finding is about in the Terraform: by its names, through variables and locals with a value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from tools.security.remedies.remedy import CannotFix, Target, undeclared
from tools.security.remedies.source import Argument, Block, Files, blocks, resources

NAMES = (
    "name",
    "bucket",
    "identifier",
    "cluster_identifier",
    "function_name",
    "user",
    "username",
    "alias",
    "db_snapshot_identifier",
    "node_group_name",
    "quota_code",
    "id",
)
"""Arguments by which AWS knows a resource."""

_INSERTED = re.compile(r"\$\{\s*((?:var|local)\.\w+)\s*\}")
_REFERENCE = re.compile(r"(aws_\w+)\.(\w+)(?:\.|\[|$)")


def declared(files: Files, types: Iterable[str], names: Iterable[str]) -> Block | None:
    """Return the one resource of these types that has one of these names; None if there is none, or more than one.

    A resource that an `import` block brings in by its id counts by that id.
    """
    found = _candidates(files, types, names)
    return found[0] if len(found) == 1 else None


def absent(files: Files, types: Sequence[str], target: Target) -> CannotFix:
    """Return the refusal of an edit to what `declared` does not find: declared twice, or not at all."""
    found = _candidates(files, types, target.names)
    if not found:
        return undeclared(target, types[0])
    where = ", ".join(one.address for one in found)
    return CannotFix(f"{target.name} may be any of {where}, and I do not guess: a person has to say which.")


def mentioned(files: Files, types: Sequence[str], names: Iterable[str]) -> bool:
    """Tell whether any resource of these types has one of these names."""
    return bool(_candidates(files, types, names))


def _candidates(files: Files, types: Iterable[str], names: Iterable[str]) -> list[Block]:
    wanted, known = {name for name in names if name}, _values(files)
    imported = {to for to, id_ in _imports(files) if id_ in wanted}
    return [one for one in resources(files, *types) if wanted & set(_named(one, known)) or one.address in imported]


def about(files: Files, type_: str, block: Block, argument: str = "bucket") -> Block | None:
    """Return the resource of a type that belongs to a block: it refers to it, or names it in the same words."""
    own = block.argument(argument)
    for one in resources(files, type_):
        told = one.argument(argument)
        if told and (refers(told, block) or (own and told.value == own.value)):
            return one
    return None


def about_name(files: Files, type_: str, names: Iterable[str], argument: str = "bucket") -> Block | None:
    """Return the resource of a type whose argument is one of these names."""
    wanted, known = set(names), _values(files)
    return next((one for one in resources(files, type_) if _value(one.argument(argument), known) in wanted), None)


def refers(argument: Argument, block: Block) -> bool:
    """Tell whether a value refers to a resource."""
    return any((found[1], found[2]) == block.labels[:2] for found in _REFERENCE.finditer(argument.value))


def _named(block: Block, known: Mapping[str, str]) -> Iterable[str]:
    """Yield what a resource is called: by its own arguments, or by its Name tag."""
    for name in NAMES:
        if value := _value(block.argument(name), known):
            yield value
    if (tags := block.argument("tags")) and (found := re.search(r"\bName\s*[=:]\s*(\"[^\"]*\")", tags.value)):
        yield _inserted(found[1].strip('"'), known)


def _value(argument: Argument | None, known: Mapping[str, str]) -> str:
    if argument is None:
        return ""
    if argument.value in known:
        return known[argument.value]
    return _inserted(argument.value[1:-1], known) if argument.value.startswith('"') else ""


def _inserted(text: str, known: Mapping[str, str]) -> str:
    return _INSERTED.sub(lambda found: known.get(found[1], found[0]), text)


def _values(files: Files) -> dict[str, str]:
    """Return variables with a default and locals, where they are plain strings, by `var.name` and `local.name`."""
    found: dict[str, str] = {}
    for block in blocks(files):
        if block.kind == "variable" and block.labels and (default := block.argument("default")):
            found[f"var.{block.labels[0]}"] = default.literal or ""
        if block.kind == "locals":
            found |= {f"local.{one.name}": one.literal for one in block.arguments if one.literal is not None}
    return {name: value for name, value in found.items() if value}


def _imports(files: Files) -> Iterable[tuple[str, str]]:
    for block in blocks(files):
        to, id_ = block.argument("to"), block.argument("id")
        if block.kind == "import" and to and id_:
            yield to.value, id_.literal or ""
