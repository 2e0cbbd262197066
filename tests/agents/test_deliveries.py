"""Orders about code are taken word for word, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.runbook.deliveries import change_of
from tools.contract import Call


@pytest.mark.parametrize(
    ("words", "change"),
    [
        ("merge pull request 8 of acme/checkout", Call("github_merge", {"repository": "acme/checkout", "pull": 8})),
        ("Please merge PR #12 in acme/checkout.", Call("github_merge", {"repository": "acme/checkout", "pull": 12})),
        ("rerun run 9102 of acme/checkout", Call("github_rerun", {"repository": "acme/checkout", "run": 9102})),
        ("retry the failed jobs of run 9 in a/b", Call("github_rerun", {"repository": "a/b", "run": 9})),
    ],
)
def test_an_order_names_its_target(words: str, change: Call) -> None:
    """Number and repository are those in the words."""
    assert change_of(words) == change


@given(st.text(alphabet=st.characters(exclude_characters="`", exclude_categories=["Cs"]), min_size=1))
def test_a_file_s_content_is_what_stands_between_the_fences(content: str) -> None:
    """Not a character is read as anything but content."""
    change = change_of(f"change notes.md of acme/checkout to:\n```\n{content}\n```")

    assert change is not None
    assert change.args["files"] == {"notes.md": f"{content}\n"}


@pytest.mark.parametrize(
    "words",
    [
        "should we merge pull request 8 of acme/checkout?",
        "merge pull request 8",
        "merge acme/checkout",
        "why did run 9102 of acme/checkout fail?",
        "change notes.md of acme/checkout to something better",
    ],
)
def test_a_question_is_no_order(words: str) -> None:
    """What is not plainly an order is looked into instead."""
    assert change_of(words) is None
