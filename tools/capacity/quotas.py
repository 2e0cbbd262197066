"""Service quotas whose use AWS itself counts, as things that can run out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tools.aws.client import servicequotas
from tools.aws.measurements import Metric
from tools.capacity.resources import Resource

if TYPE_CHECKING:
    from types_boto3_service_quotas import ServiceQuotasClient
    from types_boto3_service_quotas.type_defs import ServiceQuotaTypeDef

SERVICES = ("ec2", "rds", "vpc", "eks", "lambda", "elasticloadbalancing", "fargate", "sqs", "dynamodb")
"""Services whose quotas stop deployments and scaling; each takes a request or more."""

LISTED = 100
"""https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html: most in a page."""


def quotas() -> list[Resource]:
    """Return the quotas that have a metric of what is used of them.

    Raises:
        ToolError: Service Quotas could not be asked.
    """
    return [one for service in SERVICES for one in quotas_of(service)]


def quotas_of(service: str) -> list[Resource]:
    """Return one service's quotas that have a metric of what is used of them.

    Args:
        service: As Service Quotas calls it, such as ec2.

    Raises:
        ToolError: Service Quotas could not be asked.
    """
    with servicequotas() as client:
        return [_resource(service, one) for one in _listed(client, service) if _counted(one)]


def _listed(client: ServiceQuotasClient, service: str) -> Iterator[ServiceQuotaTypeDef]:
    pages = client.get_paginator("list_service_quotas")
    for page in pages.paginate(ServiceCode=service, PaginationConfig={"PageSize": LISTED}):
        yield from page["Quotas"]


def _counted(told: ServiceQuotaTypeDef) -> bool:
    return bool(told.get("UsageMetric", {}).get("MetricName")) and told.get("Value", 0) > 0


def _resource(service: str, told: ServiceQuotaTypeDef) -> Resource:
    """Return a quota; its metric is of what is in use, at its most."""
    metric = told["UsageMetric"]
    named = Metric(metric["MetricNamespace"], metric["MetricName"], dict(metric.get("MetricDimensions", {})), "Maximum")
    name = told["QuotaName"]
    said = f"the quota of {name[0].lower()}{name[1:]}"
    where = f"quota {told['QuotaCode']} of {service}"
    return Resource("quota", f"{service}/{told['QuotaCode']}", said, "", named, told["Value"], where)
