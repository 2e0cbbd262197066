"""Refuse Terraform that reads, runs or reaches what a module has no business with, before anything runs it."""

import re
from collections.abc import Callable, Iterator

from tools.terraform.blocks import (
    Block,
    Function,
    Literal,
    Module,
    Pairs,
    Problem,
    Reference,
    Template,
    expressions,
    parts,
    text_of,
    walk,
)
from tools.terraform.forbidden import (
    MODULES,
    PATHS,
    PROVIDER_ARGUMENTS,
    PROVIDER_BLOCKS,
    PROVIDERS,
    READS_FILES,
    RUNS,
    UNREADABLE,
)
from tools.terraform.inside import folder_of, stays_inside

_RUNNING = frozenset({"provisioner", "connection", "postrender"})
_DOUBTFUL = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_LONE_RETURN = re.compile(r"\r(?!\n)")
# What the parser and Terraform might read differently is looked for in the bare text as well.
_IN_THE_TEXT = re.compile(
    r"""^[^#\n]*?(?:\bprovisioner\s*"?\s*(?:local-exec|remote-exec|file)\b"?\s*\{|\bdata\s*"?external"?\s*"?[\w-]+"?\s*\{)""",
    re.MULTILINE,
)


def scan(module: Module) -> tuple[Problem, ...]:
    """Return everything that would be refused; nothing found means that a plan may look at it."""
    found = [problem for look in _LOOKS for problem in look(module)]
    return tuple(dict.fromkeys(found))


def _paths(module: Module) -> Iterator[Problem]:
    for name in sorted(module.names):
        if not stays_inside(name) or name.startswith("."):
            yield Problem(name, 1, "lies outside of the module, or is hidden.")
        elif "/." in f"/{name}" or name.endswith((".tftest.hcl", ".tftest.json", ".tfmock.hcl", ".tofu", ".tfstate")):
            yield Problem(name, 1, "is a file that changes how Terraform itself works.")


def _texts(module: Module) -> Iterator[Problem]:
    for name, text in module.texts.items():
        if _DOUBTFUL.search(text) or _LONE_RETURN.search(text):
            yield Problem(name, 1, "has control or direction characters, so it may not read as it looks.")
        if name.endswith(".tf") and (found := _IN_THE_TEXT.search(text)):
            line = text.count("\n", 0, found.end()) + 1
            yield Problem(name, line, "runs a program (provisioner or external data).")


def _kinds(module: Module) -> Iterator[Problem]:
    for top in module.blocks:
        kind = (top.kind, top.labels[0] if top.labels else "")
        if kind in RUNS:
            yield Problem(top.file, top.line, f"`{top.address}` {RUNS[kind]}.")
        for block in walk(top):
            if block.kind in _RUNNING or block.labels[:1] in {(kind,) for kind in _RUNNING}:
                yield Problem(block.file, block.line, f"`{top.address}` has a {block.kind}, which runs programs.")
            for each in block.attributes:
                if each.name in _RUNNING and top.kind in {"resource", "data"}:
                    yield Problem(block.file, each.line, f"`{top.address}` has a {each.name}, which runs programs.")


def _files(module: Module) -> Iterator[Problem]:
    for top in module.blocks:
        for each, line in expressions(top):
            if isinstance(each, Function):
                yield from (Problem(top.file, line, sentence) for sentence in _call(each, folder_of(top.file)))
            elif isinstance(each, Reference) and each.root == "path" and each.path[:1] == ("cwd",):
                yield Problem(top.file, line, "`path.cwd` tells about the machine that plans.")
        for name in PATHS.get(top.labels[0], ()) if top.labels else ():
            value = top.value(name)
            if value is not None and _leaves(value, folder_of(top.file)):
                yield Problem(top.file, top.line, f"`{top.address}` takes `{name}` from outside of the module.")


def _call(call: Function, folder: str) -> Iterator[str]:
    if call.name in READS_FILES and not (call.arguments and _is_inside(call.arguments[0], folder)):
        yield f"`{call.name}()` reads a file that is not plainly inside the module."
    if call.name in UNREADABLE:
        yield f"`{call.name}()` {UNREADABLE[call.name]}."
    if "::" in call.name and not call.name.startswith(("core::", "provider::aws::")):
        yield f"`{call.name}()` is a function of a provider that is not on the list."


