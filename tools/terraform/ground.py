"""What the repository has already: its environments, its modules, whose they are, and which names are taken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from tools.contract import ToolError
from tools.github.client import Reader, reader
from tools.github.code import file_at
from tools.github.names import below
from tools.kube.fields import parts, text
from tools.terraform.blocks import Block, Literal, Module, Pairs, expressions, text_of
from tools.terraform.reading import read

MOST_FILES = 60
"""An environment with more cannot be read in a run's time."""

ENVIRONMENTS = "environments"
_ENVIRONMENT = re.compile(rf"{ENVIRONMENTS}/([a-z0-9-]+)/[^/]+\.tf")


@dataclass(frozen=True, slots=True)
class Ground:
    """A repository at the head of its base branch.

    Attributes:
        repository: owner/name.
        paths: Every file.
        files: The Terraform of one environment and of what it calls, path → text.
    """

    repository: str
    paths: frozenset[str] = frozenset()
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def environments(self) -> tuple[str, ...]:
        """Return the environments that there are."""
        return tuple(sorted({found[1] for path in self.paths if (found := _ENVIRONMENT.fullmatch(path))}))

    def module(self) -> Module:
        """Return the Terraform that was read."""
        return read(self.files)

    def names(self) -> frozenset[str]:
        """Return the names that are taken in the environment: of files, modules, resources and what AWS shows."""
        blocks = self.module().blocks
        labels = {block.labels[-1] for block in blocks if block.kind in {"module", "resource"} and block.labels}
        return frozenset(labels | {text for block in blocks for text in _shown(block)})

    def tags(self) -> dict[str, str]:
        """Return the provider's default tags that are written out, names in lowercase."""
        providers = (block for block in self.module().of("provider"))
        tags = (each.value("tags") for block in providers for each in block.inner("default_tags"))
        pairs = (pair for value in tags if isinstance(value, Pairs) for pair in value.pairs)
        told = ((text_of(name), text_of(value)) for name, value in pairs)
        return {name.lower(): value for name, value in told if name and value}


def ground(repository: str, base: str, environment: str) -> Ground:
    """Return what is in a repository, with the Terraform of one environment if it is named.

    Raises:
        ToolError: It cannot be read, or the environment has too many files.
    """
    api = reader()
    told = api.get(f"{below(repository, 'git', 'trees')}/{quote(base)}", f"list {repository}", {"recursive": "1"})
    paths = frozenset(text(one, "path") for one in parts(told, "tree") if text(one, "type") == "blob")
    if not environment:
        return Ground(repository, paths)
    own = _texts(api, repository, base, _directly(paths, f"{ENVIRONMENTS}/{environment}"))
    called = sorted({folder for folder in _called(own) if any(path.startswith(f"{folder}/") for path in paths)})
    theirs = _texts(api, repository, base, [path for folder in called for path in _directly(paths, folder)])
    return Ground(repository, paths, {**own, **theirs})


def module_files(repository: str, base: str, at: Ground, folder: str) -> dict[str, str]:
    """Return the Terraform of a folder of the repository, empty if there is none."""
    return _texts(reader(), repository, base, _directly(at.paths, folder))


def _directly(paths: frozenset[str], folder: str) -> list[str]:
    inside = len(folder) + 1
    return sorted(
        path for path in paths if path.startswith(f"{folder}/") and path.endswith(".tf") and "/" not in path[inside:]
    )


def _texts(api: Reader, repository: str, base: str, paths: list[str]) -> dict[str, str]:
    if len(paths) > MOST_FILES:
        raise ToolError(f"{repository} has {len(paths)} Terraform files there, more than {MOST_FILES}; split it first.")
    return {path: file_at(api, repository, path, base).text for path in paths}


def _called(files: Mapping[str, str]) -> Iterator[str]:
    """Yield the folders of modules that environments call by path."""
    for block in read(files).of("module"):
        source = text_of(block.value("source")) or ""
        if source.startswith("../../"):
            yield source.removeprefix("../../").rstrip("/")


def _shown(block: Block) -> Iterator[str]:
    """Yield the names that a block gives to what it makes."""
    if block.kind in {"resource", "module"}:
        for name in ("name", "bucket", "identifier", "cluster_name", "function_name"):
            if isinstance(value := block.value(name), Literal) and isinstance(value.value, str):
                yield value.value


def lookups(module: Module) -> frozenset[str]:
    """Return the addresses of data sources that the environment has."""
    return frozenset(block.address for block in module.of("data"))


def uses(files: Mapping[str, str], root: str) -> bool:
    """Tell whether some expression of the files begins with a name."""
    return any(getattr(one, "root", "") == root for block in read(files).blocks for one, _ in expressions(block))
