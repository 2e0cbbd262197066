"""Which series are a service's, by the names and labels that exporters, meshes and OpenTelemetry give them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

REQUESTS = (
    "http_requests_total",
    "http_server_requests_seconds_count",
    "http_server_request_duration_seconds_count",
    "http_server_duration_milliseconds_count",
    "http_request_duration_seconds_count",
    "istio_requests_total",
    "nginx_ingress_controller_requests",
    "grpc_server_handled_total",
)
"""Counters of requests, those that carry a status first.

https://prometheus.io/docs/practices/naming/, https://opentelemetry.io/docs/specs/semconv/http/http-metrics/,
https://istio.io/latest/docs/reference/config/metrics/
"""
DURATIONS = (
    ("http_request_duration_seconds_bucket", 1.0),
    ("http_server_requests_seconds_bucket", 1.0),
    ("http_server_request_duration_seconds_bucket", 1.0),
    ("http_server_duration_milliseconds_bucket", 0.001),
    ("istio_request_duration_milliseconds_bucket", 0.001),
    ("nginx_ingress_controller_request_duration_seconds_bucket", 1.0),
    ("grpc_server_handling_seconds_bucket", 1.0),
)
"""Histograms of how long requests take, and what makes seconds of their bounds."""
OWNERS = ("service", "app", "deployment", "service_name", "job", "destination_workload", "container", "workload")
"""Labels by which a series says whose it is."""
STATUSES = ("code", "status", "status_code", "http_status_code", "http_response_status_code", "response_code")
_SAFE = re.compile(r"[\w.:/-]{1,253}")


@dataclass(frozen=True)
class Found:
    """A metric of a service.

    Attributes:
        metric: Its name.
        labels: What selects the service's part of it, as PromQL without braces.
        status: Label that says how a request ended; empty if there is none.
        scale: What makes seconds of its values.
    """

    metric: str
    labels: str
    status: str = ""
    scale: float = 1.0

    def selected(self, more: str = "") -> str:
        """Return the selector, with another condition if one is given."""
        return f"{self.metric}{{{','.join(filter(None, (self.labels, more)))}}}"


def candidates(service: str, namespace: str) -> list[str]:
    """Return selectors of all series that may be a service's requests or durations, one for each label."""
    names = "|".join((*REQUESTS, *(name for name, _ in DURATIONS)))
    return [f'{{__name__=~"{names}",{_owned(label, service, namespace)}}}' for label in OWNERS]


def requests_of(series: Iterable[dict[str, str]], service: str, namespace: str) -> Found | None:
    """Return the counter of the service's requests, one with a status if there is any."""
    found = [one for name in REQUESTS if (one := _named(series, name, service, namespace))]
    return next((one for one in found if one.status), None) or next(iter(found), None)


def durations_of(series: Iterable[dict[str, str]], service: str, namespace: str) -> Found | None:
    """Return the histogram of how long the service's requests take."""
    for name, scale in DURATIONS:
        if one := _named(series, name, service, namespace):
            return Found(one.metric, one.labels, one.status, scale)
    return None


def pods_of(workload: str, namespace: str) -> str:
    """Return the labels that cAdvisor's series of a workload's containers have."""
    return f'namespace="{namespace}",pod=~"{re.escape(workload)}-[a-z0-9-]+",container!=""'.replace("\\-", "-")


def is_safe(name: str) -> bool:
    """Tell whether a name can stand in a query as it is."""
    return _SAFE.fullmatch(name) is not None


def _named(series: Iterable[dict[str, str]], name: str, service: str, namespace: str) -> Found | None:
    mine = [one for one in series if one.get("__name__") == name]
    for label in OWNERS:
        held = [one for one in mine if re.fullmatch(rf"(.+/)?{re.escape(service)}", one.get(label, ""))]
        if held:
            spaced = namespace if all(one.get("namespace") for one in held) else ""
            status = next((each for each in STATUSES if any(each in one for one in held)), "")
            return Found(name, _owned(label, service, spaced), status)
    return None


def _owned(label: str, service: str, namespace: str) -> str:
    """Return the condition that a series is the service's; one without a namespace is told by its name alone."""
    own = f'{label}=~"(.+/)?{service.replace(".", "[.]")}"'
    return f'{own},namespace=~"{namespace}|"' if namespace else own
