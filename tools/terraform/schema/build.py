"""Make aws.jsonl.gz of a published package: `npm pack @cdktn/provider-aws`, unpack, give this script package/.jsii.

The package (MPL-2.0) is generated from the provider's own schema. Its interfaces tell arguments, types, blocks and what
is required; its classes tell what is only computed.
"""

import gzip
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("aws.jsonl.gz")
_DOCUMENTED = re.compile(r"providers/hashicorp/aws/(?P<version>[\d.]+)/docs/(?P<kind>[\w-]+)/[\w-]+ (?P<type>\w+)\}")
_ARGUMENT = re.compile(r"\{@link \S+#(?P<anchor>\w+) \w+#(?P<name>\w+)\}")
_LETTERS = {"string": "s", "number": "n", "boolean": "b", "any": "*"}
_META = {"connection", "count", "dependsOn", "forEach", "lifecycle", "provider", "provisioners"}


@dataclass
class _Table:
    """The types of the package, and the shapes written so far."""

    types: dict[str, Any]
    shapes: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, name: str, made: dict[str, Any] | None = None) -> int:
        """Return the number of an interface's shape; its place is kept first, for some contain themselves."""
        if name not in self.numbers:
            self.numbers[name] = len(self.shapes)
            self.shapes.append("")
            told = json.dumps(_shape(self, name, made), separators=(",", ":"), sort_keys=True)
            self.shapes[self.numbers[name]] = told
        return self.numbers[name]


def main(arguments: list[str]) -> int:
    """Read the package's .jsii and write the table."""
    package = json.loads(Path(arguments[0]).read_text("utf-8"))
    table, version = _Table(package["types"]), ""
    index: dict[str, dict[str, int]] = {"resource": {}, "data": {}}
    for made, kind, name, of in _constructs(table):
        version = of
        index[kind][name] = table.number(f"{made['fqn']}Config", made)
    head = {"package": f"{package['name']} {package['version']}", "license": package["license"], "provider": version}
    lines = [json.dumps({**head, **index}, separators=(",", ":"), sort_keys=True), *table.shapes]
    FILE.write_bytes(gzip.compress("\n".join(lines).encode(), 9, mtime=0))
    sys.stdout.write(
        f"{len(index['resource'])} resources, {len(index['data'])} data sources, {len(lines) - 1} shapes\n"
    )
    return 0


def _constructs(table: _Table) -> Iterator[tuple[dict[str, Any], str, str, str]]:
    """Yield each class with its kind, the type's name in Terraform, and the provider's version."""
    for made in table.types.values():
        documented = _DOCUMENTED.search(made.get("docs", {}).get("summary", ""))
        if made["kind"] == "class" and documented and f"{made['fqn']}Config" in table.types:
            kind = {"resources": "resource", "data-sources": "data"}.get(documented["kind"])
            if kind:
                yield made, kind, documented["type"], documented["version"]


def _shape(table: _Table, config: str, made: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return arguments (name to type, `!` before it if required), blocks (least, most, shape), computed names."""
    arguments: dict[str, str] = {}
    blocks: dict[str, tuple[int, int, int]] = {}
    for each in table.types[config].get("properties", []):
        name = _name(each)
        required = not each.get("optional", False)
        if each["name"] in _META and made is not None and name == each["name"]:
            continue
        if each["docs"].get("summary", "") == f"{name} block.":
            blocks[name] = (int(required), *_block(table, each["type"]))
        else:
            arguments[name] = ("!" if required else "") + _type(table, each["type"])
    told = {"a": arguments, "b": blocks, "c": _computed(made, arguments) if made else []}
    return {key: value for key, value in told.items() if value}


def _name(each: dict[str, Any]) -> str:
    """Return the argument's name in Terraform, from the link to its documentation."""
    docs = each.get("docs", {})
    found = _ARGUMENT.search(docs.get("remarks", "") + docs.get("summary", ""))
    return found["name"] if found else _snake(each["name"])


def _snake(name: str) -> str:
    return re.sub(r"([A-Z])", r"_\1", name).lower()


def _block(table: _Table, kind: dict[str, Any]) -> tuple[int, int]:
    """Return how many there may be (0: any number) and the number of the shape."""
    chosen = _fqn(kind)
    return 0 if _is_many(kind) else 1, table.number(chosen) if chosen in table.types else -1


def _is_many(kind: dict[str, Any]) -> bool:
    return "collection" in kind or any("collection" in each for each in kind.get("union", {}).get("types", []))


def _fqn(kind: dict[str, Any]) -> str:
    """Return the interface inside a type, whatever wraps it."""
    match kind:
        case {"fqn": str(name)}:
            return "" if name.startswith("cdktn.") else name
        case {"collection": {"elementtype": dict(inner)}}:
            return _fqn(inner)
        case {"union": {"types": list(several)}}:
            return next(filter(None, map(_fqn, several)), "")
    return ""


def _type(table: _Table, kind: dict[str, Any]) -> str:
    """Return a type in letters: s, n, b, * (any), [x] list or set, {x} map, o object."""
    match kind:
        case {"primitive": str(name)}:
            return _LETTERS[name]
        case {"collection": {"kind": "array", "elementtype": dict(inner)}}:
            return f"[{_type(table, inner)}]"
        case {"collection": {"elementtype": dict(inner)}}:
            return f"{{{_type(table, inner)}}}"
        case {"union": {"types": list(several)}}:
            return next((_type(table, each) for each in several if not each.get("fqn", "").startswith("cdktn.")), "*")
    return "o"


def _computed(made: dict[str, Any], arguments: dict[str, str]) -> list[str]:
    """Return what can be read of a resource and never set: properties without an input."""
    names = {each["name"] for each in made["properties"] if not each.get("static")}
    plain = {name for name in names if not name.endswith("Input") and f"{name}Input" not in names}
    return sorted({_snake(name) for name in plain} - set(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
