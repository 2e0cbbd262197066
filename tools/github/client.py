"""The only way to GitHub's REST API: plain JSON in and out, errors as sentences, writes only for the executor."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from config.settings import settings
from tools.acting import sending
from tools.contract import JsonObject, ToolError, Unknown
from tools.github import installation
from tools.github.refusals import refusal
from tools.kube.fields import number, part

SECONDS = 8
LOG_SECONDS = 20.0
PAGE = 100
"""https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api"""
JSON, DIFF = "application/vnd.github+json", "application/vnd.github.diff"
Query = Mapping[str, str | int]


def reader() -> "Reader":
    """Return a client that can only look.

    Raises:
        ToolError: No token is set.
    """
    told = settings()
    return Reader(_requester(told.github_token.get_secret_value() or installation.token(told)))


def writer() -> "Writer":
    """Return a client that changes things; each of its writes asks for the grant.

    Raises:
        ToolError: No token is set.
    """
    told = settings()
    own = told.github_write_token.get_secret_value() or told.github_token.get_secret_value()
    return Writer(_requester(own or installation.token(told)))


def requests_left() -> int:
    """Return how many requests the token is good for in this hour; asking costs none.

    Raises:
        ToolError: The token is not accepted, or GitHub cannot be reached.
    """
    return number(reader().get("/rate_limit", "ask for the rate limit"), "resources", "core", "remaining")


@dataclass(frozen=True)
class Reader:
    """Looks at what is on GitHub; `requester` is PyGithub's and is used by one thread."""

    requester: Any

    def get(self, path: str, doing: str, query: Query | None = None) -> JsonObject:
        """Return an object.

        Raises:
            ToolError: Says what went wrong; `Missing` where there is nothing.
        """
        return part({"body": self.value(path, doing, query)}, "body")

    def value(self, path: str, doing: str, query: Query | None = None) -> object:
        """Return whatever JSON is there: an object or a list.

        Raises:
            ToolError: Says what went wrong.
        """
        return _parsed(self._send("GET", path, doing, query=query)[1])

    def every(
        self, path: str, doing: str, query: Query | None = None, *, key: str = "", most: int = PAGE
    ) -> list[JsonObject]:
        """Return the items of a list, over pages, `most` at most; `key` names the list where it is in an object.

        Raises:
            ToolError: When they cannot be listed.
        """
        found: list[JsonObject] = []
        more: dict[str, str | int] | None = {**(query or {}), "per_page": min(most, PAGE)}
        while more and len(found) < most:
            headers, body = self._send("GET", path, doing, query=more)
            told = _parsed(body)
            listed = part({"body": told}, "body").get(key) if key else told
            found += [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
            more = _next(str(headers.get("link", "")))
        return found[:most]

    def diff(self, path: str, doing: str) -> str:
        """Return a unified diff.

        Raises:
            ToolError: When there is none, or it is too large for GitHub.
        """
        return self._send("GET", path, doing, accept=DIFF)[1]

    def lines(self, path: str, doing: str) -> Iterator[str]:
        """Yield the lines of a log as they arrive; GitHub redirects to where it is, and the token does not go there.

        Raises:
            ToolError: There is no log (any more), or it cannot be fetched.
        """
        with self._elsewhere(path, doing) as response:
            yield from response.iter_lines()

    def content(self, path: str, doing: str, most: int) -> bytes:
        """Return the bytes of a file that GitHub redirects to, such as an artifact.

        Raises:
            ToolError: There is none (any more), it has more than `most` bytes, or it cannot be fetched.
        """
        found = bytearray()
        with self._elsewhere(path, doing) as response:
            for chunk in response.iter_bytes():
                found += chunk
                if len(found) > most:
                    raise ToolError(f"It has more than {most:,} bytes, so it is impossible to {doing}.")
        return bytes(found)

    @contextmanager
    def _elsewhere(self, path: str, doing: str) -> Iterator[Any]:
        """Follow a redirect without the token."""
        import httpx  # noqa: PLC0415  used by logs and artifacts only

        where = str(self._send("GET", path, doing)[0].get("location", ""))
        if urlsplit(where).scheme not in {"https", urlsplit(self.requester.base_url).scheme}:
            raise ToolError(f"GitHub did not say where it is, so it is impossible to {doing}.")
        try:
            with httpx.stream("GET", where, timeout=LOG_SECONDS) as response:
                response.raise_for_status()
                yield response
        except httpx.HTTPError as error:
            raise ToolError(f"It cannot be fetched ({type(error).__name__}) to {doing}; try again.") from error

    def _send(
        self, method: str, path: str, doing: str, *, query: Query | None = None, body: object = None, accept: str = JSON
    ) -> tuple[dict[str, Any], str]:
        """Send one request and return headers and body of a success, or of a redirect.

        Raises:
            ToolError: Says what went wrong; `Unknown` where a write may have happened.
        """
        import requests  # noqa: PLC0415  comes with PyGithub, which is slow to import

        writing = method != "GET"
        try:
            status, headers, text = self.requester.requestJson(
                method, path, dict(query or {}), {"Accept": accept}, body
            )
        except requests.exceptions.RequestException as error:
            raise self._lost(error, doing, writing=writing) from error
        if not 200 <= status < 400:  # noqa: PLR2004  the range of success is how HTTP is spoken
            raise refusal(status, headers, text, doing=doing, writing=writing)
        return headers, text

    def _lost(self, error: Exception, doing: str, *, writing: bool) -> ToolError:
        """Tell a request that never left from one whose answer was lost."""
        import requests  # noqa: PLC0415  as above

        unsent = isinstance(error, requests.exceptions.ConnectTimeout) or "NewConnectionError" in str(error)
        if writing and not unsent:
            return Unknown(f"The answer to {doing} was lost, so it may or may not have happened.")
        return ToolError(
            f"GitHub at {self.requester.base_url} cannot be reached ({type(error).__name__}); "
            "check the network and GITHUB_API_URL."
        )


class Writer(Reader):
    """Changes things on GitHub; made by `writer()` only, and every request of it asks for the grant."""

    def send(self, method: str, path: str, doing: str, body: JsonObject) -> JsonObject:
        """Send one change, once, and return what GitHub says there is now.

        Raises:
            Stale: It moved; nothing was done.
            Unknown: It may or may not have happened.
            ToolError: GitHub refused; nothing was done.
        """
        sending()
        return part({"body": _parsed(self._send(method, path, doing, body=body)[1])}, "body")


def _requester(token: str) -> Any:
    """Return a requester of its own for each use: PyGithub's keep the request they are at, so threads share none."""
    if not token:
        raise ToolError(
            "Neither GITHUB_TOKEN nor GITHUB_APP_ID is set, so GitHub cannot be asked; `python -m bot doctor` says how."
        )
    import github  # noqa: PLC0415  a third of a second, paid by the first reading only

    hub = github.Github(
        auth=github.Auth.Token(token),
        base_url=settings().github_api_url.rstrip("/"),
        timeout=SECONDS,
        retry=None,
        user_agent="infra",
        seconds_between_requests=None,
        seconds_between_writes=None,
    )
    return hub.requester


def _next(link: str) -> dict[str, str | int] | None:
    """Return the query of the next page, as the Link header tells it."""
    for each in link.split(","):
        where, _, relation = each.partition(";")
        if 'rel="next"' in relation:
            return dict(parse_qsl(urlsplit(where.strip(" <>")).query))
    return None


def _parsed(body: str) -> object:
    if not body:
        return {}
    try:
        return json.loads(body)
    except ValueError as error:
        raise ToolError("GitHub answered something that is not JSON; is GITHUB_API_URL right?") from error
