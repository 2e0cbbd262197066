"""Say in one sentence why GitHub refused, and what to do about it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from tools.contract import Stale, ToolError, Unknown
from tools.kube.fields import part, parts, text, texts

SERVER_ERROR = 500


class Missing(ToolError):
    """There is no such thing, or the token may not know of it; GitHub does not say which."""


class Forbidden(ToolError):
    """The token lacks a permission."""


def refusal(status: int, headers: Mapping[str, object], body: str, *, doing: str, writing: bool) -> ToolError:
    """Return the error for an answer that is not a success.

    Args:
        status: HTTP status.
        headers: The answer's, names in lower case.
        body: What GitHub wrote, JSON in most cases.
        doing: What was asked, such as `read main.tf of acme/infrastructure`.
        writing: Whether the request would change something.
    """
    said = _said(body)
    if writing and status >= SERVER_ERROR:
        return Unknown(f"GitHub answered {status} to {doing}, which may or may not have happened: {said}")
    if status in {403, 429} and (wait := _limited(headers, said)):
        return ToolError(f"GitHub's rate limit is used up, so it refused to {doing}; try again {wait}.")
    known: dict[int, ToolError] = {
        401: ToolError("GitHub did not accept the token; renew GITHUB_TOKEN."),
        403: Forbidden(
            f"Not allowed to {doing} ({said}); `python -m bot permissions github` lists what the app needs."
        ),
        404: Missing(f"GitHub knows nothing there, or the token may not see it: {doing} ({said})."),
        405: ToolError(f"GitHub refused to {doing}: {said}"),
        409: Stale(f"It moved meanwhile, so nothing was done: {said}"),
        422: ToolError(f"GitHub finds this invalid ({doing}): {said}"),
    }
    return known.get(status) or ToolError(f"GitHub answered {status} to {doing}: {said}")


def _said(body: str) -> str:
    """Return GitHub's sentence and the fields it complains of."""
    try:
        told = part({"body": json.loads(body)}, "body")
    except (ValueError, RecursionError):
        return body.partition("\n")[0][:200] or "no reason"
    fields = [text(one, "message") or f"{text(one, 'field')} {text(one, 'code')}" for one in parts(told, "errors")]
    reasons = [text(told, "message"), *fields, *texts(told, "errors")]
    return "; ".join(" ".join(reason.split()) for reason in reasons if reason)[:400] or "no reason"


def _limited(headers: Mapping[str, object], said: str) -> str:
    """Return when to try again, if it is about the rate: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api."""
    if after := headers.get("retry-after"):
        return f"in {after} s"
    if str(headers.get("x-ratelimit-remaining")) == "0":
        reset = str(headers.get("x-ratelimit-reset", ""))
        return f"after {datetime.fromtimestamp(int(reset), UTC):%H:%M} UTC" if reset.isdigit() else "in an hour"
    return "in a minute" if "rate limit" in said.lower() else ""
