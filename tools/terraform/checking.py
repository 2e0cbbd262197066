"""What `terraform validate` and a plan would refuse, told from text, schema and AWS's documented rules."""

from collections.abc import Iterator

from tools.terraform.absent import absent_files
from tools.terraform.arguments import against_schema
from tools.terraform.blocks import Module, Problem
from tools.terraform.functions import unknown_calls
from tools.terraform.references import circles, unmet
from tools.terraform.scope import duplicates, scopes
from tools.terraform.structure import misplaced, outputs, required_variables
from tools.terraform.together import at_odds
from tools.terraform.values import out_of_range


def check(module: Module) -> tuple[Problem, ...]:
    """Return everything that is wrong with a module and those inside it, in the order of its files."""
    return tuple(sorted(set(_all(module)), key=lambda each: (each.file, each.line, each.sentence)))


def _all(module: Module) -> Iterator[Problem]:
    yield from misplaced(module)
    yield from unknown_calls(module)
    yield from required_variables(module)
    yield from absent_files(module)
    for scope in scopes(module.blocks).values():
        for look in (duplicates, against_schema, unmet, circles, outputs, out_of_range, at_odds):
            yield from look(scope)
