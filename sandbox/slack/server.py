"""The sandbox Slack as one web application: Web API, Socket Mode, response addresses, files and the page."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from aiohttp import web

from sandbox.slack import page, web_api
from sandbox.slack.responding import respond
from sandbox.slack.wire import Body, Refused, parsed
from sandbox.slack.workspace import Workspace

BODY = 8 * 1024 * 1024
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

__all__ = ["Workspace", "make_app"]


def make_app(workspace: Workspace) -> web.Application:
    """Return the application that serves a workspace."""
    app = web.Application(client_max_size=BODY)
    app.add_routes(
        [
            web.route("*", "/api/{method}", _for(workspace, web_api.answer)),
            web.get("/link/", workspace.deliveries.sockets.serve),
            web.post("/hooks/{secret}", _for(workspace, _hook)),
            web.post("/upload/{file}", _for(workspace, _upload)),
            web.get("/files/{file}/{name}", _for(workspace, _file)),
            web.get("/", _index),
            *page.routes(workspace),
        ]
    )
    if page.FILES.is_dir():
        app.router.add_static("/page", page.FILES)
    app.on_shutdown.append(_closing(workspace))
    return app


def _for(workspace: Workspace, handler: Callable[[Workspace, web.Request], Awaitable[web.StreamResponse]]) -> Handler:
    async def bound(request: web.Request) -> web.StreamResponse:
        return await handler(workspace, request)

    return bound


def _closing(workspace: Workspace) -> Callable[[web.Application], Awaitable[None]]:
    async def close(_app: web.Application) -> None:
        workspace.audience.close()
        await workspace.deliveries.close()

    return close


async def _index(_request: web.Request) -> web.StreamResponse:
    index = page.FILES / "index.html"
    return web.FileResponse(index) if index.is_file() else web.Response(text="The page is not built here.")


async def _hook(workspace: Workspace, request: web.Request) -> web.Response:
    """Take what the bot sends to a response address."""
    try:
        url = workspace.responses.use(request.match_info["secret"])
        respond(workspace, url, _payload(await request.read()))
    except Refused as refused:
        return web.json_response(refused.body(), status=HTTPStatus.NOT_FOUND)
    return web.Response(text="ok")


def _payload(body: bytes) -> Body:
    try:
        told = parsed(body)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise Refused("invalid_payload")
    return told


async def _upload(workspace: Workspace, request: web.Request) -> web.Response:
    """Take a file's bytes, sent as they are or as a form."""
    content = await request.read()
    if request.content_type == "multipart/form-data":
        parts = [part for part in (await request.post()).values() if isinstance(part, web.FileField)]
        content = parts[0].file.read() if parts else b""
    try:
        workspace.files.receive(request.match_info["file"], content)
    except Refused as refused:
        return web.Response(status=HTTPStatus.BAD_REQUEST, text=refused.error)
    return web.Response(text=f"OK - {len(content)}")


async def _file(workspace: Workspace, request: web.Request) -> web.Response:
    """Serve a file that was shared."""
    file = workspace.files.get(request.match_info["file"])
    if file is None or file.content is None:
        raise web.HTTPNotFound(text="There is no such file.")
    safe = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
    return web.Response(body=file.content, content_type=file.mimetype, headers=safe)
