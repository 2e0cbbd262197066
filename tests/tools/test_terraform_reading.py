"""Terraform is read whatever the text: as blocks with their lines, or as a problem in a sentence, never as an error."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tools.terraform.blocks import Function, Literal, Module, Pairs, Reference, Template
from tools.terraform.hostile import scan
from tools.terraform.reading import MOST_BYTES, depth, read

_WORDS = [
    "resource",
    '"aws_vpc"',
    "x",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "=",
    '"',
    "${",
    "<<EOT\n",
    "EOT",
    "\n",
    "1",
    "for",
    "#",
    "%{",
]


def one(value: str) -> object:
    """Return how one value is read."""
    module = read({"main.tf": f"locals {{\n  x = {value}\n}}\n"})
    assert not module.problems
    return module.blocks[0].value("x")


def test_a_block_knows_its_address_and_line() -> None:
    """What is said of a resource points at where it stands."""
    module = read({"main.tf": '\nresource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n}\n'})

    block = module.blocks[0]

    assert (block.address, block.line, block.attributes[0].line) == ("aws_vpc.main", 2, 3)


def test_escapes_are_resolved() -> None:
    """A string says what Terraform would read, not how it is spelled."""
    assert one('"l\\u006fcal\\n$${x}"') == Literal("local\n${x}")


def test_a_string_of_one_interpolation_is_what_it_holds() -> None:
    """The old spelling of a reference is a reference."""
    assert one('"${aws_vpc.main.id}"') == Reference("aws_vpc", ("main", "id"))


def test_a_heredoc_keeps_its_lines() -> None:
    """Documents inside Terraform can be read as documents."""
    assert one("<<-EOT\n    a\n      b\n  EOT") == Literal("a\n  b\n")


def test_interpolations_in_a_heredoc_are_seen() -> None:
    """Nothing hides in a document."""
    value = one('<<EOT\na ${file("x")}\nEOT')

    assert isinstance(value, Template)
    assert Function("file", (Literal("x"),)) in value.parts


def test_bare_keys_are_strings_and_parenthesized_ones_are_not() -> None:
    """An object's key is a name, unless it is computed."""
    assert one("{ a = 1, (var.b) = 2 }") == Pairs(
        ((Literal("a"), Literal(1)), (Reference("var", ("b",)), Literal(2))),
    )


def test_json_syntax_reads_as_the_same_block() -> None:
    """Which syntax a module is written in makes no difference."""
    told = {"resource": {"aws_vpc": {"main": {"cidr_block": "${var.range}", "//": "why"}}}}

    block = read({"main.tf.json": json.dumps(told)}).blocks[0]

    assert block.address == "aws_vpc.main"
    assert block.value("cidr_block") == Template((Reference("var", ("range",)),))


def test_what_is_no_terraform_is_a_problem_with_its_line() -> None:
    """Garbage is told, at its line."""
    problems = read({"main.tf": 'resource "aws_vpc" "x" {\n  cidr_block =\n}\n'}).problems

    assert "not valid HCL" in str(problems[0])


def test_too_much_is_not_read() -> None:
    """A file of five megabytes is refused before it is parsed."""
    module = read({"main.tf": "#" * (MOST_BYTES + 1)})

    assert not module.blocks
    assert "bytes" in module.problems[0].sentence


@given(st.text('{[()]} \n"a'))
def test_depth_is_never_less_than_it_is(text: str) -> None:
    """The bound counts every bracket that is open at some point."""
    open_now = 0
    for each in text:
        open_now = max(0, open_now + (each in "{[(") - (each in ")]}"))
        assert depth(text) >= open_now


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(_WORDS), max_size=40).map(" ".join), st.sampled_from(["main.tf", "main.tf.json"]))
def test_any_text_is_read_or_told(text: str, name: str) -> None:
    """No text makes reading or scanning fail in any other way than by saying so."""
    module = read({name: text})

    assert isinstance(module, Module)
    assert isinstance(scan(module), tuple)
