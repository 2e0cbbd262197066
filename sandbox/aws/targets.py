"""Target groups and the health of their targets as a world wrote them."""

from __future__ import annotations

from typing import Any

from sandbox.aws.present import Present
from sandbox.aws.shapes import conform
from sandbox.aws.wire import Params
from sandbox.world import World


class Targets:
    """`TargetGroups`, and `TargetHealthDescriptions` by the target group's ARN, in a world's elbv2/ folder."""

    def __init__(self, world: World) -> None:
        documents: Any = world.aws.get("elbv2", {})
        told = [each for document in documents.values() for each in document.get("TargetGroups", [])]
        self._groups = [conform("elbv2", "TargetGroup", each) for each in told]
        self._health = {
            arn: [conform("elbv2", "TargetHealthDescription", each) for each in several]
            for document in documents.values()
            for arn, several in document.get("TargetHealthDescriptions", {}).items()
        }
        self.operations = {
            ("elasticloadbalancing", "DescribeTargetGroups"): self.groups,
            ("elasticloadbalancing", "DescribeTargetHealth"): self.health,
        }

    def groups(self, _now: Present, params: Params) -> Params:
        """Answer DescribeTargetGroups: those of a load balancer, or all."""
        balancer = params.get("LoadBalancerArn", "")
        held = [each for each in self._groups if not balancer or balancer in each.get("LoadBalancerArns", [])]
        return {"TargetGroups": held}

    def health(self, _now: Present, params: Params) -> Params:
        """Answer DescribeTargetHealth."""
        return {"TargetHealthDescriptions": self._health.get(params["TargetGroupArn"], [])}
