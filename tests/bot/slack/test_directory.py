"""Who is who, as the workspace says."""

import pytest

from bot.people import LookupDownError, Person
from bot.slack.directory import SlackDirectory
from tests.bot.edge import BEN, CARA, GUS, TEAM, Edge


async def test_people_are_looked_up_and_remembered(edge: Edge) -> None:
    """A person is asked for once in a few minutes."""
    directory = SlackDirectory(edge.calls)

    first, second = await directory.person(BEN), await directory.person(BEN)

    assert first == second
    assert (first.team, first.guest, first.bot, first.deactivated) == (TEAM, False, False, False)
    assert len(edge.workspace.journal.called("users.info")) == 1


async def test_guests_and_bots_are_known_as_such(edge: Edge) -> None:
    """Who may not decide is told apart."""
    directory = SlackDirectory(edge.calls)

    guest, bot = await directory.person(GUS), await directory.person("U0INFRA01")

    assert guest.guest
    assert bot.bot


async def test_members_of_a_group_are_found_by_handle(edge: Edge) -> None:
    """A user group is known by its handle; no such group has no members."""
    directory = SlackDirectory(edge.calls)

    assert await directory.members("oncall") == {BEN, CARA}
    assert await directory.members("nobody") == frozenset()


async def test_a_changed_group_is_asked_for_again(edge: Edge) -> None:
    """After Slack said that a group changed, the old answer is not used."""
    directory = SlackDirectory(edge.calls)
    await directory.members("oncall")

    directory.forget()
    await directory.members("oncall")

    assert len(edge.workspace.journal.called("usergroups.users.list")) == 2


@pytest.mark.parametrize("method", ["users.info", "usergroups.list", "usergroups.users.list"])
async def test_when_slack_cannot_be_asked_nobody_is_anybody(edge: Edge, method: str) -> None:
    """A failed lookup raises rather than guesses, and is not remembered."""
    directory = SlackDirectory(edge.calls)
    edge.workspace.faults.plan([{"method": method, "kind": "500", "times": 1}])

    with pytest.raises(LookupDownError):
        await (directory.person(BEN) if method == "users.info" else directory.members("oncall"))
    assert isinstance(await directory.person(BEN), Person)
    assert await directory.members("oncall") == {BEN, CARA}
