"""Methods that stream a message: chat.startStream, chat.appendStream and chat.stopStream."""

from sandbox.slack import content, events
from sandbox.slack.directory import APP_ID, BOT_ID, BOT_USER, TEAM, Channel
from sandbox.slack.messages import Message, Stream
from sandbox.slack.methods.chat import own, thread
from sandbox.slack.wire import Body, Refused
from sandbox.slack.workspace import Workspace


def start(workspace: Workspace, args: Body) -> Body:
    """Open a stream (chat.startStream)."""
    channel = workspace.channel(args["channel"])
    if BOT_USER not in channel.members:
        raise Refused("not_in_channel")
    _check_recipient(workspace, channel, args)
    message = Message(
        channel.id,
        workspace.ts(),
        user=BOT_USER,
        bot_id=BOT_ID,
        app_id=APP_ID,
        username=args.get("username") or "infra",
        thread_ts=thread(workspace, channel.id, args["thread_ts"]),
    )
    mode = "text" if "markdown_text" in args else "chunks"
    message.stream = Stream(mode, _display_mode(args), workspace.clock.time())
    _write(workspace, message.stream, args)
    workspace.add(message)
    workspace.quiet(message)
    events.posted(workspace, message)
    return {"channel": channel.id, "ts": message.ts}


def append(workspace: Workspace, args: Body) -> Body:
    """Add to a stream (chat.appendStream)."""
    if not (args.get("chunks") or args.get("markdown_text")):
        raise Refused("no_text")
    message, stream = _open(workspace, args)
    _write(workspace, stream, args)
    workspace.show(message)
    return {"channel": message.channel, "ts": message.ts}


def stop(workspace: Workspace, args: Body) -> Body:
    """Close a stream, with last words, blocks and metadata (chat.stopStream)."""
    message, stream = _open(workspace, args)
    content.check_blocks(args.get("blocks") or [])
    content.check_metadata(args.get("metadata"))
    _write(workspace, stream, args)
    before = message.api()
    stream.state = "stopped"
    message.blocks = list(args.get("blocks") or [])
    message.metadata = args.get("metadata") or message.metadata
    workspace.name_parts(message)
    if args.get("session_status"):
        workspace.sessions.set(message.channel, message.root, args["session_status"], "")
    workspace.show(message)
    events.changed(workspace, message, before)
    return {"channel": message.channel, "ts": message.ts, "message": message.api(metadata=True)}


def _open(workspace: Workspace, args: Body) -> tuple[Message, Stream]:
    """Return a stream that still takes words; one that is too old ends here."""
    message = own(workspace, args, "message_not_owned_by_app")
    stream = message.stream
    if stream is None:
        raise Refused("message_not_in_streaming_state")
    if stream.stopped_by_user:
        raise Refused("stopped_by_user")
    workspace.settle(message)
    if stream.state != "streaming":
        raise Refused("message_not_in_streaming_state")
    return message, stream


def _check_recipient(workspace: Workspace, channel: Channel, args: Body) -> None:
    """Check who the stream is for: required outside direct messages, and always a person."""
    person = args.get("recipient_user_id")
    if not channel.direct and not person:
        raise Refused("missing_recipient_user_id")
    if not channel.direct and not args.get("recipient_team_id"):
        raise Refused("missing_recipient_team_id")
    if person and (person not in workspace.people or workspace.people[person].bot):
        raise Refused("user_not_found")
    if args.get("recipient_team_id", TEAM) != (workspace.people[person].team if person else TEAM):
        raise Refused("team_not_found")


def _display_mode(args: Body) -> str:
    mode = args.get("task_display_mode", "timeline")
    if mode not in {"plan", "timeline"}:
        raise Refused("invalid_arguments", "task_display_mode must be plan or timeline")
    return str(mode)


def _write(workspace: Workspace, stream: Stream, args: Body) -> None:
    """Write into a stream; nothing is written if it would be too much."""
    if args.get("chunks") is not None and args.get("markdown_text") is not None:
        raise Refused("invalid_arguments", "give chunks or markdown_text, not both")
    if len(args.get("markdown_text") or "") > content.MARKDOWN:
        raise Refused("msg_too_long")
    given = "chunks" if args.get("chunks") else "text" if args.get("markdown_text") else stream.mode
    if given != stream.mode:
        raise Refused("streaming_mode_mismatch")
    items, title = _grown(stream, _chunks(args))
    if _size(items) > workspace.limits.stream_bytes:
        raise Refused("msg_too_long")
    if sum(item["type"] == "task" for item in items) > workspace.limits.stream_cards:
        raise Refused("invalid_chunks", f"no more than {workspace.limits.stream_cards} tasks allowed")
    stream.items, stream.plan_title = items, title


def _chunks(args: Body) -> list[Body]:
    if args.get("markdown_text"):
        return [{"type": "markdown_text", "text": args["markdown_text"]}]
    return list(args.get("chunks") or [])


def _grown(stream: Stream, chunks: list[Body]) -> tuple[list[Body], str]:
    """Return the stream's items and plan title after more chunks."""
    items, title = [dict(item) for item in stream.items], stream.plan_title
    for chunk in chunks:
        match chunk["type"]:
            case "markdown_text":
                _say(items, chunk["text"])
            case "plan_update":
                title = chunk["title"]
            case "task_update":
                _task(items, chunk)
            case "blocks":
                items.append({"type": "blocks", "blocks": chunk["blocks"]})
    return items, title


def _say(items: list[Body], text: str) -> None:
    if items and items[-1]["type"] == "markdown":
        items[-1]["text"] += text
    else:
        items.append({"type": "markdown", "text": text})


def _task(items: list[Body], chunk: Body) -> None:
    """Add a task, or bring the one with the same id up to date; what the chunk leaves out stays."""
    told = {key: value for key, value in chunk.items() if key != "type"}
    for item in items:
        if item["type"] == "task" and item["id"] == chunk["id"]:
            item.update(told)
            return
    items.append({"type": "task", "details": "", "output": "", "sources": [], **told})


def _size(items: list[Body]) -> int:
    """Return the UTF-8 bytes a stream holds; a task's details and output count double."""
    return sum(
        _bytes(item.get("text"))
        + _bytes(item.get("title"))
        + 2 * (_bytes(item.get("details")) + _bytes(item.get("output")))
        for item in items
    )


def _bytes(text: str | None) -> int:
    return len((text or "").encode())
