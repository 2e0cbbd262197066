"""Read a world: a folder of state, each file in the shape of the service's own API response."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from sandbox.files import kubernetes_objects, pod_logs, service_documents
from sandbox.shift import Shift

JsonObject: TypeAlias = dict[str, object]


@dataclass(frozen=True)
class World:
    """A company's state as it is written, before anything happens.

    Attributes:
        path: The folder.
        name: Its name.
        now: The moment the files describe (UTC); served times are shifted so that this moment is `begins`.
        region: AWS region.
        account: AWS account id.
        settings: All of world.toml.
        objects: Kubernetes objects, in the API's shape.
        logs: Container logs by (namespace, pod, container or "", "current" or "previous").
        aws: By folder name (cloudwatch, logs, rds, pi, …): the documents in it, by path below the folder.
        begins: The real moment at which the world's `now` is served (UTC).
    """

    path: Path
    name: str
    now: datetime
    region: str
    account: str
    settings: JsonObject
    objects: tuple[dict[str, Any], ...] = ()
    logs: dict[tuple[str, str, str, str], str] = field(default_factory=dict)
    aws: dict[str, dict[str, object]] = field(default_factory=dict)
    begins: datetime = field(default_factory=lambda: datetime.now(UTC))

    @cached_property
    def shift(self) -> Shift:
        """How the world's times become served times."""
        return Shift(self.now, self.begins)

    def shifted(self, value: Any) -> Any:
        """Return a copy of JSON data or text with every time in it moved from the world's time to the served time."""
        return self.shift(value)


def read_world(path: Path) -> World:
    """Read the world in a folder; truth.toml is left alone.

    Raises:
        ValueError: Names the file and what is wrong with it.
    """
    about = _settings(path / "world.toml")
    return World(
        path=path,
        name=str(about.get("name", path.name)),
        now=_utc(about.get("now"), path),
        region=str(about.get("region", "us-east-1")),
        account=str(about.get("account", "123456789012")),
        settings=about,
        objects=tuple(kubernetes_objects(path / "kubernetes")),
        logs=dict(pod_logs(path / "kubernetes" / "logs")),
        aws={folder.name: service_documents(folder) for folder in sorted(path.iterdir()) if _is_service(folder)},
    )


def _settings(file: Path) -> JsonObject:
    if not file.is_file():
        raise ValueError(f"{file.parent} is not a world: it has no world.toml.")
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{file}: not TOML: {error}") from error


def _is_service(folder: Path) -> bool:
    return folder.is_dir() and folder.name not in {"kubernetes", "repositories"} and not folder.name.startswith(".")


def _utc(value: object, path: Path) -> datetime:
    if value is None:
        return datetime.now(UTC)
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError as error:
        raise ValueError(f"{path / 'world.toml'}: now must be a time such as 2026-03-02T14:05:00Z.") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