def _is_inside(path: object, folder: str) -> bool:
    """Return whether a path is written out and stays in the module: nothing computed, no way up."""
    match path:
        case Literal(str(text)):
            return stays_inside(text, folder)
        case Template((Reference("path", ("module" | "root",)), Literal(str(rest)), *more)) if not more:
            return rest.startswith("/") and stays_inside(rest[1:], folder)
        case Reference("path", ("module" | "root",)):
            return True
    return False


def _leaves(path: object, folder: str) -> bool:
    """Return whether a path plainly leaves the module; one made of other resources may stay."""
    match path:
        case Literal(str(text)):
            return not stays_inside(text, folder)
        case Template((Literal(str(start)), *rest)):
            return not stays_inside(f"{start}x", folder) or any(_climbs(each) for each in rest)
        case Template(several):
            return any(map(_climbs, several))
    return False


def _climbs(part: object) -> bool:
    return isinstance(part, Literal) and isinstance(part.value, str) and ".." in part.value


def _modules(module: Module) -> Iterator[Problem]:
    for block in module.of("module"):
        source = text_of(block.value("source"))
        if source is None:
            yield Problem(block.file, block.line, f"`{block.address}` has a source that is computed.")
        elif source.startswith(("./", "../")):
            if not stays_inside(source, folder_of(block.file)):
                yield Problem(block.file, block.line, f"`{block.address}` comes from outside of the module.")
        elif not MODULES.fullmatch(source):
            yield Problem(block.file, block.line, f"`{block.address}` comes from a source that is not on the list.")
        elif not re.fullmatch(r"=?\s*\d+\.\d+\.\d+", text_of(block.value("version")) or ""):
            yield Problem(block.file, block.line, f"`{block.address}` needs one exact version.")


def _settings(module: Module) -> Iterator[Problem]:
    for block in module.of("terraform"):
        for inner in walk(block):
            if inner.kind in {"backend", "cloud", "provider_meta", "encryption"}:
                yield Problem(inner.file, inner.line, f"a `{inner.kind}` block decides where state and secrets go.")
            if inner.kind == "required_providers":
                yield from _sources(inner)


def _sources(block: Block) -> Iterator[Problem]:
    for each in block.attributes:
        given = dict(each.value.pairs) if isinstance(each.value, Pairs) else {}
        source = given.get(Literal("source"), Literal(f"hashicorp/{each.name}"))
        plain = (text_of(source) or "").lower().removeprefix("registry.terraform.io/")
        if plain not in PROVIDERS:
            yield Problem(block.file, each.line, f"provider `{each.name}` comes from a source that is not on the list.")


def _providers(module: Module) -> Iterator[Problem]:
    for block in module.of("provider"):
        if block.labels and f"hashicorp/{block.labels[0]}" not in PROVIDERS:
            yield Problem(block.file, block.line, f"provider `{block.labels[0]}` is not on the list.")
        for inner in walk(block):
            if why := PROVIDER_BLOCKS.get(inner.kind if inner.kind != "dynamic" else "".join(inner.labels)):
                yield Problem(inner.file, inner.line, f"provider `{''.join(block.labels)}` {why}.")
        for each in block.attributes:
            if (why := PROVIDER_ARGUMENTS.get(each.name) or PROVIDER_BLOCKS.get(each.name)) and each.value not in (
                Literal(None),
                Literal(value=False),
            ):
                yield Problem(block.file, each.line, f"provider `{''.join(block.labels)}` {why}.")


def _implied(module: Module) -> Iterator[Problem]:
    """Refuse types of providers off the list: naming a type is enough for Terraform to fetch its plugin."""
    for block in module.of("resource", "data", "ephemeral"):
        provider = block.labels[0].split("_")[0] if block.labels else ""
        if provider and f"hashicorp/{provider}" not in PROVIDERS:
            yield Problem(block.file, block.line, f"`{block.address}` needs a provider that is not on the list.")


def _state(module: Module) -> Iterator[Problem]:
    for block in module.of("removed", "import", "moved"):
        if any(isinstance(each, Function) for value in block.attributes for each in parts(value.value)):
            yield Problem(block.file, block.line, f"a `{block.kind}` block is computed.")


_LOOKS: tuple[Callable[[Module], Iterator[Problem]], ...] = (
    _paths,
    _texts,
    _kinds,
    _files,
    _modules,
    _settings,
    _providers,
    _implied,
    _state,
)
