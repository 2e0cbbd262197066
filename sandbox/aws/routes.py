"""Which operation of a REST service a request calls, by its method and path."""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from urllib.parse import unquote

from moto.core.utils import get_service_model

from sandbox.aws.errors import AwsError

ROUTED = ("securityhub", "guardduty", "accessanalyzer", "xray", "lambda")
"""REST services that are answered from the world."""

_PARAMETER = re.compile(r"\\{(\w+)(\\\+)?\\}")


def route(service: str, method: str, path: str) -> tuple[str, dict[str, str]]:
    """Return the operation, and the parameters that stand in its path.

    Raises:
        AwsError: The service has no such operation.
    """
    for verb, pattern, operation in _routes(service):
        if verb == method and (found := pattern.fullmatch(path)):
            return operation, {name: unquote(value) for name, value in found.groupdict().items()}
    raise AwsError("UnknownOperationException", f"{service} has no operation at {method} {path}.", 404)


@cache
def _routes(service: str) -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """Return what the service's model says, fixed paths before those with parameters."""
    model: Any = get_service_model(service)
    told = [(name, model.operation_model(name).http) for name in model.operation_names]
    told.sort(key=lambda one: one[1]["requestUri"].count("{"))
    return tuple((http["method"], _pattern(http["requestUri"]), name) for name, http in told)


def _pattern(uri: str) -> re.Pattern[str]:
    return re.compile(_PARAMETER.sub(_group, re.escape(uri.partition("?")[0])))


def _group(found: re.Match[str]) -> str:
    return f"(?P<{found[1]}>{'.+' if found[2] else '[^/]+'})"
