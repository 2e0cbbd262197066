"""Methods about channels and what was said in them: conversations.*."""

import math

from sandbox.slack.directory import BOT_USER
from sandbox.slack.messages import Message
from sandbox.slack.methods.paging import page
from sandbox.slack.wire import Body, Refused
from sandbox.slack.workspace import Workspace

HISTORY = 100


def info(workspace: Workspace, args: Body) -> Body:
    """Describe a channel (conversations.info)."""
    channel = workspace.channel(args["channel"])
    return {"channel": channel.api() | {"is_ext_shared": workspace.shared(channel)}}


def open_direct(workspace: Workspace, args: Body) -> Body:
    """Open the direct message with one person (conversations.open)."""
    if args.get("channel"):
        return {"channel": workspace.channel(args["channel"]).api()}
    users = args.get("users") or ""
    names = users.split(",") if isinstance(users, str) else list(users)
    if len(names) != 1:
        raise Refused("not_enough_users" if not names else "method_not_supported_for_channel_type")
    if names[0] not in workspace.people:
        raise Refused("user_not_found")
    channel = workspace.direct(names[0])
    return {"channel": channel.api() if args.get("return_im") else {"id": channel.id}}


def list_all(workspace: Workspace, args: Body) -> Body:
    """List the channels of the kinds asked for (conversations.list)."""
    kinds = str(args.get("types") or "public_channel").split(",")
    wanted = [c for c in workspace.channels.values() if ("im" if c.direct else "public_channel") in kinds]
    shown, more = page(wanted, args)
    return {"channels": [channel.api() for channel in shown], **more}


def members(workspace: Workspace, args: Body) -> Body:
    """List who is in a channel (conversations.members)."""
    shown, more = page(sorted(workspace.channel(args["channel"]).members), args)
    return {"members": shown, **more}


def history(workspace: Workspace, args: Body) -> Body:
    """Return what was said in a channel, newest first, without replies (conversations.history)."""
    said = [message for message in _said(workspace, args) if message.thread_ts is None]
    shown, more = page(list(reversed(_between(said, args))), args, HISTORY)
    return {
        "messages": _told(workspace, shown, args),
        "has_more": bool(more["response_metadata"]["next_cursor"]),
        **more,
    }


def replies(workspace: Workspace, args: Body) -> Body:
    """Return a thread, oldest first (conversations.replies)."""
    said = [message for message in _said(workspace, args) if args["ts"] in {message.ts, message.thread_ts}]
    if not said:
        raise Refused("thread_not_found")
    first, *rest = said
    shown, more = page([first, *_between(rest, args)], args, HISTORY)
    return {
        "messages": _told(workspace, shown, args),
        "has_more": bool(more["response_metadata"]["next_cursor"]),
        **more,
    }


def _said(workspace: Workspace, args: Body) -> list[Message]:
    channel = workspace.channel(args["channel"])
    if BOT_USER not in channel.members:
        raise Refused("not_in_channel")
    return workspace.said(channel.id)


def _between(said: list[Message], args: Body) -> list[Message]:
    """Keep what lies between `oldest` and `latest`."""
    oldest, latest = _moment(args, "oldest", 0.0), _moment(args, "latest", math.inf)
    if args.get("inclusive"):
        return [message for message in said if oldest <= float(message.ts) <= latest]
    return [message for message in said if oldest < float(message.ts) < latest]


def _moment(args: Body, name: str, default: float) -> float:
    if not args.get(name):
        return default
    try:
        return float(args[name])
    except ValueError:
        raise Refused(f"invalid_ts_{name}") from None


def _told(workspace: Workspace, shown: list[Message], args: Body) -> list[Body]:
    metadata = bool(args.get("include_all_metadata"))
    return [message.api(workspace.replies(message), metadata=metadata) for message in shown]
