"""Methods that write, change and remove messages: chat.postMessage and its family."""

from sandbox.slack import content, events
from sandbox.slack.directory import APP_ID, BOT_ID, BOT_USER
from sandbox.slack.messages import Message
from sandbox.slack.wire import Body, Refused
from sandbox.slack.workspace import Workspace


def post_message(workspace: Workspace, args: Body) -> Body:
    """Post a message (chat.postMessage)."""
    message = _written(workspace, args)
    workspace.add(message)
    workspace.quiet(message)
    events.posted(workspace, message)
    return _answer(workspace, message)


def post_ephemeral(workspace: Workspace, args: Body) -> Body:
    """Post a message one person sees (chat.postEphemeral)."""
    message = _written(workspace, args)
    if args["user"] not in workspace.channels[message.channel].members:
        raise Refused("user_not_in_channel")
    message.ephemeral_to = args["user"]
    workspace.add(message)
    return {"message_ts": message.ts}


def update(workspace: Workspace, args: Body) -> Body:
    """Replace what one of the bot's own messages says (chat.update); parts that are not given stay."""
    content.check(args)
    workspace.files.check(args.get("blocks") or [])
    message = own(workspace, args, "cant_update_message")
    workspace.settle(message)
    if message.stream and message.stream.state == "streaming":
        raise Refused("streaming_state_conflict")
    before = message.api()
    content.fill(message, _kept(message, args))
    workspace.name_parts(message)
    message.edited_ts = workspace.ts()
    workspace.show(message)
    events.changed(workspace, message, before)
    return _answer(workspace, message) | {"text": message.text}


def delete(workspace: Workspace, args: Body) -> Body:
    """Delete one of the bot's own messages (chat.delete)."""
    message = own(workspace, args, "cant_delete_message")
    workspace.delete(message)
    events.deleted(workspace, message)
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(workspace: Workspace, args: Body) -> Body:
    """Return a message's link (chat.getPermalink)."""
    channel = workspace.channel(args["channel"])
    message = workspace.find(channel.id, args["message_ts"])
    thread = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.thread_ts else ""
    link = f"https://acme-shop.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}{thread}"
    return {"channel": channel.id, "permalink": link}


def own(workspace: Workspace, args: Body, refusal: str) -> Message:
    """Return the bot's own message that the arguments name.

    Raises:
        Refused: When it is not there or is somebody else's.
    """
    message = workspace.find(workspace.channel(args["channel"]).id, args["ts"])
    if message.bot_id != BOT_ID or message.ephemeral_to:
        raise Refused(refusal)
    return message


def thread(workspace: Workspace, channel: str, thread_ts: str | None) -> str | None:
    """Return the thread to reply in.

    Raises:
        Refused: thread_not_found.
    """
    if not thread_ts:
        return None
    try:
        return workspace.find(channel, thread_ts).root
    except Refused:
        raise Refused("thread_not_found") from None


def _written(workspace: Workspace, args: Body) -> Message:
    content.check(args)
    workspace.files.check(args.get("blocks") or [])
    channel = workspace.channel(args["channel"])
    if BOT_USER not in channel.members:
        raise Refused("not_in_channel")
    message = Message(
        channel.id,
        workspace.ts(),
        user=BOT_USER,
        bot_id=BOT_ID,
        app_id=APP_ID,
        username=args.get("username") or "infra",
        thread_ts=thread(workspace, channel.id, args.get("thread_ts")),
    )
    content.fill(message, args)
    return message


def _kept(message: Message, args: Body) -> Body:
    """Return the update's content; text alone removes blocks, as Slack does, but attachments stay."""
    kept = {"attachments": message.attachments} if "attachments" not in args else {}
    return {**kept, **args}


def _answer(workspace: Workspace, message: Message) -> Body:
    told = message.api(workspace.replies(message), metadata=True)
    return {"channel": message.channel, "ts": message.ts, "message": told}
