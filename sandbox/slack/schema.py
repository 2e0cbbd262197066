"""What each method accepts, by JSON Schemas made from Slack's own TypeScript types (see schemas/generate.mjs)."""

import json
import math
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft7Validator, ValidationError

from sandbox.slack import limits
from sandbox.slack.wire import Body, Refused, parsed

FILE = Path(__file__).parent / "schemas" / "methods.json"
LINES = 5  # explanations told at once
ERRORS = {
    "blocks": "invalid_blocks",
    "attachments": "invalid_attachments",
    "chunks": "invalid_chunks",
    "metadata": "invalid_metadata_format",
}


def understood(method: str, args: Body) -> Body:
    """Return arguments as the method understands them: what a form wrote as text becomes what it stands for.

    Raises:
        Refused: invalid_arguments, invalid_blocks and so on, with where and why.
    """
    properties = accepted(method)
    told = {name: _read(properties.get(name, {}), value) for name, value in args.items() if value is not None}
    _check_text(told)
    complaints = list(_validator(method).iter_errors(told))
    if complaints:
        raise Refused(_code(complaints), *(_line(complaint) for complaint in complaints[:LINES]))
    return told


def accepted(method: str) -> Body:
    """Return the schema of each argument of a method, by name."""
    return dict(_schemas()["methods"][method]["properties"])


def required(method: str) -> list[str]:
    """Return the arguments a method cannot do without."""
    return list(_schemas()["methods"][method]["required"])


def _check_text(told: Body) -> None:
    """Refuse what JSON cannot carry: lone surrogates and numbers that are none."""
    try:
        json.dumps(told, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        raise Refused("invalid_arguments", "the arguments hold what JSON cannot carry") from None


def _code(complaints: list[ValidationError]) -> str:
    first = next(iter(complaints[0].instance_path), "")
    return ERRORS.get(str(first), "invalid_arguments")


def _line(complaint: ValidationError) -> str:
    """Explain as Slack does, with a pointer to the place."""
    place = "/".join(str(step) for step in complaint.instance_path)
    return f"{_shortened(complaint.message)} [json-pointer:/{place}]"


def _shortened(text: str, most: int = 300) -> str:
    return text if len(text) <= most else f"{text[: most - 80]} … {text[-78:]}"


def _read(schema: Body, value: Any) -> Any:
    """Return what a form's text stands for, where the schema wants something that is not text."""
    reader = _READERS.get(str(schema.get("type", "object" if "$ref" in schema else "string")))
    if reader is None or not isinstance(value, str):
        return value
    try:
        return reader(value)
    except ValueError:
        return value


def _flag(text: str) -> bool:
    known = {"1": True, "true": True, "0": False, "false": False}
    if text.lower() not in known:
        raise ValueError(text)
    return known[text.lower()]


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


_READERS: dict[str, Callable[[str], Any]] = {
    "array": parsed,
    "object": parsed,
    "boolean": _flag,
    "number": _number,
}


@cache
def _validator(method: str) -> Draft7Validator:
    schemas = _schemas()
    own = {"allOf": [schemas["methods"][method], limits.METHODS.get(method, {})]}
    return Draft7Validator({"definitions": schemas["definitions"], **own})


@cache
def _schemas() -> Body:
    schemas: Body = json.loads(FILE.read_text("utf-8"))
    for name, limit in limits.DEFINITIONS.items():
        schemas["definitions"][name] = {"allOf": [schemas["definitions"][name], limit]}
    return schemas
