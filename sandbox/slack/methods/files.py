"""Methods that upload files: files.getUploadURLExternal and files.completeUploadExternal."""

from sandbox.slack import events
from sandbox.slack.directory import APP_ID, BOT_ID, BOT_USER
from sandbox.slack.messages import Message
from sandbox.slack.methods.chat import thread
from sandbox.slack.wire import Body, Refused
from sandbox.slack.workspace import Workspace


def get_upload_url(workspace: Workspace, args: Body) -> Body:
    """Return where to send a file's bytes (files.getUploadURLExternal)."""
    length = int(args["length"])
    if length < 1:
        raise Refused("invalid_arguments", "length must be at least 1")
    file = workspace.files.promise(str(args["filename"]), length, str(args.get("alt_txt") or ""))
    return {"upload_url": f"{workspace.origin}/upload/{file.id}", "file_id": file.id}


def complete_upload(workspace: Workspace, args: Body) -> Body:
    """Share uploaded files in a channel, or keep them private (files.completeUploadExternal)."""
    channels = [args["channel_id"]] if args.get("channel_id") else _split(args.get("channels"))
    rooms = [workspace.channel(channel).id for channel in channels]
    told = [
        workspace.files.complete(file["id"], file.get("title") or "").api(workspace.origin) for file in args["files"]
    ]
    for room in rooms:
        _share(workspace, room, told, args)
    return {"files": told}


def _share(workspace: Workspace, channel: str, told: list[Body], args: Body) -> None:
    message = Message(
        channel,
        workspace.ts(),
        args.get("initial_comment") or "",
        user=BOT_USER,
        bot_id=BOT_ID,
        app_id=APP_ID,
        username="infra",
        thread_ts=thread(workspace, channel, args.get("thread_ts")),
        files=told,
        blocks=list(args.get("blocks") or []),
    )
    workspace.add(message)
    events.posted(workspace, message)


def _split(names: str | None) -> list[str]:
    return [name for name in (names or "").split(",") if name]
