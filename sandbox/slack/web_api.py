"""The Web API: who calls, what went wrong on purpose, how often, with which arguments, then the method."""

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from sandbox.slack import schema
from sandbox.slack.faults import Fault
from sandbox.slack.journal import Called
from sandbox.slack.methods import METHODS
from sandbox.slack.wire import Body, Refused
from sandbox.slack.workspace import Workspace


async def answer(workspace: Workspace, request: web.Request) -> web.StreamResponse:
    """Answer one call of /api/<method>."""
    name = request.match_info["method"]
    workspace.origin = str(request.url.origin())
    args: Body = {}
    try:
        args = await _arguments(request)
        _authorize(workspace, name, _token(request, args))
    except Refused as refused:
        return _told(workspace, name, args, refused.body())
    return await _carried_out(workspace, request, name, args)


async def _carried_out(workspace: Workspace, request: web.Request, name: str, args: Body) -> web.StreamResponse:
    fault = workspace.faults.next(name)
    match fault:
        case Fault(kind="429"):
            return _too_many(
                workspace, name, args, workspace.rates.block(name, workspace.clock.time(), fault.retry_after)
            )
        case Fault(kind="500"):
            _log(workspace, name, args, HTTPStatus.INTERNAL_SERVER_ERROR, {"ok": False, "error": "500"})
            return web.Response(status=HTTPStatus.INTERNAL_SERVER_ERROR, text="Internal Server Error")
        case Fault(kind="error"):
            return _told(workspace, name, args, {"ok": False, "error": fault.error})
    wait = _wait(workspace, name, args)
    if wait:
        return _too_many(workspace, name, args, wait)
    body = _called(workspace, name, args)
    if fault is None:
        return _told(workspace, name, args, body)
    _log(workspace, name, args, 0, body)
    if request.transport:
        request.transport.abort()
    return web.Response()


def _called(workspace: Workspace, name: str, args: Body) -> Body:
    try:
        understood = schema.understood(name, args)
        return {"ok": True, **METHODS[name].call(workspace, understood)}
    except Refused as refused:
        return refused.body()


def _wait(workspace: Workspace, name: str, args: Body) -> int:
    method, now = METHODS[name], workspace.clock.time()
    if method.posts:
        return workspace.rates.wait_to_post(str(args.get("channel")), now)
    return workspace.rates.wait(name, method.per_minute, now)


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
        told: Any = json.loads(body)
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


def _authorize(workspace: Workspace, name: str, token: str) -> None:
    method, app = METHODS.get(name), workspace.app
    if method is None:
        raise Refused("unknown_method")
    if not token:
        raise Refused("not_authed")
    if token not in {app.bot_token, app.app_token}:
        raise Refused("invalid_auth")
    if token != (app.app_token if method.caller == "app" else app.bot_token):
        raise Refused("not_allowed_token_type")
    if method.scope and app.scopes is not None and method.scope not in app.scopes:
        raise Refused("missing_scope", needed=method.scope, provided=",".join(sorted(app.scopes)))


def _told(workspace: Workspace, name: str, args: Body, body: Body) -> web.Response:
    _log(workspace, name, args, HTTPStatus.OK, body)
    return web.json_response(body, headers={"X-Slack-Req-Id": workspace.ts(), "X-OAuth-Scopes": "sandbox"})


def _too_many(workspace: Workspace, name: str, args: Body, wait: int) -> web.Response:
    body = {"ok": False, "error": "ratelimited"}
    _log(workspace, name, args, HTTPStatus.TOO_MANY_REQUESTS, body)
    return web.json_response(body, status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(wait)})


def _log(workspace: Workspace, name: str, args: Body, status: int, body: Body) -> None:
    now = workspace.clock.time()
    early = workspace.rates.early(name, now)
    ok, error = bool(body["ok"]), str(body.get("error", ""))
    workspace.journal.calls.append(Called(name, args, now, int(status), ok, error, early, body))
