"""Read JSON Schemas back out of validators that were compiled to JavaScript: that is how some packages publish them."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

Schema = dict[str, Any]

_IMPORT = re.compile(r'import\{validate as (validate\d+)\}from"([^"]+)"')
_FUNCTION = re.compile(r"function (?P<name>validate\d+)\(data,")
_EXPORT = re.compile(r"export const validate=(validate\d+)")
_ENUM = re.compile(r"(schema\d+_enum)=(\[[^\]]*\])")
_REQUIRED = re.compile(r'keyword:"required",params:\{missingProperty:"([^"]+)"')
_TYPE = re.compile(r'schemaPath:"#/type",keyword:"type",params:\{type:"(\w+)"')
_ALLOWED = re.compile(r'schemaPath:"#/enum",keyword:"enum",params:\{allowedValues:(\w+)\}')
_LIMIT = re.compile(r'schemaPath:"#/(?P<word>m(?:in|ax)\w+)",keyword:"\w+",params:\{[^{}]*limit:(?P<limit>-?[\d.e+]+)')
_PATTERN = re.compile(r'schemaPath:"#/pattern",keyword:"pattern",params:\{pattern:("(?:[^"\\]|\\.)*")\}')
_CALL = re.compile(
    r'(?P<to>validate\d+)\(data(?:\.(?P<name>\w+)|\["(?P<quoted>[^"]+)"\]|(?P<every>\[key\d+\])|(?P<item>\[i\d+\]))?,\{'
)


def schemas(folder: Path, named: Callable[[str], str]) -> dict[str, Schema]:
    """Return the schema of each validator in a folder by its name; `named` gives the name that another is known by."""
    return {named(file.stem): _schema(file.read_text("utf-8"), named) for file in sorted(folder.glob("*.js"))}


def _schema(code: str, named: Callable[[str], str]) -> Schema:
    begins = [*_FUNCTION.finditer(code)]
    ends = [*(one.start() for one in begins[1:]), len(code)]
    bodies = {one["name"]: code[one.start() : end] for one, end in zip(begins, ends, strict=True)}
    others = {name: named(Path(source).stem) for name, source in _IMPORT.findall(code)}
    enums = {name: json.loads(values) for name, values in _ENUM.findall(code)}
    [first] = _EXPORT.findall(code)
    return _read(first, bodies, others, enums)


def _read(name: str, bodies: dict[str, str], others: dict[str, str], enums: dict[str, Any]) -> Schema:
    if name in others:
        return {"$ref": f"#/$defs/{others[name]}"}
    body = bodies[name]
    said, nullable = _own(body, enums), "null!==data" in body
    parts: Schema = {"properties": {}, "allOf": []}
    for call in _CALL.finditer(body):
        if call["to"] != name:
            _placed(parts, call, _read(call["to"], bodies, others, enums))
    said |= {key: value for key, value in parts.items() if value}
    if "properties" in said:
        said["additionalProperties"] = False
    return _or_null(said) if nullable else said


def _own(body: str, enums: dict[str, Any]) -> Schema:
    """Return what a function checks itself."""
    said: Schema = {found["word"]: float(found["limit"]) for found in _LIMIT.finditer(body)}
    if kind := _TYPE.search(body):
        said["type"] = kind[1]
    if allowed := _ALLOWED.search(body):
        said["enum"] = enums[allowed[1]]
    if pattern := _PATTERN.search(body):
        said["pattern"] = json.loads(pattern[1])
    if needed := set(_REQUIRED.findall(body)):
        said["required"] = sorted(needed)
    return said


def _placed(parts: Schema, call: re.Match[str], inner: Schema) -> None:
    if name := call["name"] or call["quoted"]:
        parts["properties"][name] = inner
    elif call["every"]:
        parts["additionalProperties"] = inner
    elif call["item"]:
        parts["items"] = inner
    else:
        parts["allOf"].append(inner)


def _or_null(said: Schema) -> Schema:
    return {"anyOf": [said, {"type": "null"}]}
