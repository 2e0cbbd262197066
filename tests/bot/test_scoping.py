"""Who sees what: a channel's scope, a person's, both, and what those see for whom there is none."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.flow import Flow
from bot.people import LookupDownError
from bot.scoping import Scoping, read_scopes
from tests.bot.conftest import Stage
from tests.bot.flow_fakes import ANA, BEN, THREAD, FakeDirectory, make_ask, make_proposal, proposes

SCOPES = """
[[scope]]
name = "shop"
channels = ["C0INCIDEN"]
namespaces = ["shop", "shop-*"]

[[scope]]
name = "shop's databases"
channels = ["C0INCIDEN"]
databases = ["orders-db"]

[[scope]]
name = "platform"
groups = ["oncall"]
namespaces = ["*"]
"""


def _scoping(folder: Path, text: str = SCOPES, directory: FakeDirectory | None = None) -> Scoping:
    file = folder / "scopes.toml"
    file.write_text(text, "utf-8")
    return Scoping(file, directory or FakeDirectory())


async def test_where_no_scope_is_everything_is_seen(tmp_path: Path) -> None:
    """Without a scope for the channel or the person nothing is left out, nor without a file."""
    listed = await _scoping(tmp_path)("C0GENERAL", ANA)
    fileless = await Scoping(tmp_path / "none.toml", FakeDirectory())("C0INCIDEN", ANA)

    assert listed == ()
    assert fileless == ()


async def test_a_channel_sees_all_that_its_entries_list_and_nothing_else(tmp_path: Path) -> None:
    """Entries for one channel add up; kinds that none lists are not seen at all."""
    [scope] = await _scoping(tmp_path)("C0INCIDEN", "")

    assert scope.holds("namespaces", "shop-eu")
    assert scope.holds("databases", "orders-db")
    assert not scope.holds("namespaces", "payments")
    assert not scope.holds("alarms", "checkout-5xx")


async def test_a_person_brings_their_groups_scope_along(tmp_path: Path) -> None:
    """In a channel without a scope it holds alone, in one that has one both hold; for others it does not hold."""
    scoping = _scoping(tmp_path)

    assert [scope.of for scope in await scoping("C0GENERAL", BEN)] == ["your groups"]
    assert [scope.of for scope in await scoping("C0INCIDEN", BEN)] == ["this channel", "your groups"]
    assert [scope.of for scope in await scoping("C0INCIDEN", ANA)] == ["this channel"]


async def test_everybody_else_may_see_nothing(tmp_path: Path) -> None:
    """Where the file says so, a channel without a scope shows nothing of anything."""
    [scope] = await _scoping(tmp_path, 'everybody_else = "nothing"\n' + SCOPES)("C0GENERAL", ANA)

    assert not scope.holds("namespaces", "shop")


async def test_when_slack_cannot_say_who_is_in_a_group_nothing_runs(tmp_path: Path) -> None:
    """Not knowing somebody's groups is no reason to show them everything."""
    with pytest.raises(LookupDownError):
        await _scoping(tmp_path, directory=FakeDirectory(down=True))("C0GENERAL", BEN)


async def test_an_edit_holds_for_the_next_run_and_a_wrong_one_does_not(tmp_path: Path) -> None:
    """The file is read again; a mistake in it does not open anything."""
    scoping = _scoping(tmp_path)
    (tmp_path / "scopes.toml").write_text('[[scope]]\nname = "x"\nchannels = ["C0GENERAL"]\n', "utf-8")
    edited = await scoping("C0GENERAL", ANA)
    (tmp_path / "scopes.toml").write_text("everybody_else = ", "utf-8")

    assert edited
    assert await scoping("C0GENERAL", ANA) == edited


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ('[[scope]]\nname = "x"', "channels or groups"),
        ('[[scope]]\nname = "x"\nchannels = ["#shop"]', "channels"),
        ('[[scope]]\nname = "x"\ngroups = ["@oncall"]', "groups"),
        ('[[scope]]\nname = "x"\nchannels = ["C1"]\nbuckets = ["1"]', "buckets"),
        ('everybody_else = "something"', "everybody_else"),
        ("[[scope", "scopes.toml"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, about: str) -> None:
    """Scopes that cannot mean what they say are not read."""
    file = tmp_path / "scopes.toml"
    file.write_text(text, "utf-8")

    with pytest.raises(ValueError, match=about):
        read_scopes(file)


async def test_a_change_outside_the_scope_gets_no_card(stage: Stage, tmp_path: Path) -> None:
    """Whatever a run, or a person's edit, proposes: what the channel may not see it may not have changed."""
    scoping = _scoping(tmp_path, SCOPES.replace('"shop", "shop-*"', '"payments"'))
    flow = Flow(replace(stage.ports, scoped=scoping))
    stage.runner.script = lambda _: proposes(make_proposal())

    await flow.hear(make_ask(), ())
    await flow.work(THREAD.key)

    assert stage.thread.cards == []
    assert any("rule “scope”" in said and "payments" in said for said in stage.thread.said)
