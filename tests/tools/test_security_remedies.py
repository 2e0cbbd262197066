"""Remedies are small edits of Terraform that end what failed and leave the rest alone."""

import difflib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.evals.control_checks import CHECKS
from sandbox.evals.hcl import parts
from sandbox.evals.remediation_cases import CASES, Faulty
from tools.security.remedies.catalogue import REMEDIES
from tools.security.remedies.editing import with_argument
from tools.security.remedies.remedy import CannotFix, Target
from tools.security.remedies.source import read
from tools.security.remedying import remedied

MOST_REMOVED = 3
"""Lines that an edit may take away or change: a rule's networks, a statement's actions."""

named = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.control} {case.names[-1]}")


def target(case: Faulty) -> Target:
    """Return what is to be remedied in a case."""
    return Target(case.control, case.names, "123456789012", "us-east-1")


def fixed(case: Faulty) -> dict[str, str]:
    """Return all files after the edit."""
    return REMEDIES[case.control].fix({"main.tf": case.text}, target(case))


@named
def test_a_remedy_makes_its_control_pass(case: Faulty) -> None:
    """By a check that knows nothing of the remedy, which fails before."""
    check = CHECKS[case.control]

    after = fixed(case)

    assert not check(parts(case.text))
    assert check([one for text in after.values() for one in parts(text)])


@named
def test_a_remedy_leaves_the_rest_alone(case: Faulty) -> None:
    """What it does not have to change is there as it was, comments and layout included."""
    after = fixed(case)["main.tf"]

    removed = [line for line in difflib.ndiff(case.text.splitlines(), after.splitlines()) if line.startswith("- ")]
    assert len(removed) <= MOST_REMOVED


def test_every_remedy_has_a_case() -> None:
    """A control that shares its remedy with another is covered by that one's case."""
    covered = {control for case in CASES for control in REMEDIES[case.control].controls}

    assert covered == set(REMEDIES)


def test_a_website_is_not_made_private() -> None:
    """It would go dark; the sentence says what to do first."""
    site = (
        'resource "aws_s3_bucket" "site" {\n  bucket = "site"\n\n  website {\n    index_document = "i.html"\n  }\n}\n'
    )

    with pytest.raises(CannotFix, match="CloudFront"):
        remedied(Target("S3.8", ("site",), "1", "us-east-1"), {"main.tf": site})


def test_what_cannot_be_fixed_in_place_says_the_safe_way() -> None:
    """A database is not encrypted by a pull request."""
    with pytest.raises(CannotFix, match="copy a snapshot encrypted"):
        remedied(Target("RDS.3", ("orders-db",), "1", "us-east-1"), {})


def test_two_resources_of_one_name_are_not_guessed_between() -> None:
    """Which of them AWS means is not in the code."""
    twice = "".join(f'resource "aws_sqs_queue" "{one}" {{\n  name = "orders"\n}}\n' for one in ("a", "b"))

    with pytest.raises(CannotFix, match=r"may be any of aws_sqs_queue\.a, aws_sqs_queue\.b"):
        remedied(Target("SQS.1", ("orders",), "1", "us-east-1"), {"main.tf": twice})


def test_a_policy_that_no_code_has_is_not_replaced() -> None:
    """A bucket that is in no code may have one; with a policy of its own, TLS only would take what it allows."""
    with pytest.raises(CannotFix, match="may have a policy"):
        remedied(Target("S3.5", ("receipts",), "1", "us-east-1"), {"main.tf": ""})


@pytest.mark.parametrize(
    ("control", "names", "block"),
    [
        ("RDS.8", ("orders-db",), 'to = aws_db_instance.orders_db` and `id = "orders-db"'),
        ("ELB.4", ("shop", "arn:aws:elasticloadbalancing:x"), 'to = aws_lb.shop` and `id = "arn:aws:elastic'),
        ("SQS.1", ("orders",), 'id = "https://sqs.us-east-1.amazonaws.com/1/orders"'),
    ],
)
def test_what_no_code_declares_is_brought_in_first(control: str, names: tuple[str, ...], block: str) -> None:
    """By the id that Terraform imports it by: a block of a few arguments would reset the others."""
    with pytest.raises(CannotFix) as refused:
        remedied(Target(control, names, "1", "us-east-1"), {"main.tf": ""})

    assert block in str(refused.value)


@settings(deadline=None)  # a busy machine is not a slow function
@given(
    names=st.lists(st.from_regex(r"[a-z]{1,12}", fullmatch=True), unique=True, max_size=5),
    name=st.from_regex(r"[a-z]{1,14}", fullmatch=True),
    comment=st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters='"${}%'), max_size=20
    ),
)
def test_an_argument_is_set_whatever_stands_around_it(names: list[str], name: str, comment: str) -> None:
    """It has the value afterwards, and every other argument the one it had."""
    lines = "".join(f'  {one} = "{one}" # {comment}\n' for one in names)
    files = {"main.tf": f'resource "a" "b" {{\n{lines}}}\n'}
    [block] = read("main.tf", files["main.tf"])

    after = with_argument(files, block, name, "true")

    [edited] = read("main.tf", after["main.tf"])
    values = {one.name: one.value for one in edited.arguments}
    assert values == {one: f'"{one}"' for one in names} | {name: "true"}
