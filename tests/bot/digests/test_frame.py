"""Reports as digests: what is new, what is fixed, and what nobody can know."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from agents.contract import Ask, Ending, Report
from agents.events import Ended, Usage
from bot.digests.frame import asked_by, framed
from tests.bot.digests.made import asked, digest, ended

SUBJECTS = st.lists(st.sampled_from([f"bucket/{letter}" for letter in "abcdefgh"]), unique=True)


def test_the_first_digest_calls_nothing_new() -> None:
    """With nothing to compare with, all that is open is simply open; what is healthy is not listed."""
    made = digest("bucket/a", "bucket/fine")

    assert [(item.subject, item.new, item.evidence, item.remedy) for item in made.items] == [
        ("bucket/a", False, "E1", "github_pull_request")
    ]
    assert (made.fixed, made.since, made.headline) == ((), None, "**2 things** are open [E1].")


@given(before=SUBJECTS, after=SUBJECTS)
def test_new_and_fixed_are_the_differences(before: list[str], after: list[str]) -> None:
    """Whatever was open and is open, each item is new, still open or fixed, and never two of these."""
    last = digest(*before)

    made = digest(*after, last=last, slot="2")

    assert {item.subject for item in made.items if item.new} == set(after) - set(before)
    assert set(made.fixed) == set(before) - set(after)
    assert {subject for _, subject in made.seen} == set(after)


@given(before=SUBJECTS, after=SUBJECTS, later=SUBJECTS)
def test_what_could_not_be_read_is_neither_fixed_nor_new_later(
    before: list[str], after: list[str], later: list[str]
) -> None:
    """A source that fails once makes nothing look fixed, and nothing look new when it is back."""
    last = digest(*before)

    broken = framed(asked("2"), "security", ended(*after, unknowns=("GuardDuty could not be read.",)), last)
    made = digest(*later, last=broken, slot="3")

    assert broken.fixed == ()
    assert {item.subject for item in made.items if item.new} == set(later) - set(before) - set(after)


def test_a_run_that_is_repeated_compares_with_the_digest_before_it() -> None:
    """A worker that dies after its digest leaves the same digest to be made, not one without news."""
    last = digest("bucket/a")
    once = digest("bucket/b", last=last, slot="2")

    again = digest("bucket/b", last=once, slot="2")

    assert again == once


def test_a_run_that_was_cut_off_says_that_there_may_be_more() -> None:
    """A digest of half a look does not call the other half fixed."""
    made = framed(asked("2"), "security", ended("bucket/a", ending=Ending.LIMIT), digest("bucket/a", "bucket/b"))

    assert made.fixed == ()
    assert "there may be more" in made.unknowns[0]


def test_a_run_that_broke_is_not_good_news() -> None:
    """Where nothing could be looked at, the digest says so, and why; what was open is taken to be so still."""
    broken = Ended(Ending.FAILED, Report("", unknowns=("I ran out of time.",)), Usage(""))

    made = framed(asked("2"), "security", broken, digest("bucket/a"))

    assert (made.headline, made.unknowns[0]) == ("I could not look at this.", "I ran out of time.")
    assert (made.fixed, len(made.seen)) == ((), 1)


def test_only_what_a_schedule_asks_becomes_a_digest() -> None:
    """The name of the schedule is in the ask's; other asks have none."""
    assert [asked_by(asked()), asked_by(digest_less())] == ["posture", ""]


def digest_less() -> Ask:
    """Return an ask of a person's."""
    return replace(asked(), id="Ev1")
