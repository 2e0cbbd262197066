"""What one module declares, by name: the ground that its references stand on."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from tools.terraform.blocks import Attribute, Block, Literal, Pairs, Problem, Reference, text_of
from tools.terraform.inside import folder_of
from tools.terraform.schema import Shape, data_source, resource


@dataclass(frozen=True)
class Scope:
    """The top-level blocks of one folder, found by what refers to them."""

    blocks: tuple[Block, ...]

    @cached_property
    def resources(self) -> Mapping[str, Block]:
        """Resources, data sources and modules by address."""
        return {
            block.address: block for block in self.blocks if block.kind in {"resource", "data", "module", "ephemeral"}
        }

    @cached_property
    def variables(self) -> Mapping[str, Block]:
        """Variables by name."""
        return {block.labels[0]: block for block in self.blocks if block.kind == "variable" and block.labels}

    @cached_property
    def locals(self) -> Mapping[str, Attribute]:
        """Local values by name."""
        return {each.name: each for block in self.blocks if block.kind == "locals" for each in block.attributes}

    @cached_property
    def given(self) -> frozenset[str]:
        """The names that .tfvars files give values to."""
        return frozenset(each.name for block in self.blocks if block.kind == "tfvars" for each in block.attributes)

    @cached_property
    def versions(self) -> str:
        """The constraint on the AWS provider's version, empty if there is none."""
        required = (
            each for block in self.blocks if block.kind == "terraform" for each in block.inner("required_providers")
        )
        given = next((value for each in required if isinstance(value := each.value("aws"), Pairs)), Pairs(()))
        return text_of(dict(given.pairs).get(Literal("version"))) or ""

    def target(self, reference: Reference) -> tuple[Block, tuple[str, ...]] | None:
        """Return what a reference to a resource, data source or module means, and what is taken of it."""
        names = (reference.root, *reference.names)
        size = 3 if reference.root in {"data", "ephemeral"} else 2
        block = self.resources.get(".".join(names[:size]))
        return (block, names[size:]) if block else None

    def letters(self, reference: Reference) -> str:
        """Return the type of what a reference to one attribute gives, as far as the schema tells."""
        found = self.target(reference)
        if found is None or "[*]" in reference.path or reference.root == "module":
            return ""
        block, taken = found
        shape = shape_of(block)
        if shape is None or len(taken) != 1 or reference.path[-1] == "[]":
            return ""
        if taken[0] in {"id", "arn"} and taken[0] not in shape.blocks:
            return "s"
        return shape.arguments.get(taken[0], "")


def scopes(blocks: tuple[Block, ...]) -> dict[str, Scope]:
    """Return the modules by folder."""
    folders = sorted({folder_of(block.file) for block in blocks})
    return {each: Scope(tuple(block for block in blocks if folder_of(block.file) == each)) for each in folders}


def shape_of(block: Block) -> Shape | None:
    """Return what a resource or data source takes, None for other providers' and unknown ones."""
    if not block.labels:
        return None
    return resource(block.labels[0]) if block.kind == "resource" else data_source(block.labels[0])


def duplicates(scope: Scope) -> Iterator[Problem]:
    """Yield what is declared twice."""
    single = {"resource", "data", "module", "variable", "output"}
    count = Counter(block.address for block in scope.blocks if block.kind in single)
    for block in scope.blocks:
        if block.kind in single and count[block.address] > 1:
            count[block.address] = 0
            yield Problem(block.file, block.line, f"`{block.address}` is declared twice.")
    yield from _providers(scope)
    names = Counter(each.name for block in scope.blocks if block.kind == "locals" for each in block.attributes)
    for block in scope.blocks:
        yield from (
            Problem(block.file, each.line, f"`local.{each.name}` is declared twice.")
            for each in block.attributes
            if block.kind == "locals" and names[each.name] > 1
        )


def _providers(scope: Scope) -> Iterator[Problem]:
    """Yield provider configurations of one name and alias: only one of them may be without an alias."""
    seen: set[tuple[str, str | None]] = set()
    for block in scope.blocks:
        if block.kind == "provider" and block.labels:
            named = (block.labels[0], text_of(block.value("alias")))
            if named in seen:
                yield Problem(
                    block.file, block.line, f"provider `{block.labels[0]}` is configured twice; add an alias."
                )
            seen.add(named)
