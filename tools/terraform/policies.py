"""The team's own rules in Rego (config/policies), put to a module; each rule that denies says why in a sentence."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from config.settings import settings
from tools.contract import ToolError
from tools.terraform.blocks import (
    Block,
    Compound,
    Expression,
    Function,
    Items,
    Literal,
    Module,
    Pairs,
    Reference,
    Template,
)

_DENIED = "[sentence | some room; sentence := data.infra[room].deny[_]]"
_DOCUMENTS = frozenset({"policy", "assume_role_policy", "container_definitions", "definition"})


def denied(module: Module, environment: str, folder: Path | None = None) -> tuple[str, ...]:
    """Return the sentences of every rule that denies, in order.

    Args:
        module: What is judged.
        environment: Where it will live; rules may ask.
        folder: Rego and JSON files; config/policies if not given.

    Raises:
        ToolError: A rule cannot be read or evaluated: then nothing is allowed.
    """
    import regopy  # noqa: PLC0415 - native code that only this needs

    asked = regopy.Interpreter()
    try:
        _load(asked, folder or settings().infra_config / "policies")
        asked.set_input(facts(module, environment))
        found: list[str] = asked.query(_DENIED).results[0].expressions[0]
    except (regopy.RegoError, IndexError, OSError, ValueError) as wrong:
        raise ToolError(f"The policies in config/policies cannot be evaluated: {wrong}") from wrong
    return tuple(sorted(set(found)))


def _load(asked: Any, folder: Path) -> None:
    for file in sorted(folder.glob("*.json")):
        asked.add_data(json.loads(file.read_text("utf-8")))
    for file in sorted(folder.glob("*.rego")):
        asked.add_module(file.name, file.read_text("utf-8"))


def facts(module: Module, environment: str) -> dict[str, Any]:
    """Return a module as plain JSON: what only a plan knows stands as a string `${…}`."""
    providers = list(_told(module, "provider"))
    tags = [block["values"].get("default_tags", [{}])[0].get("tags", {}) for block in providers]
    return {
        "environment": environment,
        "resources": list(_told(module, "resource")),
        "data": list(_told(module, "data")),
        "providers": providers,
        "default_tags": next(filter(None, tags), {}),
    }


def _told(module: Module, kind: str) -> Iterator[dict[str, Any]]:
    for block in module.of(kind):
        if block.labels:
            yield {
                "address": block.address,
                "type": block.labels[0],
                "name": block.labels[-1],
                "values": _values(block),
            }


def _values(block: Block) -> dict[str, Any]:
    told: dict[str, Any] = {each.name: _plain(each.value, each.name) for each in block.attributes}
    for kind in {each.labels[0] if each.kind == "dynamic" and each.labels else each.kind for each in block.blocks}:
        if not block.loose or not isinstance(told.get(kind), list):
            told[kind] = [_values(each) for each in block.inner(kind)]
    return told


def _plain(value: Expression, name: str = "") -> Any:  # noqa: PLR0911 - one answer a kind
    match value:
        case Literal(str(text)) if name in _DOCUMENTS:
            return _document(text)
        case Literal(plain):
            return plain
        case Items(items):
            return [_plain(each) for each in items]
        case Pairs(pairs):
            return {str(_plain(key)): _plain(inner) for key, inner in pairs}
        case Function("jsonencode", (document,)):
            return _plain(document)
        case Function("toset" | "tolist" | "tomap", (inner,)):
            return _plain(inner)
    return _unknown(value)


def _document(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _unknown(value: Expression) -> str:
    match value:
        case Reference():
            return f"${{{value}}}"
        case Function(name):
            return f"${{{name}(…)}}"
        case Template(parts):
            return "".join(str(_plain(each)) for each in parts)
        case Compound():
            return "${…}"
    return "${…}"
