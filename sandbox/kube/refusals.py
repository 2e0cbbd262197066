"""What the API server says when it refuses, in its own words."""

from __future__ import annotations

from sandbox.kube.kinds import Kind, Object


class Refusal(Exception):
    """A request the API server refuses; `status` is the Status object it answers with."""

    def __init__(self, code: int, reason: str, message: str, details: Object | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.status: Object = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": message,
            "reason": reason,
            "details": details or {},
            "code": code,
        }


def not_found(kind: Kind, name: str) -> Refusal:
    """There is no such object."""
    details = {"name": name, "group": kind.group, "kind": kind.plural}
    return Refusal(404, "NotFound", f'{kind.resource} "{name}" not found', details)


def no_such_path() -> Refusal:
    """There is no such resource."""
    return Refusal(404, "NotFound", "the server could not find the requested resource")


def already_exists(kind: Kind, name: str) -> Refusal:
    """The name is taken."""
    return Refusal(
        409, "AlreadyExists", f'{kind.resource} "{name}" already exists', {"name": name, "kind": kind.plural}
    )


def conflict(kind: Kind, name: str, why: str = "") -> Refusal:
    """A precondition does not hold any more."""
    why = why or "the object has been modified; please apply your changes to the latest version and try again"
    message = f'Operation cannot be fulfilled on {kind.resource} "{name}": {why}'
    return Refusal(409, "Conflict", message, {"name": name, "group": kind.group, "kind": kind.plural})


def forbidden(kind: Kind, name: str, why: str) -> Refusal:
    """Not allowed, by access rules or by admission."""
    who = f'{kind.resource} "{name}" is forbidden' if name else f"{kind.resource} is forbidden"
    return Refusal(403, "Forbidden", f"{who}: {why}", {"name": name, "group": kind.group, "kind": kind.plural})


def invalid(kind: Kind, name: str, causes: list[tuple[str, str]]) -> Refusal:
    """The object breaks the kind's rules; causes are (field, sentence)."""
    sentences = [f"{field}: {sentence}" for field, sentence in causes]
    listed = sentences[0] if len(sentences) == 1 else "[" + ", ".join(sentences) + "]"
    who = f"{kind.name}.{kind.group}" if kind.group else kind.name
    details = {
        "name": name,
        "group": kind.group,
        "kind": kind.name,
        "causes": [{"reason": "FieldValueInvalid", "field": field, "message": sentence} for field, sentence in causes],
    }
    return Refusal(422, "Invalid", f'{who} "{name}" is invalid: {listed}', details)


def bad_request(message: str) -> Refusal:
    """The request makes no sense."""
    return Refusal(400, "BadRequest", message)


def method_not_allowed() -> Refusal:
    """The resource does not take this verb."""
    return Refusal(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")


def gone(version: int) -> Refusal:
    """The continue token or resourceVersion is too old."""
    return Refusal(410, "Expired", f"too old resource version: {version}")


def unsupported_patch(content_type: str) -> Refusal:
    """The patch's media type is none of the four."""
    accepted = (
        "application/json-patch+json, application/merge-patch+json, "
        "application/strategic-merge-patch+json, application/apply-patch+yaml"
    )
    message = f"the body of the request was in an unknown format - accepted media types include: {accepted}"
    return Refusal(415, "UnsupportedMediaType", message, {"causes": [{"message": content_type}]})
