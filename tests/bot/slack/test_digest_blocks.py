"""The blocks of a digest: within Slack's limits, nothing in them live that is not ours, and what failed is named."""

from bot.digests.frame import framed
from bot.slack.digests import message, pages
from bot.slack.limits import MESSAGE
from tests.bot.digests.made import asked, digest, ended

HOSTILE = "bucket/<!channel> <@U0BEN0001> https://evil.example/x *bold* " + "&<>" * 400


def test_hostile_names_are_shown_and_nothing_in_them_is_live() -> None:
    """Mentions and foreign links in what was found call nobody and lead nowhere, on any page, within the limits."""
    made = digest(*(f"{HOSTILE} {number}" for number in range(30)))

    shown = [message(made, {}), pages(made, {}, 1), pages(made, {}, 3)]

    assert not any(live in str(shown) for live in ("<!channel", "<@U0BEN", "https://evil.example"))
    assert all(_characters(one["blocks"]) < MESSAGE for one in shown)


def _characters(blocks: object) -> int:
    """Return how many characters the texts of blocks have."""
    match blocks:
        case list():
            return sum(map(_characters, blocks))
        case {"text": str(text)}:
            return len(text)
        case dict():
            return sum(map(_characters, blocks.values()))
        case _:
            return 0


def test_a_source_that_failed_is_named() -> None:
    """What could not be read is said in the digest, beside what could."""
    broken = framed(
        asked("2"), "security", ended("bucket/a", unknowns=("GuardDuty could not be read.",)), digest("bucket/b")
    )

    shown = str(message(broken, {})["blocks"])

    assert "GuardDuty could not be read." in shown
    assert "bucket/a is public." in shown
    assert "*2 open*" in shown
