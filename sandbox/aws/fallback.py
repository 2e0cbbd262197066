"""Everything the world does not describe, answered by moto where moto is right."""

from __future__ import annotations

from functools import cache
from typing import Any

from sandbox.aws.errors import AwsError
from sandbox.aws.wire import OWNED, Answer, Called, Request

MISLEADING = frozenset({"xray", "ce", "compute-optimizer", "servicequotas", "cloudtrail", "bedrock"})
"""Services that moto answers with 200 and empty or unfiltered results, which would pass for good news."""

NOT_FOUND, SERVER_ERROR = 404, 500


def by_moto(call: Called, request: Request) -> Answer:
    """Answer a request that nothing here knows.

    Raises:
        AwsError: Nobody can answer it; an empty success would be a lie.
    """
    if call.service in OWNED or call.service in MISLEADING:
        raise unknown(call)
    headers = {name: value for name, value in request.headers.items() if name.lower() != "transfer-encoding"}
    with _moto().open(request.path, request.method, request.query, request.body, headers) as response:
        body, status, kept = response.get_data(), response.status_code, dict(response.headers)
    if status >= SERVER_ERROR or (status == NOT_FOUND and b"Not yet implemented" in body):
        raise unknown(call)
    return Answer(status, {name: value for name, value in kept.items() if name.lower() != "content-length"}, body)


def unknown(call: Called) -> AwsError:
    """Return the refusal of an operation that the sandbox does not serve."""
    return AwsError(
        "UnknownOperationException", f"This sandbox does not serve {call.service} {call.operation}.".replace(" .", ".")
    )


@cache
def _moto() -> Any:
    """Make moto's server, in this process (one state a process); imported here because it takes a second."""
    from moto.server import DomainDispatcherApplication, create_backend_app  # type: ignore[attr-defined]  # noqa: PLC0415 - see above
    from werkzeug.test import Client  # noqa: PLC0415 - same

    return _Moto(Client(DomainDispatcherApplication(create_backend_app)))


class _Moto:
    """Calls moto as a WSGI server would."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def open(self, path: str, method: str, query: str, body: bytes, headers: dict[str, str]) -> Any:
        return self._client.open(path=path, method=method, query_string=query, data=body, headers=headers)
