"""Methods that say what the bot is doing in a thread: assistant.threads.setStatus and agents.sessions.setStatus."""

from sandbox.slack.methods.chat import thread
from sandbox.slack.wire import Body, Refused
from sandbox.slack.workspace import Workspace

STATES = frozenset({"active", "processing", "suspended", "closed"})
TITLE = 200


def set_line(workspace: Workspace, args: Body) -> Body:
    """Show a line such as "is looking at the logs" (assistant.threads.setStatus); an empty one clears it."""
    channel = workspace.channel(args["channel_id"])
    root = thread(workspace, channel.id, args["thread_ts"]) or ""
    workspace.sessions.say(channel.id, root, args["status"])
    workspace.show_status(channel.id, root)
    return {}


def set_status(workspace: Workspace, args: Body) -> Body:
    """Set where an agent session stands (agents.sessions.setStatus); `processing` shows the stop button."""
    if args["status"] not in STATES:
        raise Refused("invalid_arguments", f"status must be one of {', '.join(sorted(STATES))}")
    if len(args.get("title") or "") > TITLE:
        raise Refused("invalid_arguments", f"title must be at most {TITLE} characters")
    channel = workspace.channel(args.get("channel_id") or "")
    root = thread(workspace, channel.id, args.get("thread_ts"))
    if root is None:
        raise Refused("invalid_arguments", "thread_ts is required in channels and direct messages")
    session = workspace.sessions.set(channel.id, root, args["status"], args.get("title") or "")
    workspace.show_status(channel.id, root)
    return {"agent_status": session.status, "status": session.status, "title": session.title, **_warning(workspace)}


def _warning(workspace: Workspace) -> Body:
    """Warn an app that could not hear its stop button, as Slack does."""
    deaf = workspace.app.events is not None and "agent_session_stopped" not in workspace.app.events
    return {"warning": "missing_agent_session_stopped_event_subscription"} if deaf else {}
