"""Follow every reference to what it means: declared, with that attribute, counted or not, and in no circle."""

from collections.abc import Iterator
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter

from tools.terraform.blocks import Block, Compound, Expression, Problem, Reference, expressions, parts, walk
from tools.terraform.scope import Scope, shape_of

_BUILT_IN = frozenset({"path", "terraform", "self", "each", "count"})
_NAMING = frozenset({"provider", "providers", "depends_on", "ignore_changes", "replace_triggered_by", "type"})
_KINDS = {"var": "variable", "local": "local value"}


def unmet(scope: Scope) -> Iterator[Problem]:
    """Yield references that mean nothing."""
    for top in scope.blocks:
        if top.kind in {"variable", "moved", "removed", "import", "terraform"}:
            continue
        bound = _bound(top)
        for block in walk(top):
            for attribute in block.attributes:
                if attribute.name in _NAMING and block.kind != "output":
                    continue
                for each in parts(attribute.value):
                    if isinstance(each, Reference) and each.root not in bound and (why := _wrong(scope, top, each)):
                        yield Problem(top.file, attribute.line, why)


def circles(scope: Scope) -> Iterator[Problem]:
    """Yield a circle of things that need one another, if there is one."""
    graph = {f"local.{name}": _needs(scope, [each.value]) for name, each in scope.locals.items()}
    for address, block in scope.resources.items():
        graph[address] = _needs(scope, [expression for expression, _ in expressions(block)])
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as found:
        circle: list[str] = found.args[1]
        first = scope.resources.get(circle[0])
        file, line = (first.file, first.line) if first else (scope.blocks[0].file, scope.locals[circle[0][6:]].line)
        yield Problem(file, line, f"needs itself: {' → '.join(f'`{each}`' for each in circle)}.")


def _needs(scope: Scope, values: list[Expression]) -> set[str]:
    found: set[str] = set()
    for value in values:
        for each in parts(value):
            if isinstance(each, Reference) and each.root == "local" and each.names:
                found.add(f"local.{each.names[0]}")
            elif isinstance(each, Reference) and (meant := scope.target(each)) and meant[0].kind != "module":
                found.add(meant[0].address)
    return found


def _bound(top: Block) -> frozenset[str]:
    """Return the names that `for` expressions and dynamic blocks bring."""
    names: set[str] = set()
    for block in walk(top):
        if block.kind == "dynamic":
            iterator = block.value("iterator")
            names.add(iterator.root if isinstance(iterator, Reference) else "".join(block.labels))
    for each, _ in expressions(top):
        names |= each.binds if isinstance(each, Compound) else set()
    return frozenset(names)


def _wrong(scope: Scope, top: Block, each: Reference) -> str:
    match each.root:
        case "var" | "local" if each.names:
            known = scope.variables if each.root == "var" else scope.locals
            return (
                "" if each.names[0] in known else _undeclared(_KINDS[each.root], str(each), list(known), each.names[0])
            )
        case "each" | "count":
            return _repeated(top, each)
        case root if root in _BUILT_IN:
            return ""
    return _resource(scope, top, each)


def _repeated(top: Block, each: Reference) -> str:
    wanted = "for_each" if each.root == "each" else "count"
    counted = top.value(wanted) is not None
    return "" if counted else f"`{each}` stands where there is no `{wanted}`."


def _undeclared(kind: str, name: str, known: list[str], wanted: str) -> str:
    close = get_close_matches(wanted, known, 1, 0.75)
    return f"`{name}` refers to a {kind} that is not declared{f'; did you mean `{close[0]}`?' if close else '.'}"


def _resource(scope: Scope, top: Block, each: Reference) -> str:
    if not each.names:
        return f"`{each}` is not a value; a resource is named by type and name, a string stands in quotes."
    found = scope.target(each)
    if found is None:
        return _undeclared("resource", str(each), [], "")
    block, taken = found
    if block is top and top.kind == "resource":
        return f"`{top.address}` refers to itself."
    return _counting(block, each, taken) or _attribute(block, taken, each)


def _counting(block: Block, each: Reference, taken: tuple[str, ...]) -> str:
    """Return what is wrong with an index, or with there being none."""
    repeated = block.value("count") is not None or block.value("for_each") is not None
    size = len(each.path) - len(taken) if not taken else each.path.index(taken[0], 1 if block.kind != "data" else 2)
    indexed = any(step in ("[]", "[*]") for step in each.path[: size + (not taken)])
    if block.kind != "module" and repeated and taken and not indexed:
        return f"`{each}` needs an index, for `{block.address}` is made with count or for_each."
    plain = "[]" in each.path[:size] and taken
    if plain and not repeated:
        return f"`{each}` has an index, but `{block.address}` is made without count and for_each."
    return ""


def _attribute(block: Block, taken: tuple[str, ...], each: Reference) -> str:
    shape = shape_of(block)
    if shape is None or not taken or not block.labels[0].startswith("aws_") or taken[0] in shape.attributes:
        return ""
    close = get_close_matches(taken[0], list(shape.attributes), 1, 0.75)
    near = f"; did you mean `{close[0]}`?" if close else "."
    return f"`{each}`: a `{block.labels[0]}` has no attribute `{taken[0]}`{near}"
