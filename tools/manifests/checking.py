"""Hold the files of a change to the schemas of what would read them, as far as there are schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from tools.kube.fields import part, parts, text
from tools.manifests import charts, kinds
from tools.manifests.documents import Unreadable, documents
from tools.terraform.external import cluster_policies

MOST = 20
_YAML = frozenset({".yaml", ".yml"})
_PARTIAL = ("patch", "overlay")
"""In a folder or file called so there are pieces that kustomize lays over whole manifests."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of the files.

    Attributes:
        wrong: Sentences: file, document, where in it, and what does not fit.
        fitting: What fits its schema, as `file: kind name`.
        unchecked: What there is no schema for, and why, in a sentence each.
    """

    wrong: tuple[str, ...]
    fitting: tuple[str, ...]
    unchecked: tuple[str, ...]

    @property
    def any(self) -> bool:
        """Whether there was anything to check."""
        return bool(self.wrong or self.fitting or self.unchecked)


@dataclass(frozen=True, slots=True)
class _Said:
    """One thing said of a file: in which of the lists of `Checked` it belongs."""

    where: str
    words: str


def check(files: Mapping[str, str], beside: Mapping[str, str] | None = None) -> Checked:
    """Check manifests and values; files that are neither are passed over.

    Args:
        files: Path to whole text.
        beside: Files that are not part of the change: schemas of charts' values.
    """
    known = {**(beside or {}), **files}
    said = [each for path, content in sorted(files.items()) for each in _file(path, content, known)]
    said += _by_policies(files)
    wrong, fitting, unchecked = (
        tuple(dict.fromkeys(one.words for one in said if one.where == where)) for where in ("wrong", "fits", "unknown")
    )
    more = (f"and {len(wrong) - MOST} more",) if len(wrong) > MOST else ()
    return Checked((*wrong[:MOST], *more), fitting, unchecked)


def _file(path: str, content: str, known: Mapping[str, str]) -> Iterator[_Said]:
    if PurePosixPath(path).suffix not in {*_YAML, ".json"}:
        return
    if charts.is_template(path, content):
        yield _Said("unknown", f"{path} is a template, which only Helm renders.")
        return
    try:
        found = documents(content)
    except Unreadable as wrong:
        yield _Said("wrong", f"{path}: {wrong}")
        return
    if schema := known.get(charts.schema_of(path), ""):
        yield from _values(path, schema, found)
    for number, document in enumerate(found, 1):
        yield from _document(f"{path}" if len(found) == 1 else f"{path}, document {number}", document)


def _by_policies(files: Mapping[str, str]) -> list[_Said]:
    """Put manifests to the Kyverno policies that are among the files, where kyverno is on PATH."""
    policies = {path: content for path, content in files.items() if "kyverno.io/" in content}
    others = {path: content for path, content in files.items() if path not in policies and _is_manifest(path, content)}
    if not policies or not others:
        return []
    state, sentences = cluster_policies(others, policies)
    where = {"failed": "wrong", "skipped": "unknown"}.get(state, "fits")
    return [_Said(where, sentence) for sentence in sentences]


def _is_manifest(path: str, content: str) -> bool:
    yaml = PurePosixPath(path).suffix in _YAML and not charts.is_template(path, content)
    return yaml and "apiVersion:" in content and "kind:" in content


def _values(path: str, schema: str, found: list[Any]) -> Iterator[_Said]:
    misfits = [f"{path}: {each}." for values in found[:1] for each in charts.misfits(schema, values)]
    yield from (_Said("wrong", each) for each in misfits)
    if not misfits:
        yield _Said("fits", f"{path}: values of the chart")


def _document(at: str, document: Any) -> Iterator[_Said]:
    version, kind = text(document, "apiVersion"), text(document, "kind")
    if not version or not kind:
        return
    if (version, kind) == ("v1", "List"):
        for item in parts(document, "items"):
            yield from _document(at, item)
    elif kinds.is_known(version, kind):
        yield from _held(at, version, kind, document)
    elif kinds.is_gone(version, kind):
        yield _Said("wrong", f"{at}: {kinds.sources()[0]} has no {kind} in {version}.")
    else:
        yield _Said("unknown", f"{at}: there is no schema of {version} {kind} here.")


def _held(at: str, version: str, kind: str, document: Any) -> Iterator[_Said]:
    partial = any(word in at.lower() for word in _PARTIAL)
    name = text(document, "metadata", "name")
    # what is written in status nobody reads
    misfits = kinds.misfits(version, kind, {key: value for key, value in document.items() if key != "status"})
    wrong = [f"{where}: {why}" for where, why, missing in misfits if not (missing and partial)]
    wrong += [] if partial else _inconsistent(document, name)
    yield from (_Said("wrong", f"{at}: {kind} {name}".rstrip() + f": {each.rstrip('.')}.") for each in wrong)
    if not wrong:
        yield _Said("fits", f"{at}: {kind} {name}")


def _inconsistent(document: Any, name: str) -> list[str]:
    """Return what the API server refuses although each field by itself fits."""
    missing = [] if name or text(document, "metadata", "generateName") else ["metadata.name: it has none"]
    wanted, labels = part(document, "spec", "selector", "matchLabels"), part(document, "spec", "template", "metadata")
    given = part(labels, "labels")
    return missing + [
        f"spec.selector.matchLabels: {key}={value} is not among the labels of spec.template, so it would select nothing"
        for key, value in wanted.items()
        if "template" in part(document, "spec") and given.get(key) != value
    ]
