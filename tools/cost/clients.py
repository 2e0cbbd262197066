"""Typed clients of what money is about; errors are translated in `tools.aws.client`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tools.aws.client import reader

if TYPE_CHECKING:
    from types_boto3_ce import CostExplorerClient
    from types_boto3_compute_optimizer import ComputeOptimizerClient
    from types_boto3_ec2 import EC2Client
    from types_boto3_elbv2 import ElasticLoadBalancingv2Client
    from types_boto3_s3 import S3Client


@contextmanager
def s3() -> Iterator[S3Client]:
    """Give an S3 client."""
    with reader("s3") as client:
        yield client


HOME = "us-east-1"
"""Cost Explorer has one endpoint: https://docs.aws.amazon.com/general/latest/gr/billing.html"""


@contextmanager
def cost_explorer() -> Iterator[CostExplorerClient]:
    """Give a Cost Explorer client."""
    with reader("ce", HOME) as client:
        yield client


@contextmanager
def ec2(region: str = "") -> Iterator[EC2Client]:
    """Give an EC2 client, of another region if one is named."""
    with reader("ec2", region) as client:
        yield client


@contextmanager
def load_balancing(region: str = "") -> Iterator[ElasticLoadBalancingv2Client]:
    """Give a client of load balancers, of another region if one is named."""
    with reader("elbv2", region) as client:
        yield client


@contextmanager
def compute_optimizer(region: str = "") -> Iterator[ComputeOptimizerClient]:
    """Give a Compute Optimizer client, of another region if one is named."""
    with reader("compute-optimizer", region) as client:
        yield client
