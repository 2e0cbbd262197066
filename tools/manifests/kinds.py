"""The schemas of known kinds: Kubernetes' own, Karpenter's and Kyverno's, from one table that needs no network."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tools.contract import JsonObject

_FILE = Path(__file__).with_name("schema") / "kinds.json.gz"
_REFERENCE = re.compile(r'"#/\$defs/([^"]+)"')
_ENOUGH = 160
"""Characters of a complaint; a value that does not fit may be long."""


def sources() -> tuple[str, ...]:
    """Return whose kinds there are and of which version, such as `Kubernetes 1.37`."""
    return tuple(name for name, _ in _table()["sources"])


def is_known(version: str, kind: str) -> bool:
    """Tell whether there is a schema of a kind."""
    return f"{version} {kind}" in _table()["kinds"]


def is_gone(version: str, kind: str) -> bool:
    """Tell whether Kubernetes itself would know such a kind without a schema, and does not (any more).

    Programs of others write `v1` over kinds of their own, so there only a kind of another version counts.
    """
    group = _group(version)
    return group in _groups() if group else kind in _own_kinds()


def misfits(version: str, kind: str, document: JsonObject) -> Iterator[tuple[str, str, bool]]:
    """Yield what in a document does not fit its kind: where, why, and whether it is only that something is missing."""
    for error in _validator(version, kind).iter_errors(document):
        where = ".".join(map(str, error.instance_path)) or kind
        missing = str(error.schema_path[-1]) == "required" if error.schema_path else False
        yield where, _short(error.message), missing


@cache
def _validator(version: str, kind: str) -> Any:
    from jsonschema_rs import Draft202012Validator, RegexOptions  # noqa: PLC0415 - rarely used

    name = _table()["kinds"][f"{version} {kind}"]
    schema = {"$ref": f"#/$defs/{name}", "$defs": _reachable(name)}
    return Draft202012Validator(schema, offline=True, pattern_options=RegexOptions())


def _reachable(name: str) -> dict[str, Any]:
    """Return the shapes that a shape is made of."""
    defs, found, left = _table()["defs"], {}, [name]
    while left:
        if (one := left.pop()) not in found:
            found[one] = defs[one]
            left += _REFERENCE.findall(json.dumps(defs[one]))
    return found


@cache
def _table() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(gzip.decompress(_FILE.read_bytes()))
    return told


@cache
def _groups() -> frozenset[str]:
    others = {"karpenter.sh", "karpenter.k8s.aws", "kyverno.io"}
    return frozenset(_group(known.split()[0]) for known in _table()["kinds"]) - others | {"extensions"}


@cache
def _own_kinds() -> frozenset[str]:
    return frozenset(known.split()[1] for known in _table()["kinds"] if _group(known.split()[0]) in _groups())


def _group(version: str) -> str:
    return version.partition("/")[0] if "/" in version else ""


def _short(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= _ENOUGH else f"{flat[:40]} … {flat[-_ENOUGH:]}"
