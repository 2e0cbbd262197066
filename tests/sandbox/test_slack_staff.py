"""People of the sandbox Slack come, go and change groups, and the bot is told."""

import pytest

from sandbox.slack.visitor import Visitor
from sandbox.slack.wire import Body, Unusable
from tests.sandbox.slack_office import Office, opened

INCIDENTS = "C0INCIDEN"


def delivered(office: Office) -> list[Body]:
    """Return the events sent so far, with their envelopes."""
    return [d.payload for d in office.workspace.journal.deliveries if d.kind == "events_api"]


def test_group_change_is_announced(office: Office) -> None:
    """When the on-call changes, the bot hears who came and who went."""
    office.ana.regroup("oncall", ["U0CARA001", "U0ANA0001"])

    (told,) = delivered(office)
    assert told["event"]["type"] == "subteam_members_changed"
    assert (told["event"]["added_users"], told["event"]["removed_users"]) == (["U0ANA0001"], ["U0BEN0001"])


def test_somebody_who_left_does_nothing_more(office: Office) -> None:
    """A deactivated person is announced, looks deactivated and cannot post."""
    office.ana.change("U0BEN0001", deleted=True)

    (told,) = delivered(office)
    assert (told["event"]["type"], told["event"]["user"]["deleted"]) == ("user_change", True)
    with pytest.raises(Unusable, match="left the company"):
        office.ben.post(INCIDENTS, "hello")


def test_stranger_makes_a_channel_shared(office: Office) -> None:
    """Somebody of another workspace posts under their own team, in a channel that counts as shared."""
    office.ana.change("U0EVE0001", name="eve", team="T0OTHER01", channels=[INCIDENTS])

    Visitor(office.url, "U0EVE0001").post(INCIDENTS, "hello from outside")

    told = delivered(office)[-1]
    assert (told["event"]["team"], told["event"]["user_team"]) == ("T0OTHER01", "T0OTHER01")
    assert told["is_ext_shared_channel"]


def test_stranger_has_no_command(office: Office) -> None:
    """The app's command exists in its own workspace only."""
    office.ana.change("U0EVE0001", name="eve", team="T0OTHER01", channels=[INCIDENTS])

    with pytest.raises(Unusable, match="not installed"):
        Visitor(office.url, "U0EVE0001").slash(INCIDENTS, "/infra status")


def test_bot_is_no_person_to_change(office: Office) -> None:
    """The bot stays the bot, and people have no fields but their own."""
    with pytest.raises(Unusable, match="can be changed"):
        office.ana.change("U0INFRA01", deleted=True)
    with pytest.raises(Unusable, match="can be changed"):
        office.ana.change("U0BEN0001", admin=True)


def test_manifest_says_what_is_delivered() -> None:
    """Events the manifest does not subscribe to are not sent."""
    manifest = {"settings": {"event_subscriptions": {"bot_events": ["app_mention", "message.im"]}}}
    with opened(manifest) as office:
        office.ana.post(INCIDENTS, "just talk")
        office.ana.post(INCIDENTS, "@infra look")
        office.ana.post(office.ana.dm(), "hello")

        kinds = [(told["event"]["type"], told["event"].get("channel_type")) for told in delivered(office)]

    assert kinds == [("app_mention", None), ("message", "im")]


def test_command_text_is_escaped_where_the_manifest_asks() -> None:
    """With should_escape, a person named in a command arrives as their id."""
    command = {"command": "/page", "description": "Page somebody", "should_escape": True}
    with opened({"features": {"slash_commands": [command]}}) as office:
        office.workspace.deliveries.patience.ack_seconds = 0.05
        office.ana.slash(INCIDENTS, "/page @ben a<b")

        (sent,) = [d.payload for d in office.workspace.journal.deliveries if d.kind == "slash_commands"]

    assert sent["text"] == "<@U0BEN0001> a&lt;b"


def test_manifest_says_where_to_deliver() -> None:
    """Without Socket Mode each kind goes to its own address of the manifest."""
    manifest = {
        "features": {"slash_commands": [{"command": "/infra", "url": "https://bot.example/slash"}]},
        "settings": {
            "socket_mode_enabled": False,
            "event_subscriptions": {"request_url": "https://bot.example/events"},
            "interactivity": {"request_url": "https://bot.example/clicks"},
        },
    }

    with opened(manifest) as office:
        urls = office.workspace.deliveries.urls

    assert urls == {
        "events_api": "https://bot.example/events",
        "interactive": "https://bot.example/clicks",
        "slash_commands": "https://bot.example/slash",
    }
