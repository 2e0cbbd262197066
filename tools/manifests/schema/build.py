"""Make kinds.json.gz of published packages; the notes in `SOURCES` say of which, and what each is licensed under.

Unpack the PyPI wheel kubernetes-validate and the npm package @kubernetes-models/karpenter, install
cloudcoil-models-kyverno beside them, and run `python -m tools.manifests.schema.build` with the wheel's
kubernetes_validate/kubernetes-json-schema/v1.37.0-local-strict and the npm package's folder.
"""

import gzip
import json
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from tools.manifests.schema.compiled import Schema, schemas

FILE = Path(__file__).with_name("kinds.json.gz")
SOURCES = {
    "Kubernetes 1.37": "kubernetes-validate 1.37.0 (Apache-2.0), of Kubernetes' own OpenAPI (Apache-2.0)",
    "Karpenter 1": "@kubernetes-models/karpenter 2.0.0 (MIT), of Karpenter's CRDs (Apache-2.0)",
    "Kyverno 1.13": "cloudcoil-models-kyverno 1.13.4.0 (Apache-2.0), of Kyverno's CRDs (Apache-2.0)",
}
_WORDS = {"description", "title", "default", "format", "$schema", "$id", "discriminator"}
_QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
_EITHER = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"
_METADATA = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_KYVERNO = {
    "v1": ("ClusterPolicy", "Policy"),
    "v2": ("CleanupPolicy", "ClusterCleanupPolicy", "PolicyException"),
}


def main(arguments: list[str]) -> int:
    """Read the packages and write the table."""
    kinds: dict[str, str] = {}
    defs: dict[str, Schema] = {}
    own = _kubernetes(Path(arguments[0]))
    for read in (own, _karpenter(Path(arguments[1]), own[1]), _kyverno()):
        kinds |= read[0]
        defs |= read[1]
    # https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
    quantity = r"^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$"
    defs[_QUANTITY] = {"type": ["string", "number"], "pattern": quantity}
    defs[_EITHER] = {"type": ["string", "integer"]}
    told = {
        "sources": list(SOURCES.items()),
        "kinds": kinds,
        "defs": {name: _plain(shape) for name, shape in defs.items()},
    }
    FILE.write_bytes(gzip.compress(json.dumps(told, separators=(",", ":"), sort_keys=True).encode(), 9, mtime=0))
    sys.stdout.write(f"{len(kinds)} kinds, {len(defs)} shapes, {FILE.stat().st_size} bytes\n")
    return 0


def _kubernetes(folder: Path) -> tuple[dict[str, str], dict[str, Schema]]:
    told = json.loads((folder / "_definitions.json").read_text("utf-8"))["$defs"]
    kinds = {}
    for name, shape in told.items():
        for known in shape.get("x-kubernetes-group-version-kind", []):
            if {"apiVersion", "metadata"} <= set(shape.get("properties", {})):
                group = f"{known['group']}/" if known["group"] else ""
                kinds[f"{group}{known['version']} {known['kind']}"] = name
    return kinds, {name: _bare(shape) for name, shape in told.items()}


def _karpenter(folder: Path, own: dict[str, Schema]) -> tuple[dict[str, str], dict[str, Schema]]:
    """Read Karpenter's; what is Kubernetes' own has its name with neither dots nor its letters' size."""
    known = {re.sub(r"[.-]", "", name).lower(): name for name in own}
    shapes = schemas(folder / "_schemas", lambda stem: known.get(stem.lower(), f"karpenter.{stem}"))
    kinds = {}
    for name, shape in shapes.items():
        its = shape.get("properties", {})
        if {"apiVersion", "kind", "metadata"} <= set(its) and not name.endswith("List"):
            kinds[f"{its['apiVersion']['enum'][0]} {its['kind']['enum'][0]}"] = name
    return kinds, shapes


def _kyverno() -> tuple[dict[str, str], dict[str, Schema]]:
    kinds: dict[str, str] = {}
    defs: dict[str, Schema] = {}
    for version, names in _KYVERNO.items():
        module = import_module(f"cloudcoil.models.kyverno.{version}")
        for name in names:
            shape = getattr(module, name).model_json_schema(by_alias=True)
            inner, known = shape.pop("$defs"), f"kyverno.{version}.{name}"
            kinds[f"kyverno.io/{version} {name}"] = known
            defs |= {f"kyverno.{version}.{each}": _closed(value, version) for each, value in inner.items()}
            defs[known] = _closed(shape, version)
            defs[known]["properties"]["metadata"] = {"$ref": f"#/$defs/{_METADATA}"}
    return kinds, defs


def _bare(shape: Any) -> Any:
    """Return a schema without words for people; alternatives may overlap."""
    if isinstance(shape, list):
        return [_bare(each) for each in shape]
    if not isinstance(shape, dict):
        return shape
    told = {key: value for key, value in shape.items() if key not in _WORDS and not key.startswith("x-")}
    if "oneOf" in told:
        told["anyOf"] = told.pop("oneOf")
    names = {"properties": {name: _bare(each) for name, each in shape.get("properties", {}).items()}}
    return {key: _bare(value) for key, value in told.items()} | (names if "properties" in shape else {})


def _closed(shape: Any, version: str) -> Any:
    """Return a schema of Kyverno's, closed to what it does not list, as its CRDs are."""
    told = json.loads(re.sub(r"#/\$defs/", f"#/$defs/kyverno.{version}.", json.dumps(_bare(shape))))
    if "properties" in told:
        told.setdefault("additionalProperties", False)
    return told


def _plain(shape: Any) -> Any:
    """Return a schema that knows no null, for what is null counts as not there; then most alternatives are one."""
    match shape:
        case {"anyOf": list(several), **others} if {"type": "null"} in several:
            return _plain({"anyOf": [each for each in several if each != {"type": "null"}], **others})
        case {"anyOf": [dict(only)], **others} | {"allOf": [dict(only)], **others}:
            return _plain({**others, **only})
        case {"type": list(kinds), **others} if "null" in kinds:
            left = [kind for kind in kinds if kind != "null"]
            return _plain({**others, "type": left[0] if len(left) == 1 else left})
        case dict():
            return {key: _plain(value) for key, value in shape.items()}
        case list():
            return [_plain(each) for each in shape]
    return shape


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
