"""Hold what is written in resources and data sources against the provider's schema."""

from collections.abc import Iterator
from difflib import get_close_matches

from tools.terraform.blocks import Attribute, Block, Expression, Literal, Problem, Reference
from tools.terraform.kinds import fits, kind_of, wording
from tools.terraform.schema import Shape, data_sources, resources
from tools.terraform.schema.removed import was_taken
from tools.terraform.scope import Scope, shape_of

_META = frozenset({"count", "for_each", "provider", "depends_on"})
_META_BLOCKS = frozenset({"lifecycle", "provisioner", "connection", "dynamic"})
_LIFECYCLE = frozenset({"create_before_destroy", "prevent_destroy", "ignore_changes", "replace_triggered_by"})


def against_schema(scope: Scope) -> Iterator[Problem]:
    """Yield what the provider would not take."""
    for block in scope.resources.values():
        if block.kind not in {"resource", "data"} or len(block.labels) != 2 or not block.labels[0].startswith("aws_"):  # noqa: PLR2004 - type and name
            continue
        if shape := shape_of(block):
            yield from _body(scope, block, shape, block.address, top=True)
        else:
            yield _unknown(block)


def _unknown(block: Block) -> Problem:
    known = resources() if block.kind == "resource" else data_sources()
    word = "resource type" if block.kind == "resource" else "data source"
    return Problem(
        block.file, block.line, f"the AWS provider has no {word} `{block.labels[0]}`{_near(block.labels[0], known)}."
    )


def _near(name: str, known: tuple[str, ...] | list[str]) -> str:
    close = get_close_matches(name, known, 1, 0.75)
    return f"; did you mean `{close[0]}`?" if close else ""


def _body(scope: Scope, block: Block, shape: Shape, where: str, *, top: bool = False) -> Iterator[Problem]:
    yield from _given(scope, block, shape, where, _META if top else frozenset())
    yield from _missing(block, shape, where)
    yield from _blocks(scope, block, shape, where, top=top)


def _given(scope: Scope, block: Block, shape: Shape, where: str, meta: frozenset[str]) -> Iterator[Problem]:
    top_level = bool(meta)
    seen: set[str] = set()
    for each in block.attributes:
        if each.name in seen:
            yield Problem(block.file, each.line, f"`{where}` is given `{each.name}` twice.")
        seen.add(each.name)
        if each.name in meta or (block.loose and each.name in shape.blocks.keys() | _META_BLOCKS):
            continue
        letters = shape.arguments.get(each.name)
        if top_level and was_taken(block.labels[0], each.name, scope.versions):
            continue
        if letters is None or (each.name == "id" and where.startswith("aws_") and not block.loose and top_level):
            yield Problem(block.file, each.line, _unsupported(each, shape, where))
        elif not fits(letters, each.value, _known(scope, each.value)):
            yield Problem(block.file, each.line, f"`{where}` wants {wording(letters)} for `{each.name}`.")


def _known(scope: Scope, value: Expression) -> str:
    return scope.letters(value) if isinstance(value, Reference) else kind_of(value)


def _unsupported(each: Attribute, shape: Shape, where: str) -> str:
    if each.name in shape.blocks:
        return f"`{where}` takes `{each.name}` as a block, without `=`."
    if each.name in shape.computed:
        return f"`{where}` has `{each.name}` to read, not to set."
    return f"`{where}` takes no argument `{each.name}`{_near(each.name, [*shape.arguments, *shape.blocks])}."


def _missing(block: Block, shape: Shape, where: str) -> Iterator[Problem]:
    given = {each.name for each in block.attributes if each.value != Literal(None)}
    given |= {each.kind for each in block.blocks} | {label for each in block.blocks for label in each.labels}
    for name in sorted(shape.required - given):
        yield Problem(block.file, block.line, f"`{where}` needs the argument `{name}`.")


def _blocks(scope: Scope, block: Block, shape: Shape, where: str, *, top: bool) -> Iterator[Problem]:
    for each in block.blocks:
        name = each.labels[0] if each.kind == "dynamic" and each.labels else each.kind
        if top and name in _META_BLOCKS:
            yield from _lifecycle(each, where)
        elif top and was_taken(block.labels[0], name, scope.versions):
            continue
        elif name not in shape.blocks and "o" not in shape.arguments.get(name, "") and not _is_map(block, shape, name):
            yield Problem(each.file, each.line, _no_block(name, shape, where))
    for name, nested in shape.blocks.items():
        inner = block.inner(name)
        if len([each for each in inner if each.kind == name]) > nested.most > 0:
            yield Problem(inner[1].file, inner[1].line, f"`{where}` takes only one block `{name}`.")
        if nested.least and not inner:
            yield Problem(block.file, block.line, f"`{where}` needs a block `{name}`.")
        for one in inner:
            if nested.shape:
                yield from _body(scope, one, nested.shape, f"{where}.{name}")


def _is_map(block: Block, shape: Shape, name: str) -> bool:
    """Return whether a nested JSON object is an argument's value."""
    return block.loose and (name in shape.arguments or name in _META)


def _no_block(name: str, shape: Shape, where: str) -> str:
    if name in shape.arguments:
        return f"`{where}` takes `{name}` as an argument, with `=`."
    return f"`{where}` takes no block `{name}`{_near(name, [*shape.blocks, *shape.arguments])}."


def _lifecycle(block: Block, where: str) -> Iterator[Problem]:
    for each in block.attributes if block.kind == "lifecycle" else ():
        if each.name not in _LIFECYCLE and not (block.loose and each.name in {"precondition", "postcondition"}):
            yield Problem(block.file, each.line, f"`{where}` takes no `{each.name}` in its lifecycle.")
