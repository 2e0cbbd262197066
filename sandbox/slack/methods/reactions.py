"""Methods about reactions: reactions.*."""

import re

from sandbox.slack import talk
from sandbox.slack.directory import BOT_USER
from sandbox.slack.messages import Message
from sandbox.slack.wire import Body, Refused
from sandbox.slack.workspace import Workspace

_NAME = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


def add(workspace: Workspace, args: Body) -> Body:
    """React as the bot (reactions.add)."""
    message, name = _target(workspace, args)
    if BOT_USER in message.reactions.get(name, []):
        raise Refused("already_reacted")
    talk.react(workspace, BOT_USER, message, name)
    return {}


def remove(workspace: Workspace, args: Body) -> Body:
    """Take the bot's reaction back (reactions.remove)."""
    message, name = _target(workspace, args)
    if BOT_USER not in message.reactions.get(name, []):
        raise Refused("no_reaction")
    talk.react(workspace, BOT_USER, message, name, remove=True)
    return {}


def get(workspace: Workspace, args: Body) -> Body:
    """Return a message with its reactions (reactions.get)."""
    message = _message(workspace, args)
    return {"type": "message", "channel": message.channel, "message": message.api(workspace.replies(message))}


def _target(workspace: Workspace, args: Body) -> tuple[Message, str]:
    name = str(args["name"]).strip(":")
    if not _NAME.fullmatch(name):
        raise Refused("invalid_name")
    return _message(workspace, args), name


def _message(workspace: Workspace, args: Body) -> Message:
    if not (args.get("channel") and args.get("timestamp")):
        raise Refused("no_item_specified")
    return workspace.find(workspace.channel(args["channel"]).id, args["timestamp"])
