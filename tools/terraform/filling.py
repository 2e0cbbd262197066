"""A golden module filled in: the files that make a thing in an environment, and why they are as they are."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from config.settings import settings
from tools.contract import ToolError
from tools.terraform.external import canonical
from tools.terraform.ground import ENVIRONMENTS, Ground, lookups
from tools.terraform.karpenter import node_pool
from tools.terraform.modules import Golden, Value, golden
from tools.terraform.prices import prices

POOLED = "eks-cluster"

_SPECIAL = re.compile(r'[\\"\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]')
_OPENING = re.compile(r"([$%]+)\{")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}

PROVIDERS = """\
terraform {{
  required_version = ">= 1.5"

  required_providers {{
    aws = {{
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }}
  }}
}}

provider "aws" {{
  region = {region}

  default_tags {{
    tags = {{
      Environment = {environment}
      Owner = {owner}
    }}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made: a golden module, where, under which name and tags, with which values."""

    module: str
    name: str
    environment: str
    owner: str
    service: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that was decided: what, how, and why."""

    what: str
    choice: str
    why: str


@dataclass(frozen=True, slots=True)
class Filled:
    """The files to write, path → text, and what was decided on the way."""

    files: dict[str, str]
    decisions: tuple[Decision, ...]
    values: Mapping[str, Value]


class ModuleFiles(Protocol):
    """Gives the Terraform that the repository has in a folder, path → text."""

    def __call__(self, folder: str) -> Mapping[str, str]:
        """Return it; empty if there is none."""
        ...


def filled(order: Order, ground: Ground, module_files: ModuleFiles) -> Filled:
    """Return the files that make what was ordered, beside what the repository has.

    Raises:
        ToolError: A value does not fit, or the name is taken; says what to do.
    """
    told = golden(order.module)
    _fit(order, told, ground)
    values = _settled(order, told)
    folder = f"modules/{order.module}"
    theirs = module_files(folder)
    own = {} if theirs else {f"{folder}/{name}": text for name, text in told.files.items()}
    written = _environment(order, ground) | _looked_up(order, told, ground) | _call(order, told, values)
    pool = _pool(order, values) if order.module == POOLED else {}
    files = own | {path: canonical(text) for path, text in written.items()} | pool
    return Filled(files, tuple(_decisions(order, told, values, ground, theirs=bool(theirs))), values)


def _fit(order: Order, told: Golden, ground: Ground) -> None:
    """Refuse what the module does not take, families that are not on the list, and names that are taken."""
    if strange := sorted(set(order.values) - told.takes()):
        raise ToolError(f"{order.module} takes no `{strange[0]}`; it takes {', '.join(sorted(told.takes()))}.")
    if missing := [one.name for one in told.wants() if one.name not in order.values]:
        raise ToolError(f"{order.module} needs `{missing[0]}`: {told.variables[missing[0]].description}")
    path = _path(order)
    if order.name in ground.names() or path in ground.paths:
        raise ToolError(f"`{order.name}` is taken in {order.environment} of {ground.repository}; choose another name.")
    allowed = _families()
    for name, value in order.values.items():
        family = str(value).removeprefix("db.").partition(".")[0]
        if name.endswith(("type", "class")) and value and allowed and family not in allowed:
            raise ToolError(f"`{value}` is of a family that is not on the list: {', '.join(allowed)}.")


def _families() -> list[str]:
    file = settings().infra_config / "policies" / "standards.json"
    told = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return [str(one) for one in told.get("standards", {}).get("instance_families", [])]


def _settled(order: Order, told: Golden) -> dict[str, Value]:
    """Return every value, those that nobody gave from the module's defaults."""
    values = {name: value for name, value in told.defaults().items() if name in told.takes()} | dict(order.values)
    if order.module == POOLED:
        chosen = values.get("node_type") or ("g5.xlarge" if values.get("gpu") else "m7i.xlarge")
        size = prices().instance.get(str(chosen))
        if size is None:
            known = ", ".join(sorted(prices().instance))
            raise ToolError(f"The size of `{chosen}` is not in config/prices.toml; it has {known}.")
        if values.get("gpu") and not size.gpus:
            raise ToolError(f"`{chosen}` has no GPU; g5.xlarge has one.")
        values |= {"node_type": chosen, "gpu": bool(size.gpus)}
    return values


def _path(order: Order) -> str:
    return f"{ENVIRONMENTS}/{order.environment}/{order.name}.tf"


def _call(order: Order, told: Golden, values: Mapping[str, Value]) -> dict[str, str]:
    """Return the call of the module: what was asked for, and what differs from its defaults."""
    defaults = told.defaults()
    given = {name: value for name, value in values.items() if name in told.variables and value != defaults.get(name)}
    arguments = [
        ("source", quoted(posixpath.join("../..", "modules", order.module))),
        ("name", quoted(order.name)),
        *((name, hcl(value)) for name, value in given.items() if name != "name"),
        *((name, reference) for name, reference in _wires(order.environment).items() if name in told.variables),
        ("tags", f"{{ Service = {quoted(order.service)} }}"),
    ]
    lines = "\n".join(f"  {name} = {value}" for name, value in arguments)
    label = order.name.replace(".", "-")
    return {_path(order): f'module "{label}" {{\n{lines}\n}}\n'}


def _wires(environment: str) -> dict[str, str]:
    return {"vpc_id": f"data.aws_vpc.{environment}.id", "subnet_ids": "data.aws_subnets.private.ids"}


def _environment(order: Order, ground: Ground) -> dict[str, str]:
    """Return the provider of an environment that the repository does not have yet."""
    if order.environment in ground.environments:
        return {}
    said = {"region": settings().aws_region, "environment": order.environment, "owner": order.owner}
    text = PROVIDERS.format_map({name: quoted(value) for name, value in said.items()})
    return {f"{ENVIRONMENTS}/{order.environment}/providers.tf": text}


def _looked_up(order: Order, told: Golden, ground: Ground) -> dict[str, str]:
    """Return the data sources that the call needs and the environment lacks."""
    there = lookups(ground.module())
    wanted = set(_wires(order.environment)) & set(told.variables)
    text = "\n".join(_lookup(order.environment, wanted, there))
    path = f"{ENVIRONMENTS}/{order.environment}/lookups.tf"
    if not text:
        return {}
    before = ground.files.get(path, "")
    return {path: f"{before.rstrip()}\n\n{text}" if before else text}


def _lookup(environment: str, wanted: set[str], there: frozenset[str]) -> Iterator[str]:
    if wanted and f"data.aws_vpc.{environment}" not in there:
        yield f'data "aws_vpc" "{environment}" {{\n  tags = {{ Environment = {quoted(environment)} }}\n}}\n'
    if "subnet_ids" in wanted and "data.aws_subnets.private" not in there:
        vpc = f'  filter {{\n    name = "vpc-id"\n    values = [data.aws_vpc.{environment}.id]\n  }}'
        yield f'data "aws_subnets" "private" {{\n{vpc}\n\n  tags = {{ Tier = "private" }}\n}}\n'


def _pool(order: Order, values: Mapping[str, Value]) -> dict[str, str]:
    kind, most = str(values["node_type"]), values["max_nodes"]
    size = prices().instance[kind]
    text = node_pool(order.name, order.environment, kind, size, int(str(most)))
    return {f"clusters/{order.name}/node-pool.yaml": text}


def _decisions(
    order: Order, told: Golden, values: Mapping[str, Value], ground: Ground, *, theirs: bool
) -> Iterator[Decision]:
    there = "the repository has it already" if theirs else "golden module, copied into the repository"
    yield Decision("Module", f"modules/{order.module}", there)
    known = "it is there" if order.environment in ground.environments else "new: its provider is part of this"
    yield Decision("Environment", order.environment, known)
    yield Decision("Tags", f"Owner = {order.owner}, Service = {order.service}", "config/standards.md")
    for name, value in sorted(values.items()):
        if name != "name" and value is not None and value != []:
            asked = order.values.get(name) == value
            about = told.variables[name].description if name in told.variables else told.told.settings[name].description
            yield Decision(name, hcl(value).strip('"'), f"{'asked for' if asked else 'default'}: {about}")
    if set(_wires("")) & set(told.variables):
        yield Decision("Network", "private subnets", "found by the tags that config/standards.md names")
    if order.module == POOLED and values["min_nodes"]:
        yield Decision("Nodes at least", "0", "Karpenter keeps none idle; ask for a node group to have some always")


def hcl(value: Value) -> str:
    """Return a value as HCL writes it."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"{value:g}" if isinstance(value, float) else str(value)
        case list():
            return f"[{', '.join(quoted(each) for each in value)}]"
    return quoted(value)


def quoted(text: str) -> str:
    """Return a text as a string of HCL: nothing in it is interpolated.

    https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences
    """
    plain = _SPECIAL.sub(lambda found: _ESCAPES.get(found[0], f"\\u{ord(found[0]):04x}"), text)
    return f'"{_OPENING.sub(_closed, plain)}"'


def _closed(found: re.Match[str]) -> str:
    """Return what opens an interpolation so that it opens none; where one stands escaped already, by its code."""
    return f"{found[1]}{found[0]}" if len(found[1]) == 1 else f"{found[1]}\\u007b"
