"""Make code say what is real: the values of a resource's arguments are replaced where they are written out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.contract import ToolError
from tools.security.remedies.editing import again, with_value
from tools.security.remedies.source import Block as Source
from tools.security.remedies.source import resources
from tools.terraform.blocks import Block, Compound, Function, Reference, Template, parts
from tools.terraform.external import canonical
from tools.terraform.filling import quoted
from tools.terraform.reading import read


def reconciled(files: Mapping[str, str], address: str, real: Mapping[str, Any]) -> dict[str, str]:
    """Return the changed files in which a resource's arguments say what is real.

    Raises:
        ToolError: The resource is not plainly in these files, or an argument is not written out.
    """
    kind = address.partition(".")[0]
    block = next((one for one in resources(files, kind) if one.address == address), None)
    meant = next((one for one in read(files).of("resource") if one.address == address), None)
    if block is None or meant is None:
        raise ToolError(f"{address} is not plainly in the code; a person has to change it.")
    after: Mapping[str, str] = files
    for name, value in real.items():
        _plain(meant, name, address)
        after = _replaced(after, again(after, block), name, value)
    return {path: canonical(text) for path, text in after.items() if files.get(path) != text}


def _plain(block: Block, name: str, address: str) -> None:
    """Refuse what is computed: the value may come from anywhere, and others may use it."""
    value = block.value(name)
    if value is None or any(isinstance(one, Reference | Function | Compound | Template) for one in parts(value)):
        raise ToolError(f"`{name}` of {address} is not written out in the code; a person has to change it.")


def _replaced(files: Mapping[str, str], block: Source, name: str, value: Any) -> Mapping[str, str]:
    argument = block.argument(name)
    if argument is None:
        raise ToolError(f"`{name}` is not in the code.")
    return with_value(files, block, argument, written(value))


def written(value: Any) -> str:
    """Return any JSON value as HCL writes it."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case list():
            return f"[{', '.join(map(written, value))}]"
        case dict():
            pairs = ", ".join(f"{_key(name)} = {written(each)}" for name, each in value.items())
            return f"{{ {pairs} }}" if pairs else "{}"
    return quoted(str(value))


def _key(name: str) -> str:
    return name if name.replace("_", "a").isidentifier() and name.isascii() else quoted(name)
