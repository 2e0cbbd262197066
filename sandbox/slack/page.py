"""The page API: what a person sees in the workspace and does there, for the web page, `play` and tests."""

import asyncio
import json
import math
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path

from aiohttp import web

from sandbox.slack import interactions, staff, talk
from sandbox.slack.delivery import Patience
from sandbox.slack.directory import BOT_ID, BOT_USER, TEAM, TEAM_NAME
from sandbox.slack.messages import Message
from sandbox.slack.wire import Body, Refused, Unusable
from sandbox.slack.workspace import Workspace

FILES = Path(__file__).parent.parent / "page"
Doing = Callable[[Workspace, Body], Awaitable[Body]]


def routes(workspace: Workspace) -> list[web.RouteDef]:
    """Return the page's routes."""
    return [
        web.get("/_page/state", _looking(workspace, state)),
        web.get("/_page/messages", _looking(workspace, messages)),
        web.get("/_page/stream", _watching(workspace)),
        *(web.post(f"/_page/{name}", _doing(workspace, doing)) for name, doing in _doings().items()),
    ]


def _doings() -> Mapping[str, Doing]:
    named = {"dm": direct}
    plain = (post, slash, click, react, modal, stop, alert, faults, settings, redeliver, group, person)
    return named | {doing.__name__: doing for doing in plain}


async def state(workspace: Workspace, args: Body) -> Body:
    """Return who and what there is, as a person sees it."""
    me = str(args.get("as", ""))
    return {
        "team": {"id": TEAM, "name": TEAM_NAME},
        "me": me,
        "people": [person.page() for person in workspace.people.values()],
        "channels": [channel.page() for channel in workspace.channels.values() if me in channel.members],
        "groups": [group.page() for group in workspace.groups.values()],
        "bot": {"id": BOT_USER, "bot_id": BOT_ID, "name": workspace.people[BOT_USER].real_name},
        "commands": list(workspace.app.commands),
        "connected": workspace.deliveries.connected,
        "statuses": workspace.statuses(me),
    }


async def messages(workspace: Workspace, args: Body) -> Body:
    """Return what was said in a channel, oldest first, and what only this person sees."""
    me, channel = str(args.get("as", "")), str(args.get("channel", ""))
    talk.enter(workspace, me, channel)
    seen = [m for m in workspace.messages.get(channel, []) if not m.deleted and m.ephemeral_to in {None, me}]
    for message in seen:
        workspace.settle(message)
    return {"messages": [message.page(workspace.replies(message)) for message in seen]}


