"""What people and alert bots say and do in channels: posts, reactions, the stop button."""

import re
from html import escape

from sandbox.slack import events
from sandbox.slack.directory import ALERT_APP, ALERT_BOT, ALERT_NAME
from sandbox.slack.messages import Message
from sandbox.slack.wire import Body, Unusable
from sandbox.slack.workspace import Workspace

_TOKEN = re.compile(r"<(?:[@#!][^<>\s][^<>]*|https?://[^<>\s]+|mailto:[^<>\s]+)>")
_NAME = re.compile(r"(?<![\w<])@([a-z][\w-]*)")


def post(workspace: Workspace, person: str, channel: str, text: str, thread_ts: str | None = None) -> Message:
    """Post as a person.

    Raises:
        Unusable: When the person is not in the channel, or the words are missing.
    """
    if not text.strip():
        raise Unusable("Write something before sending.")
    enter(workspace, person, channel)
    root = workspace.find(channel, thread_ts).root if thread_ts else None
    message = Message(channel, workspace.ts(), composed(workspace, text), user=person, thread_ts=root)
    workspace.add(message)
    events.posted(workspace, message)
    return message


def alert(workspace: Workspace, channel: str, content: Body) -> Message:
    """Post as the alert bot; `content` holds text, attachments and blocks as it would send them."""
    if channel not in workspace.channels:
        raise Unusable(f"There is no channel {channel}.")
    message = Message(
        channel,
        workspace.ts(),
        str(content.get("text", "")),
        bot_id=ALERT_BOT,
        app_id=ALERT_APP,
        username=ALERT_NAME,
        subtype="bot_message",
        thread_ts=content.get("thread_ts"),
        blocks=content.get("blocks") or [],
        attachments=content.get("attachments") or [],
    )
    workspace.add(message)
    events.posted(workspace, message)
    return message


def react(workspace: Workspace, person: str, message: Message, name: str, *, remove: bool = False) -> None:
    """Add or take back a reaction; what is already so is no event."""
    people = message.reactions.setdefault(name, [])
    if (person in people) != remove:
        return
    if remove:
        people.remove(person)
    else:
        people.append(person)
    workspace.show(message)
    events.reacted(workspace, message, person, name, removed=remove)


def stop(workspace: Workspace, person: str, channel: str, thread: str) -> None:
    """Press the stop button: the thread's open streams stop, and the bot is told."""
    enter(workspace, person, channel)
    stopped = []
    for message in workspace.said(channel):
        if message.root == thread and message.stream and message.stream.state == "streaming":
            message.stream.state, message.stream.stopped_by_user = "stopped", True
            stopped.append(message.ts)
            workspace.show(message)
    events.stopped(workspace, person, channel, thread, stopped)


def enter(workspace: Workspace, person: str, channel: str) -> None:
    """Check that a person is in a channel.

    Raises:
        Unusable: When there is no such person or channel, or the person is not in it.
    """
    if person not in workspace.people:
        raise Unusable(f"There is nobody with the id {person!r}.")
    if channel not in workspace.channels:
        raise Unusable(f"There is no channel {channel!r}.")
    if person not in workspace.channels[channel].members:
        raise Unusable(f"{workspace.people[person].real_name} is not in this channel.")
    if workspace.people[person].deleted:
        raise Unusable(f"{workspace.people[person].real_name} has left the company.")


def composed(workspace: Workspace, text: str) -> str:
    """Return what Slack's composer makes of typed text: @names become mentions, the rest is escaped."""
    parts, at = [], 0
    for token in _TOKEN.finditer(text):
        parts += [_typed(workspace, text[at : token.start()]), token.group()]
        at = token.end()
    return "".join([*parts, _typed(workspace, text[at:])])


def _typed(workspace: Workspace, text: str) -> str:
    names = {person.name: f"<@{person.id}>" for person in workspace.people.values()}
    names |= {group.handle: f"<!subteam^{group.id}>" for group in workspace.groups.values()}
    return _NAME.sub(lambda found: names.get(found[1], found[0]), escape(text, quote=False))
