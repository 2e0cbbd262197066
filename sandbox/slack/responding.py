"""What the bot says through a response: the body of an acknowledgement, or a post to a response address."""

from http import HTTPStatus

from sandbox.slack import content, events, schema
from sandbox.slack.directory import BOT_ID, BOT_USER
from sandbox.slack.journal import Called
from sandbox.slack.messages import Message
from sandbox.slack.responses import ResponseUrl
from sandbox.slack.wire import Body, Refused
from sandbox.slack.workspace import Workspace


def respond(workspace: Workspace, url: ResponseUrl, answer: Body) -> None:
    """Carry out a response: post, replace or delete.

    Raises:
        Refused: When the content is not what Slack accepts.
    """
    try:
        _carry_out(workspace, url, answer)
    except Refused as refused:
        _log(workspace, answer, refused)
        raise
    _log(workspace, answer, None)


def _carry_out(workspace: Workspace, url: ResponseUrl, answer: Body) -> None:
    told = schema.understood("response", answer)
    content.check(told, empty_is_fine=bool(told.get("delete_original")))
    original = _original(workspace, url)
    if told.get("delete_original") and original:
        workspace.delete(original)
    elif told.get("replace_original") and original:
        _replace(workspace, original, told)
    else:
        _post(workspace, url, told)


def _log(workspace: Workspace, answer: Body, refused: Refused | None) -> None:
    """Keep responses with the calls, as the method `response`."""
    error = refused.error if refused else ""
    called = Called("response", answer, workspace.clock.time(), HTTPStatus.OK, refused is None, error)
    workspace.journal.calls.append(called)


def _original(workspace: Workspace, url: ResponseUrl) -> Message | None:
    if not url.message_ts:
        return None
    try:
        return workspace.find(url.channel, url.message_ts)
    except Refused:
        return None


def _replace(workspace: Workspace, original: Message, told: Body) -> None:
    before = original.api()
    content.fill(original, told)
    original.edited_ts = workspace.ts()
    workspace.show(original)
    if original.ephemeral_to is None:
        events.changed(workspace, original, before)


def _post(workspace: Workspace, url: ResponseUrl, told: Body) -> None:
    public = told.get("response_type") == "in_channel"
    message = Message(
        url.channel,
        workspace.ts(),
        user=BOT_USER,
        bot_id=BOT_ID,
        username="infra",
        thread_ts=told.get("thread_ts") or url.thread_ts,
        ephemeral_to=None if public else url.person,
    )
    content.fill(message, told)
    workspace.add(message)
    if public:
        events.posted(workspace, message)
