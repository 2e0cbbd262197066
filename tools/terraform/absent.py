"""Files that a module reads and does not have: a plan ends at the first of them."""

import posixpath
from collections.abc import Iterator

from tools.terraform.blocks import Expression, Function, Literal, Module, Problem, Reference, Template, expressions
from tools.terraform.forbidden import READS_FILES
from tools.terraform.inside import folder_of

_ASKS = frozenset({"fileexists", "fileset"})
# What is built or drawn is seldom among the texts that are judged, so nobody can say that it is not there.
_BINARY = (".zip", ".jar", ".war", ".gz", ".tgz", ".whl", ".png", ".jpg", ".pdf", ".p12", ".pfx", ".wasm", ".so")


def absent_files(module: Module) -> Iterator[Problem]:
    """Yield calls that read a text file which is not among the module's."""
    for top in module.blocks:
        for each, line in expressions(top):
            if isinstance(each, Function) and each.name in READS_FILES - _ASKS and each.arguments:
                name = _named(each.arguments[0], folder_of(top.file))
                if name and not name.endswith(_BINARY) and not {name, posixpath.basename(name)} & module.names:
                    yield Problem(top.file, line, f"`{each.name}()` reads `{name}`, which is not there.")


def _named(path: Expression, folder: str) -> str:
    """Return the path in the module that is read, empty where the text does not tell."""
    match path:
        case Literal(str(text)):
            return posixpath.normpath(text)
        case Template((Reference("path", ("module",)), Literal(str(rest)))):
            return posixpath.normpath(posixpath.join(folder, rest.lstrip("/")))
        case Template((Reference("path", ("root",)), Literal(str(rest)))):
            return posixpath.normpath(rest.lstrip("/"))
    return ""
