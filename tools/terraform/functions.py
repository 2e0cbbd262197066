"""Terraform's own functions and how many arguments they take (developer.hashicorp.com/terraform/language/functions)."""

from collections.abc import Iterator
from difflib import get_close_matches

from tools.terraform.blocks import Function, Module, Problem, expressions

MANY = 99
_COUNTS: dict[tuple[int, int], str] = {
    (0, 0): "plantimestamp timestamp uuid",
    (1, 1): "abs abspath alltrue anytrue base64decode base64encode base64gunzip base64gzip base64sha256 base64sha512 "
    "basename can ceil chomp cidrnetmask compact csvdecode dirname distinct ephemeralasnull file filebase64 "
    "filebase64sha256 filebase64sha512 fileexists filemd5 filesha1 filesha256 filesha512 flatten floor issensitive "
    "jsondecode jsonencode keys length lower md5 nonsensitive one pathexpand reverse sensitive sha1 sha256 sha512 "
    "signum sort strrev sum title tobool tolist tomap tonumber toset tostring transpose trimspace type upper urldecode "
    "urlencode values yamldecode yamlencode",
    (1, 2): "bcrypt",
    (2, 2): "chunklist cidrhost contains endswith fileset formatdate indent index log matchkeys parseint pow regex "
    "regexall rsadecrypt setsubtract split startswith strcontains templatefile templatestring textdecodebase64 "
    "textencodebase64 timeadd timecmp trim trimprefix trimsuffix uuidv5 zipmap join element",
    (3, 3): "cidrsubnet replace slice substr",
    (2, 3): "lookup",
    (1, 3): "range",
    (2, MANY): "cidrsubnets setproduct",
    (1, MANY): "coalesce coalescelist concat format formatlist max min setintersection setunion try",
    (0, MANY): "merge",
}
_BOUNDS = {name: bounds for bounds, names in _COUNTS.items() for name in names.split()}
_BOUNDS |= {"setproduct": (1, MANY), "matchkeys": (3, 3), "join": (2, MANY), "concat": (0, MANY)}


def unknown_calls(module: Module) -> Iterator[Problem]:
    """Yield calls of functions that Terraform does not have, or with too many or few arguments."""
    for top in module.blocks:
        for each, line in expressions(top):
            if isinstance(each, Function) and top.kind != "variable" and (wrong := _wrong(each)):
                yield Problem(top.file, line, wrong)


def _wrong(call: Function) -> str:
    name = call.name.removeprefix("core::")
    if "::" in name:
        return ""
    if name not in _BOUNDS:
        close = get_close_matches(name, _BOUNDS, 1)
        return f"Terraform has no function `{name}`{f'; did you mean `{close[0]}`?' if close else '.'}"
    least, most = _BOUNDS[name]
    if call.spread or least <= len(call.arguments) <= most:
        return ""
    return f"`{name}()` does not take {len(call.arguments)} arguments."
