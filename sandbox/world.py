"""Read a world: a folder of state, each file in the shape of the service's own API response."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import yaml

JsonObject: TypeAlias = dict[str, object]


@dataclass(frozen=True)
class World:
    """A company's state as it is written, before anything happens.

    Attributes:
        path: The folder.
        name: Its name.
        now: The moment the files describe (UTC); served times are shifted so that this moment is the real now.
        region: AWS region.
        account: AWS account id.
        settings: All of world.toml.
        objects: Kubernetes objects, in the API's shape.
        logs: Container logs by (namespace, pod, container or "", "current" or "previous").
        aws: By folder name (cloudwatch, logs, rds, pi, …): the JSON documents in it, by path below the folder.
    """

    path: Path
    name: str
    now: datetime
    region: str
    account: str
    settings: JsonObject
    objects: tuple[JsonObject, ...] = ()
    logs: dict[tuple[str, str, str, str], str] = field(default_factory=dict)
    aws: dict[str, dict[str, object]] = field(default_factory=dict)


def read_world(path: Path) -> World:
    """Read the world in a folder.

    Raises:
        ValueError: Names the file and what is wrong with it.
    """
    about = tomllib.loads((path / "world.toml").read_text("utf-8"))
    return World(
        path=path,
        name=str(about.get("name", path.name)),
        now=_utc(about.get("now")),
        region=str(about.get("region", "us-east-1")),
        account=str(about.get("account", "123456789012")),
        settings=about,
        objects=tuple(_objects(path / "kubernetes")),
        logs=dict(_logs(path / "kubernetes" / "logs")),
        aws={folder.name: dict(_documents(folder)) for folder in sorted(path.iterdir()) if _is_service(folder)},
    )


def _is_service(folder: Path) -> bool:
    return folder.is_dir() and folder.name not in {"kubernetes", "repositories"}


def _utc(value: object) -> datetime:
    if value is None:
        return datetime.now(UTC)
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _objects(folder: Path) -> list[JsonObject]:
    found: list[JsonObject] = []
    for file in sorted(folder.rglob("*.y*ml")) + sorted(folder.rglob("*.json")):
        for document in yaml.safe_load_all(file.read_text("utf-8")):
            if document:
                found += document["items"] if str(document.get("kind", "")).endswith("List") else [document]
    return found


def _logs(folder: Path) -> list[tuple[tuple[str, str, str, str], str]]:
    """Name a log by <namespace>/<pod>[.<container>][.previous].log; pod names have no dots."""
    found = []
    for file in sorted(folder.glob("*/*.log")):
        pod, *rest = file.name.removesuffix(".log").split(".")
        which = "previous" if "previous" in rest else "current"
        container = next((part for part in rest if part != "previous"), "")
        found.append(((file.parent.name, pod, container, which), file.read_text("utf-8")))
    return found


def _documents(folder: Path) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for file in sorted(folder.rglob("*")):
        name = str(file.relative_to(folder))
        match file.suffix:
            case ".json":
                found.append((name, json.loads(file.read_text("utf-8"))))
            case ".yaml" | ".yml":
                found.append((name, yaml.safe_load(file.read_text("utf-8"))))
            case ".log" | ".txt" | ".jsonl":
                found.append((name, file.read_text("utf-8")))
            case _:
                continue
    return found
