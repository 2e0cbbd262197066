"""Events in the shape the Events API delivers them."""

import secrets

from sandbox.slack.directory import APP_ID, BOT_USER, TEAM
from sandbox.slack.messages import Message
from sandbox.slack.wire import Body
from sandbox.slack.workspace import Workspace


def announce(workspace: Workspace, event: Body) -> None:
    """Deliver an event to the bot, if it subscribed to its type and is in its channel."""
    wanted = workspace.app.events
    if wanted is None or _subscription(event) in wanted:
        workspace.deliveries.later("events_api", _callback(workspace, event))


def posted(workspace: Workspace, message: Message) -> None:
    """Announce a new message, and the mention in it as an event of its own."""
    if BOT_USER not in workspace.channels[message.channel].members:
        return
    event = _message(workspace, message)
    announce(workspace, event)
    if f"<@{BOT_USER}>" in message.text and event["channel_type"] == "channel" and not message.bot_id:
        announce(workspace, {**event, "type": "app_mention"} | {"channel_type": None})


def changed(workspace: Workspace, message: Message, before: Body) -> None:
    """Announce that a message was edited."""
    announce(
        workspace,
        _about(workspace, message, "message_changed")
        | {"message": message.api(workspace.replies(message)), "previous_message": before},
    )


def deleted(workspace: Workspace, message: Message) -> None:
    """Announce that a message was deleted."""
    gone = {"deleted_ts": message.ts, "previous_message": message.api()}
    announce(workspace, _about(workspace, message, "message_deleted") | gone)


def reacted(workspace: Workspace, message: Message, person: str, name: str, *, removed: bool = False) -> None:
    """Announce that a reaction was added or removed."""
    announce(
        workspace,
        {
            "type": "reaction_removed" if removed else "reaction_added",
            "user": person,
            "reaction": name,
            "item": {"type": "message", "channel": message.channel, "ts": message.ts},
            **({"item_user": message.user} if message.user else {}),
            "event_ts": workspace.ts(),
        },
    )


def stopped(workspace: Workspace, person: str, channel: str, thread: str, streams: list[str]) -> None:
    """Announce that somebody pressed an agent session's stop button."""
    announce(
        workspace,
        {
            "type": "agent_session_stopped",
            "user": person,
            "channel": channel,
            "thread_ts": thread,
            "streaming_message_ts": streams,
            "event_ts": workspace.ts(),
        },
    )


def group_changed(workspace: Workspace, group: str, before: list[str], after: list[str]) -> None:
    """Announce that a user group has other members."""
    announce(
        workspace,
        {
            "type": "subteam_members_changed",
            "subteam_id": group,
            "team_id": TEAM,
            "added_users": [user for user in after if user not in before],
            "added_users_count": sum(user not in before for user in after),
            "removed_users": [user for user in before if user not in after],
            "removed_users_count": sum(user not in after for user in before),
            "event_ts": workspace.ts(),
        },
    )


def person_changed(workspace: Workspace, person: str) -> None:
    """Announce that somebody became a guest, left, or is otherwise not who they were."""
    now = int(workspace.clock.time())
    user = workspace.people[person].api() | {"updated": now}
    announce(workspace, {"type": "user_change", "user": user, "cache_ts": now, "event_ts": workspace.ts()})


def _message(workspace: Workspace, message: Message) -> Body:
    kind = "im" if workspace.channels[message.channel].direct else "channel"
    told = message.api() | {"channel": message.channel, "event_ts": message.ts, "channel_type": kind}
    if not message.bot_id:
        told |= {"client_msg_id": secrets.token_hex(16), **_team(workspace, message)}
    return told | ({"parent_user_id": _parent(workspace, message)} if message.thread_ts else {})


def _team(workspace: Workspace, message: Message) -> Body:
    """Say which workspace the author is from; strangers of shared channels come from another."""
    team = workspace.people[message.user].team if message.user else TEAM
    return {"team": team} if team == TEAM else {"team": team, "user_team": team, "source_team": team}


def _parent(workspace: Workspace, message: Message) -> str | None:
    roots = (m for m in workspace.messages[message.channel] if m.ts == message.thread_ts)
    return next((root.user for root in roots), None)


def _about(workspace: Workspace, message: Message, subtype: str) -> Body:
    kind = "im" if workspace.channels[message.channel].direct else "channel"
    now = workspace.ts()
    return {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": message.channel,
        "channel_type": kind,
        "ts": now,
        "event_ts": now,
    }


def _subscription(event: Body) -> str:
    """Return the name an app subscribes to an event by."""
    if event["type"] != "message":
        return str(event["type"])
    return {"im": "message.im"}.get(event["channel_type"], "message.channels")


def _shared(workspace: Workspace, event: Body) -> bool:
    """Tell whether an event's channel is shared with another workspace."""
    channel = event.get("channel") or event.get("item", {}).get("channel")
    return channel in workspace.channels and workspace.shared(workspace.channels[channel])


def _callback(workspace: Workspace, event: Body) -> Body:
    installed = {"enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER, "is_bot": True}
    return {
        "token": "sandbox",
        "team_id": TEAM,
        "context_team_id": TEAM,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": {key: value for key, value in event.items() if value is not None},
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(workspace.clock.time()),
        "authorizations": [{**installed, "is_enterprise_install": False}],
        "is_ext_shared_channel": _shared(workspace, event),
        "event_context": f"4-{secrets.token_hex(16)}",
    }