async def stream(workspace: Workspace, request: web.Request) -> web.StreamResponse:
    """Send what happens to the page as it happens, as Server-Sent Events."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    with workspace.audience.seat(request.query.get("as", "")) as happenings, suppress(ConnectionResetError):
        await response.prepare(request)  # a page that is closed meanwhile is no trouble
        await response.write(b": welcome\n\n")
        while (happening := await _next(happenings)) is not None:
            line = f"data: {json.dumps(happening)}\n\n" if happening else ": still here\n\n"
            await response.write(line.encode())
    return response


async def post(workspace: Workspace, args: Body) -> Body:
    """Post a message."""
    message = talk.post(workspace, args["as"], args["channel"], args["text"], args.get("thread_ts"))
    return {"ts": message.ts}


async def slash(workspace: Workspace, args: Body) -> Body:
    """Run a slash command."""
    answer = await interactions.slash(workspace, args["as"], args["channel"], args["text"])
    return {"ok": answer is not None, **({"response": answer} if answer else {})}


async def click(workspace: Workspace, args: Body) -> Body:
    """Press a button, of a message or of a modal."""
    if args.get("view_id"):
        person, view = _window(workspace, args)
        return {"ok": await interactions.press(workspace, person, view, args) is not None}
    return {"ok": await interactions.click(workspace, args["as"], _message(workspace, args), args) is not None}


async def react(workspace: Workspace, args: Body) -> Body:
    """Add or take back a reaction."""
    talk.enter(workspace, args["as"], args["channel"])
    remove = bool(args.get("remove"))
    talk.react(workspace, args["as"], _message(workspace, args), str(args["name"]).strip(":"), remove=remove)
    return {"ok": True}


async def modal(workspace: Workspace, args: Body) -> Body:
    """Submit or close a modal."""
    person, view = _window(workspace, args)
    if args["action"] == "close":
        await interactions.dismiss(workspace, person, view)
        return {"ok": True}
    errors = await interactions.submit(workspace, person, view, args.get("values") or {})
    return {"ok": not errors, **({"errors": errors} if errors else {})}


def _window(workspace: Workspace, args: Body) -> tuple[str, Body]:
    person, view = workspace.modals.find(args["view_id"])
    if person != args["as"]:
        raise Unusable("This modal is somebody else's.")
    return person, view


async def stop(workspace: Workspace, args: Body) -> Body:
    """Press the stop button of an agent session."""
    talk.stop(workspace, args["as"], args["channel"], args["thread_ts"])
    return {"ok": True}


async def direct(workspace: Workspace, args: Body) -> Body:
    """Open the direct message with the bot."""
    if args["as"] not in workspace.people or args["user"] != BOT_USER:
        raise Unusable("Only direct messages with the bot exist here.")
    return {"channel": workspace.direct(args["as"]).id}


async def alert(workspace: Workspace, args: Body) -> Body:
    """Let the alert bot post."""
    return {"ts": talk.alert(workspace, args["channel"], args).ts}


async def faults(workspace: Workspace, args: Body) -> Body:
    """Plan what goes wrong."""
    workspace.faults.plan(args.get("rules") or [])
    workspace.faults.redeliver = int(args.get("redeliver") or 0)
    workspace.limits.stream_seconds = float(args.get("stream_seconds") or workspace.limits.stream_seconds)
    return {"ok": True}


async def settings(workspace: Workspace, args: Body) -> Body:
    """Set where and how patiently to deliver (`request_url`, `ack_seconds`, `http_delays`), and rate limits."""
    if "rate_multiplier" in args:
        workspace.rates.multiplier = float(args["rate_multiplier"] or math.inf)
    patience: Patience = workspace.deliveries.patience
    patience.ack_seconds = float(args.get("ack_seconds", patience.ack_seconds))
    patience.http_delays = tuple(float(delay) for delay in args.get("http_delays", patience.http_delays))
    if "request_url" in args:
        await _point(workspace, str(args["request_url"] or ""))
    return {"ok": True}


async def redeliver(workspace: Workspace, args: Body) -> Body:
    """Deliver something again: `number` counts from the first delivery, or from the last when it is negative."""
    deliveries = workspace.journal.deliveries
    if not -len(deliveries) <= int(args["number"]) < len(deliveries):
        raise Unusable(f"There were {len(deliveries)} deliveries so far.")
    workspace.deliveries.again(deliveries[int(args["number"])])
    return {"ok": True}


async def group(workspace: Workspace, args: Body) -> Body:
    """Give a user group other members."""
    staff.regroup(workspace, args["handle"], args["members"])
    return {"ok": True}


async def person(workspace: Workspace, args: Body) -> Body:
    """Hire, change or dismiss somebody."""
    staff.change(workspace, args["id"], {k: v for k, v in args.items() if k not in {"id", "as"}})
    return {"ok": True}


async def _point(workspace: Workspace, url: str) -> None:
    """Deliver over HTTP to an address that answers the challenge, or over Socket Mode again when it is empty."""
    if url and not await workspace.deliveries.verify(url):
        raise Unusable(f"{url} did not answer the url_verification challenge.")
    workspace.deliveries.urls = dict.fromkeys(("events_api", "interactive", "slash_commands"), url) if url else {}


async def _next(happenings: asyncio.Queue[Body | None]) -> Body | None:
    """Return what happened next; nothing, so that a gone page is noticed, after a quiet while."""
    try:
        async with asyncio.timeout(15):
            return await happenings.get()
    except TimeoutError:
        return {}


def _message(workspace: Workspace, args: Body) -> Message:
    return workspace.find(args["channel"], args["ts"])


def _looking(workspace: Workspace, doing: Doing) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handler(request: web.Request) -> web.Response:
        return await _answered(workspace, request, doing, dict(request.query))

    return handler


def _watching(workspace: Workspace) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handler(request: web.Request) -> web.StreamResponse:
        return await stream(workspace, request)

    return handler


def _doing(workspace: Workspace, doing: Doing) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handler(request: web.Request) -> web.Response:
        try:
            args = json.loads(await request.read())
        except ValueError:
            args = None
        if not isinstance(args, dict):
            return web.json_response({"error": "Send a JSON object."}, status=HTTPStatus.BAD_REQUEST)
        return await _answered(workspace, request, doing, args)

    return handler


async def _answered(workspace: Workspace, request: web.Request, doing: Doing, args: Body) -> web.Response:
    workspace.origin = str(request.url.origin())
    try:
        return web.json_response(await doing(workspace, args))
    except KeyError as missing:
        problem = f"Say {missing.args[0]!r} in the request."
    except Refused as refused:
        problem = f"Slack refuses: {refused.error}."
    except Unusable as unusable:
        problem = str(unusable)
    except (TypeError, ValueError, AttributeError) as wrong:
        problem = f"Send values of the right kind: {wrong}."
    return web.json_response({"error": problem}, status=HTTPStatus.BAD_REQUEST)
