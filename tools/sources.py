"""Ask a source of measurements or logs by HTTP, at the address that a setting names and nowhere else."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from tools.contract import ToolError

if TYPE_CHECKING:
    import httpx
    from pydantic import SecretStr

CONNECT_SECONDS, READ_SECONDS = 2.0, 8.0
MOST_BYTES = 8_000_000
"""An answer that is longer is not read to its end."""
REFUSED, FORBIDDEN, BUSY, UNAVAILABLE = {400, 422}, {401, 403}, 429, {502, 503, 504}


@dataclass(frozen=True)
class Source:
    """Where a source is, and how it is asked.

    Attributes:
        name: What people call it.
        url: Its address, as the setting has it.
        token: Sent as a bearer token; none if empty.
        headers: Sent as well.
        keys: What to check where it lets nobody in; its token if empty.
    """

    name: str
    url: str
    token: SecretStr
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    keys: str = ""

    def ask(self, path: str, params: Iterable[tuple[str, str]]) -> Any:
        """Return what a path answers, as JSON.

        Raises:
            ToolError: It is not set, cannot be reached, or refuses; the sentence says what to do.
        """
        if not self.url:
            raise ToolError(f"No {self.name} is set; {self.name.upper()}_URL says where it is.")
        url, asked = f"{self.url.rstrip('/')}/{path}", tuple(params)
        with self._translated(), self._client() as client, client.stream("GET", url, params=asked) as answer:
            body = b"".join(self._bounded(answer.iter_bytes()))
            if answer.is_success:
                return json.loads(body)
            raise ToolError(self._refusal(answer.status_code, body, _wait(answer.headers)))

    def _client(self) -> httpx.Client:
        import httpx  # noqa: PLC0415 - is paid by those who have such a source, on the first look at it

        bearer = self.token.get_secret_value()
        told = {**dict(self.headers), **({"Authorization": f"Bearer {bearer}"} if bearer else {})}
        limits = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
        return httpx.Client(headers=told, timeout=limits, verify=_trusted(), follow_redirects=False, trust_env=False)

    def _bounded(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        size = 0
        for chunk in chunks:
            size += len(chunk)
            if size > MOST_BYTES:
                raise ToolError(f"{self.name} answers with more than 8 MB; ask for less: fewer hours, or fewer series.")
            yield chunk

    @contextmanager
    def _translated(self) -> Iterator[None]:
        import httpx  # noqa: PLC0415 - see _client

        try:
            yield
        except httpx.TimeoutException as error:
            raise ToolError(f"{self.name} did not answer in time; ask for less, or look at how it does.") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            where = f"{self.name.upper()}_URL"
            raise ToolError(f"{self.name} cannot be reached ({type(error).__name__}): check {where}.") from error
        except ValueError as error:
            raise ToolError(f"{self.name} answered with something that is no JSON: check its address.") from error

    def _refusal(self, status: int, body: bytes, wait: str) -> str:
        said = _said(body)
        if status in REFUSED:
            return f"{self.name} refused the query: {said}"
        if status in FORBIDDEN:
            keys = self.keys or f"{self.name.upper()}_TOKEN"
            more = "" if said[0] in "<." else f" It says: {said}"  # nothing, or the page of a proxy
            return f"{self.name} did not let the bot in ({status}): check {keys} and its rights.{more}"
        if status == BUSY or status in UNAVAILABLE:
            return f"{self.name} is too busy or down ({status}): wait {wait} and ask again, or ask for less."
        return f"{self.name} answered {status}: {said}"


@cache
def _trusted() -> ssl.SSLContext:
    """Return the certificates that are trusted, read once because that takes a while."""
    import httpx  # noqa: PLC0415 - see _client

    return httpx.create_ssl_context(trust_env=False)


def _said(body: bytes) -> str:
    """Return what an error answer says, shortened: the member of JSON that is for it, else the text."""
    text = body.decode("utf-8", "replace")
    try:
        held = json.loads(text)
    except ValueError:
        held = text
    words = _words(held) if isinstance(held, dict) else held
    return " ".join(str(words).split())[:300].rstrip(".") + "."


def _words(held: dict[str, Any]) -> object:
    """Return the error of an answer: Prometheus calls it `error`, Datadog `errors`, Grafana `message`."""
    several = held.get("errors")
    return "; ".join(map(str, several)) if isinstance(several, list) else held.get("error") or held.get("message") or ""


def _wait(headers: Mapping[str, str]) -> str:
    """Return how long to wait, where the answer says so in seconds.

    https://docs.datadoghq.com/api/latest/rate-limits/, https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
    """
    told = headers.get("Retry-After") or headers.get("X-RateLimit-Reset") or ""
    return f"{told} s" if told.isdecimal() else "a minute"
