"""Say in one sentence why the Kubernetes API refused, and what to do about it."""

import json
import re

from tools.contract import JsonObject, Stale, ToolError, Unknown
from tools.kube.fields import first, number, part, text

SERVER_ERROR = 500
ADMISSION = ("exceeded quota", "admission webhook", "ValidatingAdmissionPolicy")
"""Refusals that no permission would lift."""


class Forbidden(ToolError):
    """The account lacks a permission; the sentence names it."""


class Missing(ToolError):
    """There is no such object, or the cluster has no such kind."""


def refusal(status: int, body: bytes, *, doing: str, writing: bool) -> ToolError:
    """Return the error for an answer that is not a success.

    Args:
        status: HTTP status.
        body: The answer; a Status object if Kubernetes wrote it.
        doing: What was asked, such as `patch deployments checkout in shop`.
        writing: Whether the request would change the cluster.
    """
    said = _status(body)
    message = first(text(said, "message") or body.decode("utf-8", "replace"))
    wait = number(said, "details", "retryAfterSeconds", default=1)
    maybe = f"Kubernetes answered {status} to {doing}, which may or may not have happened: {message}"
    known: dict[int, ToolError] = {
        401: ToolError("Kubernetes did not accept the credentials; renew the kubeconfig that KUBECONFIG names."),
        403: _forbidden(message, doing),
        404: Missing(f"Not found: {message or doing}."),
        409: Stale(f"The object changed while it was being written, so nothing was done: {message}"),
        422: ToolError(f"Kubernetes finds the change invalid: {message}"),
        429: ToolError(f"Kubernetes is busy and refused to {doing}; try again in {wait} s."),
    }
    lost = Unknown(maybe) if writing and status >= SERVER_ERROR else None
    return lost or known.get(status) or ToolError(f"Kubernetes answered {status} to {doing}: {message or 'no reason'}")


def _forbidden(message: str, doing: str) -> ToolError:
    if any(admission in message for admission in ADMISSION):
        return ToolError(f"Kubernetes refused to {doing}: {message}")
    return Forbidden(f"Not allowed to {doing}; grant {_permission(message)} to {_user(message)}.")


def _status(body: bytes) -> JsonObject:
    try:
        return part({"status": json.loads(body)}, "status")
    except (ValueError, RecursionError):
        return {}


def _permission(message: str) -> str:
    """Make `list pods in namespace "shop"` of the API's own sentence."""
    said = re.search(r'cannot (\w+) resource "([^"]+)" in API group "([^"]*)"(.*)', message)
    if said is None:
        return "the permission it lacks"
    verb, resource, group, where = said.groups()
    return f"the permission `{f'{group}/' if group else ''}{resource}:{verb}`{where.rstrip('.')}"


def _user(message: str) -> str:
    """Name whom the API refused: the approver a change was made as, or Infra's own service account."""
    said = re.search(r'User "([^"]+)" cannot', message)
    return "Infra's account" if said is None or said[1].startswith("system:serviceaccount:") else said[1]
