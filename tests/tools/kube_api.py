"""A Kubernetes API that answers with what a test puts there, for faults that a real one shows too rarely."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import yaml

Answer = tuple[int, object]


@dataclass(frozen=True)
class Request:
    """One request, as it came."""

    method: str
    path: str
    query: dict[str, list[str]]
    body: object


@dataclass
class FakeApi:
    """`answer` says what to answer; raise ConnectionError there to drop the connection without an answer."""

    answer: Callable[[Request], Answer]
    requests: list[Request] = field(default_factory=list)
    url: str = ""

    @property
    def writes(self) -> list[Request]:
        """Requests that would have changed something."""
        return [one for one in self.requests if one.method != "GET" and "dryRun" not in one.query]


@contextmanager
def serving(answer: Callable[[Request], Answer]) -> Iterator[FakeApi]:
    """Serve on a free port of localhost for the length of the block."""
    api = FakeApi(answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(api))
    api.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def kubeconfig(folder: Path, url: str) -> Path:
    """Write a kubeconfig that points to a server."""
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "fake",
        "clusters": [{"name": "fake", "cluster": {"server": url}}],
        "users": [{"name": "infra", "user": {"token": "t0ken"}}],
        "contexts": [{"name": "fake", "context": {"cluster": "fake", "user": "infra"}}],
    }
    path = folder / "kubeconfig"
    path.write_text(yaml.safe_dump(document), "utf-8")
    return path


def _handler(api: FakeApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            parts = urlsplit(self.path)
            body = json.loads(self.rfile.read(length)) if length else None
            request = Request(self.command, parts.path, parse_qs(parts.query), body)
            api.requests.append(request)
            try:
                status, said = api.answer(request)
            except ConnectionError:
                self.close_connection = True
                return
            data = said.encode() if isinstance(said, str) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_PATCH = do_GET  # noqa: N815  the name http.server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
