"""Terraform's own grammar above resources: which blocks there are, what stands in them, and what must be given."""

import posixpath
from collections.abc import Iterator

from tools.terraform.blocks import Block, Function, Literal, Module, Problem, Reference, parts, text_of
from tools.terraform.inside import folder_of
from tools.terraform.scope import Scope, scopes

_LABELS = {
    "resource": 2,
    "data": 2,
    "ephemeral": 2,
    "variable": 1,
    "output": 1,
    "module": 1,
    "provider": 1,
    "check": 1,
    "locals": 0,
    "terraform": 0,
    "moved": 0,
    "import": 0,
    "removed": 0,
    "tfvars": 0,
}
_ARGUMENTS = {
    "variable": "type default description sensitive nullable ephemeral validation deprecated",
    "output": "value description sensitive depends_on ephemeral precondition deprecated",
}
_SECRET = {
    "aws_db_instance": {"password"},
    "aws_docdb_cluster": {"master_password"},
    "aws_iam_access_key": {"secret", "ses_smtp_password_v4"},
    "aws_rds_cluster": {"master_password"},
    "aws_redshift_cluster": {"master_password"},
    "aws_secretsmanager_secret_version": {"secret_string", "secret_binary"},
    "aws_ssm_parameter": {"value"},
    "aws_lightsail_database": {"master_password"},
    "random_password": {"result", "bcrypt_hash"},
    "tls_private_key": {"private_key_pem", "private_key_openssh", "private_key_pem_pkcs8"},
}


def misplaced(module: Module) -> Iterator[Problem]:
    """Yield blocks that Terraform does not know, or with too many or few labels, and what they do not take."""
    for block in module.blocks:
        wanted = _LABELS.get(block.kind)
        if wanted is None:
            yield Problem(block.file, block.line, f"Terraform knows no block `{block.kind}`.")
        elif len(block.labels) != wanted:
            yield Problem(
                block.file, block.line, f"a `{block.kind}` block has {wanted} labels, not {len(block.labels)}."
            )
        elif block.value("count") is not None and block.value("for_each") is not None:
            yield Problem(block.file, block.line, f"`{block.address}` has both count and for_each.")
        if known := _ARGUMENTS.get(block.kind):
            strange = [each for each in block.attributes if each.name not in known.split()]
            yield from (Problem(block.file, each.line, f"a {block.kind} takes no `{each.name}`.") for each in strange)
        if block.kind == "output" and block.value("value") is None:
            yield Problem(block.file, block.line, f"`{block.address}` needs a `value`.")


def required_variables(module: Module) -> Iterator[Problem]:
    """Yield variables without a value: those of a module that is called come from the call, others from .tfvars."""
    every = scopes(module.blocks)
    calls = {folder: blocks for folder, blocks in _calls(module).items() if folder in every}
    for folder, scope in every.items():
        needed = [block for block in scope.variables.values() if block.value("default") is None]
        for block in needed if folder not in calls else ():
            if block.labels[0] not in scope.given:
                yield Problem(block.file, block.line, f"`var.{block.labels[0]}` has no default and is given no value.")
        for call in calls.get(folder, ()):
            yield from _called(call, scope, {block.labels[0] for block in needed})


def _calls(module: Module) -> dict[str, list[Block]]:
    """Return the module blocks with a local source, by the folder that they call."""
    found: dict[str, list[Block]] = {}
    for block in module.of("module"):
        source = text_of(block.value("source")) or ""
        if source.startswith("."):
            folder = posixpath.normpath(posixpath.join(folder_of(block.file), source))
            found.setdefault("" if folder == "." else folder, []).append(block)
    return found


def _called(call: Block, scope: Scope, needed: set[str]) -> Iterator[Problem]:
    meta = {"source", "version", "providers", "count", "for_each", "depends_on"}
    given = {each.name: each.line for each in call.attributes if each.name not in meta}
    for name in sorted(needed - given.keys()):
        yield Problem(call.file, call.line, f"`{call.address}` needs the argument `{name}`.")
    for name in sorted(given.keys() - scope.variables.keys()):
        yield Problem(call.file, given[name], f"`{call.address}` has no variable `{name}`.")


def outputs(scope: Scope) -> Iterator[Problem]:
    """Yield outputs that would show a secret without saying so: Terraform refuses to plan those."""
    for block in scope.blocks:
        value = block.value("value")
        if block.kind == "output" and value and block.value("sensitive") != Literal(value=True):
            for each in parts(value):
                if isinstance(each, Reference) and is_secret(scope, each) and not _unmarked(value):
                    yield Problem(block.file, block.line, f"`{block.address}` shows a secret; add `sensitive = true`.")


def is_secret(scope: Scope, each: Reference, depth: int = 0) -> bool:
    """Return whether a value is one that Terraform hides."""
    if each.root == "var" and each.names and (variable := scope.variables.get(each.names[0])):
        return variable.value("sensitive") == Literal(value=True)
    if each.root == "local" and each.names and (found := scope.locals.get(each.names[0])) and depth < 5:  # noqa: PLR2004 - locals of locals
        return any(isinstance(one, Reference) and is_secret(scope, one, depth + 1) for one in parts(found.value))
    meant = scope.target(each)
    if meant is None or meant[0].kind != "resource":
        return False
    block, taken = meant
    return bool(taken) and taken[0] in _SECRET.get(block.labels[0], ())


def _unmarked(value: object) -> bool:
    """Return whether the secret only feeds something that says nothing of it."""
    return isinstance(value, Function) and value.name in {"nonsensitive", "length", "issensitive"}
