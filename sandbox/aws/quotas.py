"""Service Quotas: the limits of a world's account, and AWS's defaults where it says nothing."""

from __future__ import annotations

from typing import Any

from sandbox.aws.errors import AwsError
from sandbox.aws.paging import next_page, page
from sandbox.aws.present import Present
from sandbox.aws.shapes import conform
from sandbox.aws.wire import Params
from sandbox.world import World

DEFAULTS = {
    ("ec2", "L-1216C47A"): ("Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", 5.0),
    ("ec2", "L-DB2E81BA"): ("Running On-Demand G and VT instances", 0.0),
    ("ec2", "L-417A185B"): ("Running On-Demand P instances", 0.0),
    ("eks", "L-1194D53C"): ("Clusters", 100.0),
    ("rds", "L-7B6409FD"): ("DB instances", 40.0),
    ("s3", "L-DC2B2D3D"): ("General purpose buckets", 10000.0),
    ("vpc", "L-29B6F2EB"): ("Interface VPC endpoints per VPC", 50.0),
    ("iam", "L-FE177D64"): ("Roles per account", 1000.0),
    ("fargate", "L-3032A538"): ("Fargate On-Demand vCPU resource count", 6.0),
}
"""https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html"""

SIZE = 100
"""https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html"""


class Quotas:
    """The quotas of one account: `ServiceQuota` structures in a world's quotas/ folder."""

    def __init__(self, world: World) -> None:
        documents: Any = world.aws.get("quotas", {})
        told = [each for document in documents.values() for each in _listed(document)]
        made = [conform("servicequotas", "ServiceQuota", each) for each in told]
        self._applied = {(each["ServiceCode"], each["QuotaCode"]): each for each in made}
        self.operations = {
            ("servicequotas", "GetServiceQuota"): self.applied,
            ("servicequotas", "ListServiceQuotas"): self.listed,
            ("servicequotas", "GetAWSDefaultServiceQuota"): self.default,
        }

    def applied(self, _now: Present, params: Params) -> Params:
        """Answer with what applies to this account: nothing, where nobody had it changed."""
        found = self._applied.get((params["ServiceCode"], params["QuotaCode"]))
        if found is None:
            raise AwsError("NoSuchResourceException", "The specified resource does not exist.")
        return {"Quota": found}

    def listed(self, _now: Present, params: Params) -> Params:
        """Answer with what applies to this account of a service's quotas, and with the defaults of the others."""
        service = params["ServiceCode"]
        codes = {code: told for (owner, code), told in self._applied.items() if owner == service}
        usual = {code: told for (owner, code), told in DEFAULTS.items() if owner == service and code not in codes}
        made = [
            {"ServiceCode": service, "QuotaCode": code, "QuotaName": name, "Value": value}
            for code, (name, value) in usual.items()
        ]
        held, token = page([*codes.values(), *made], params.get("NextToken"), params.get("MaxResults", SIZE))
        return {"Quotas": held, **next_page("NextToken", token)}

    def default(self, _now: Present, params: Params) -> Params:
        """Answer with AWS's default."""
        service, code = params["ServiceCode"], params["QuotaCode"]
        if (service, code) not in DEFAULTS:
            raise AwsError("NoSuchResourceException", "The specified resource does not exist.")
        name, value = DEFAULTS[service, code]
        return {"Quota": {"ServiceCode": service, "QuotaCode": code, "QuotaName": name, "Value": value}}


def _listed(document: Any) -> list[Any]:
    return list(document.get("Quotas", []) if isinstance(document, dict) else document)
