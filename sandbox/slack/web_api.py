"""The Web API: who calls, what went wrong on purpose, how often, with which arguments, then the method."""

import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from sandbox.slack import schema
from sandbox.slack.faults import Fault
from sandbox.slack.journal import Called
from sandbox.slack.methods import METHODS
from sandbox.slack.wire import Body, Refused, parsed
from sandbox.slack.workspace import Workspace


@dataclass(frozen=True)
class Call:
    """One call as it came in; `early` if it was told to stay away for longer."""

    workspace: Workspace
    method: str
    args: Body
    at: float
    early: bool


async def answer(workspace: Workspace, request: web.Request) -> web.StreamResponse:
    """Answer one call of /api/<method>."""
    workspace.origin = str(request.url.origin())
    name = request.match_info["method"]
    args: Body = {}
    try:
        args = await _arguments(request)
        _authorize(workspace, name, _token(request, args), args)
    except Refused as refused:
        return _told(Call(workspace, name, args, workspace.clock.time(), early=False), refused.body())
    return _carried_out(_call(workspace, name, args), request)


def _call(workspace: Workspace, name: str, args: Body) -> Call:
    now = workspace.clock.time()
    limits = [name, f"post {args.get('channel')}"] if METHODS[name].posts else [name]
    early = any(workspace.rates.early(limit, now) for limit in limits)
    return Call(workspace, name, args, now, early)


def _carried_out(call: Call, request: web.Request) -> web.StreamResponse:
    fault = call.workspace.faults.next(call.method)
    match fault:
        case Fault(kind="429"):
            return _too_many(call, call.workspace.rates.block(call.method, call.at, fault.retry_after))
        case Fault(kind="500"):
            _log(call, HTTPStatus.INTERNAL_SERVER_ERROR, {"ok": False, "error": "500"})
            return web.Response(status=HTTPStatus.INTERNAL_SERVER_ERROR, text="Internal Server Error")
        case Fault(kind="error"):
            return _told(call, {"ok": False, "error": fault.error})
    wait = _wait(call)
    if wait:
        return _too_many(call, wait)
    body = _called(call)
    return _told(call, body) if fault is None else _dropped(call, body, request)


def _called(call: Call) -> Body:
    try:
        understood = schema.understood(call.method, call.args)
        return {"ok": True, **METHODS[call.method].call(call.workspace, understood)}
    except Refused as refused:
        return refused.body()


def _wait(call: Call) -> int:
    method, rates = METHODS[call.method], call.workspace.rates
    if method.posts:
        return rates.wait_to_post(str(call.args.get("channel")), call.at)
    return rates.wait(call.method, method.per_minute, call.at)


async def _arguments(request: web.Request) -> Body:
    """Read arguments from the query, a form or a JSON body.

    Raises:
        Refused: invalid_json, json_not_object or invalid_form_data, as Slack words them.
    """
    args: Body = dict(request.query)
    body = await request.read()
    if request.content_type == "application/json" and body:
        return args | _object(body)
    if request.content_type == "multipart/form-data":
        return args | {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    try:
        return args | dict(parse_qsl(body.decode(), keep_blank_values=True))
    except UnicodeDecodeError:
        raise Refused("invalid_form_data") from None


def _object(body: bytes) -> Body:
    try:
        told: Any = parsed(body)
    except ValueError:
        raise Refused("invalid_json") from None
    if not isinstance(told, dict):
        raise Refused("json_not_object")
    return told


def _token(request: web.Request, args: Body) -> str:
    """Take the token out of the header or the arguments."""
    given = str(args.pop("token", ""))
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    return bearer.strip() if scheme.lower() == "bearer" else given


def _authorize(workspace: Workspace, name: str, token: str, args: Body) -> None:
    method, app = METHODS.get(name), workspace.app
    if method is None:
        raise Refused("unknown_method")
    if not token:
        raise Refused("not_authed")
    if token not in {app.bot_token, app.app_token}:
        raise Refused("invalid_auth")
    if token != (app.app_token if method.caller == "app" else app.bot_token):
        raise Refused("not_allowed_token_type")
    scope = method.needs(args)
    if scope and app.scopes is not None and scope not in app.scopes:
        raise Refused("missing_scope", needed=scope, provided=",".join(sorted(app.scopes)))


def _told(call: Call, body: Body) -> web.Response:
    _log(call, HTTPStatus.OK, body)
    granted = ",".join(sorted(call.workspace.app.scopes or ()))
    return web.json_response(body, headers={"X-Slack-Req-Id": secrets.token_hex(16), "X-OAuth-Scopes": granted})


def _too_many(call: Call, wait: int) -> web.Response:
    body = {"ok": False, "error": "ratelimited"}
    _log(call, HTTPStatus.TOO_MANY_REQUESTS, body)
    return web.json_response(body, status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(wait)})


def _dropped(call: Call, body: Body, request: web.Request) -> web.Response:
    """Cut the connection after the call took effect."""
    _log(call, 0, body)
    if request.transport:
        request.transport.abort()
    return web.Response()


def _log(call: Call, status: int, body: Body) -> None:
    error = str(body.get("error", ""))
    called = Called(call.method, call.args, call.at, int(status), bool(body["ok"]), error, call.early, body)
    call.workspace.journal.calls.append(called)
