"""Read the files of a world leniently, and say which file is wrong when one is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from sandbox.kube.kinds import KINDS, NODE_METRICS, POD_METRICS, kind_names

_NAMES = kind_names((*KINDS, POD_METRICS, NODE_METRICS))
_YAML = {".yaml", ".yml"}


class _Plain(yaml.CSafeLoader):
    """YAML as JSON sees it: a time stays the text it was written as."""


_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def kubernetes_objects(folder: Path) -> list[dict[str, Any]]:
    """Return the objects in a folder: single, several documents, lists of any kind, or a bare list.

    Raises:
        ValueError: Names the file and what is wrong with it.
    """
    found: list[dict[str, Any]] = []
    for file in sorted(folder.rglob("*")):
        if file.suffix in {*_YAML, ".json"} and file.is_file():
            for document in _documents(file):
                found += _objects(file, document)
    return found


def pod_logs(folder: Path) -> Iterator[tuple[tuple[str, str, str, str], str]]:
    """Yield logs by (namespace, pod, container or "", "current" or "previous").

    Files are <namespace>/<pod>[.<container>][.previous].log, or <namespace>/<pod>/<container>[.previous].log.
    """
    for file in sorted(folder.rglob("*.log")):
        namespace, *folders, name = file.relative_to(folder).parts if file.parent != folder else ("default", file.name)
        stem = name.removesuffix(".log")
        current = stem.removesuffix(".previous").removesuffix("-previous")
        pod, _, container = (folders[0], "", current) if folders else current.partition(".")
        yield (namespace, pod, container, "current" if current == stem else "previous"), _text(file)


def service_documents(folder: Path) -> dict[str, object]:
    """Return what is in an AWS service's folder, parsed where it is JSON or YAML, by path below the folder.

    Raises:
        ValueError: Names the file and what is wrong with it.
    """
    found: dict[str, object] = {}
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if file.suffix in {*_YAML, ".json"}:
            documents = _documents(file)
            found[name] = documents[0] if len(documents) == 1 else documents
        elif file.suffix in {".log", ".txt", ".jsonl", ".ndjson"}:
            found[name] = _text(file)
    return found


def json_lines(text: str) -> list[Any]:
    """Return what is in a text of one JSON document a line."""
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def _documents(file: Path) -> list[Any]:
    text = _text(file)
    try:
        if file.suffix == ".json":
            return [json.loads(text)]
        return [document for document in yaml.load_all(text, Loader=_Plain) if document is not None]
    except (ValueError, yaml.YAMLError) as error:
        raise ValueError(f"{file}: cannot be read as {file.suffix[1:].upper()}: {error}") from error


def _text(file: Path) -> str:
    return file.read_text("utf-8", errors="replace")


def _objects(file: Path, document: Any) -> list[dict[str, Any]]:
    if isinstance(document, list):
        return [_object(file, item, "", "") for item in document]
    if isinstance(document, dict) and isinstance(document.get("items"), list):
        kind = str(document.get("kind", "")).removesuffix("List")
        return [_object(file, item, kind, str(document.get("apiVersion", ""))) for item in document["items"]]
    return [_object(file, document, "", "")]


def _object(file: Path, document: Any, kind: str, api_version: str) -> dict[str, Any]:
    """Complete what items of a list leave out, as the API does: their kind is the list's."""
    if not isinstance(document, dict):
        kind = type(document).__name__
        raise ValueError(f"{file}: a Kubernetes object is a mapping, not {kind}.")  # noqa: TRY004 - a wrong file
    named = _NAMES.get(file.stem.split(".")[0])
    kind = str(document.get("kind") or kind or (named.name if named else ""))
    if not kind:
        raise ValueError(f"{file}: an object has no kind; write kind and apiVersion.")
    known = _NAMES.get(kind)
    fallback = api_version if document.get("kind") is None and api_version else known.api_version if known else "v1"
    meta = document.get("metadata")
    if not isinstance(meta, dict) or not meta.get("name"):
        raise ValueError(f"{file}: an object of kind {kind} has no metadata.name.")
    return {**document, "apiVersion": document.get("apiVersion") or fallback, "kind": kind}
