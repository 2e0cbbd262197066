"""What carries nothing for weeks is named with its price; what is used, or not known of, is left alone."""

from collections.abc import Mapping
from decimal import Decimal

from tests.aws_account import looked_at
from tools.cost.saving import cost_savings
from tools.cost.standing import idle_balancers, idle_gateways, old_snapshots

LONG_AGO, LATELY = "2025-09-02T10:00:00Z", "2026-03-01T10:00:00Z"
YESTERDAY = "2026-03-01T14:00:00Z"


def carried(namespace: str, name: str, dimension: Mapping[str, str], value: float) -> dict[str, object]:
    """Return a metric with one value, of yesterday."""
    dimensions = [{"Name": key, "Value": told} for key, told in dimension.items()]
    told = {"Id": "m1", "Label": name, "MetricName": name, "Namespace": namespace, "Dimensions": dimensions}
    return {"MetricDataResults": [{**told, "Timestamps": [YESTERDAY], "Values": [value]}]}


def balancer(name: str, kind: str = "application", made: str = LONG_AGO) -> dict[str, object]:
    """Return a load balancer as AWS describes it."""
    short = {"application": "app", "network": "net"}[kind]
    arn = f"arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/{short}/{name}/50dc6c495c0c9188"
    return {"LoadBalancerArn": arn, "LoadBalancerName": name, "Type": kind, "CreatedTime": made}


def gateway(name: str, made: str = LONG_AGO, state: str = "available") -> dict[str, object]:
    """Return a NAT gateway as EC2 describes it."""
    return {"NatGatewayId": name, "State": state, "CreateTime": made}


def snapshot(name: str, volume: str, **told: object) -> dict[str, object]:
    """Return a snapshot as EC2 describes it: of ten GB, half a year old."""
    usual = {"SnapshotId": name, "VolumeId": volume, "VolumeSize": 10, "StartTime": LONG_AGO, "State": "completed"}
    return {**usual, **told}


def test_a_load_balancer_that_nobody_connects_to_is_idle() -> None:
    """One with requests is not, nor one that was made lately, nor a network one of which nothing is known."""
    told = [balancer("old"), balancer("busy"), balancer("new", made=LATELY), balancer("unknown", "network")]
    busy = {"LoadBalancer": "app/busy/50dc6c495c0c9188"}
    documents: dict[str, object] = {
        "elbv2/balancers.json": {"LoadBalancers": told},
        "cloudwatch/busy.json": carried("AWS/ApplicationELB", "RequestCount", busy, 7),
    }

    with looked_at(documents):
        found = list(idle_balancers())

    assert [(one.names[1], one.monthly) for one in found] == [("old", Decimal("16.4250"))]


def test_a_gateway_is_idle_only_if_its_metrics_say_so() -> None:
    """No data is no proof: AWS writes zeros for a gateway that is there."""
    documents: dict[str, object] = {
        "ec2/nat.json": {"NatGateways": [gateway("nat-1"), gateway("nat-2"), gateway("nat-3")]}
    }
    for name, value in (("nat-1", 0), ("nat-2", 512)):
        for metric in ("BytesOutToDestination", "BytesOutToSource"):
            document = carried("AWS/NATGateway", metric, {"NatGatewayId": name}, value)
            documents[f"cloudwatch/{name}-{metric}.json"] = document

    with looked_at(documents):
        found = list(idle_gateways())

    assert [(one.names[0], one.monthly) for one in found] == [("nat-1", Decimal("32.850"))]


def test_only_the_newest_snapshot_of_a_lost_volume_counts() -> None:
    """With its whole size; the earlier one shares its blocks, and a volume that is there keeps all of its own."""
    whole = 4 * 1024**3
    told = [
        snapshot("snap-1", "vol-gone", StartTime="2025-08-01T10:00:00Z"),
        snapshot("snap-2", "vol-gone", FullSnapshotSizeInBytes=whole),
        snapshot("snap-3", "vol-here"),
    ]
    here = {"VolumeId": "vol-here", "State": "in-use"}

    with looked_at({"ec2/s.json": {"Snapshots": told}, "ec2/v.json": {"Volumes": [here]}}):
        found = list(old_snapshots())

    assert [(one.names[0], one.monthly) for one in found] == [("snap-2", Decimal("0.20"))]


def test_snapshots_of_images_and_backup_plans_are_needed() -> None:
    """So is what was made lately, or lies in the archive, whose price is another."""
    told = [
        snapshot("snap-image", "vol-1"),
        snapshot("snap-plan", "vol-2", Tags=[{"Key": "aws:backup:source-resource", "Value": "x"}]),
        snapshot("snap-new", "vol-3", StartTime=LATELY),
        snapshot("snap-archive", "vol-4", StorageTier="archive"),
    ]
    image = {
        "ImageId": "ami-1",
        "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": "snap-image"}}],
    }

    with looked_at({"ec2/s.json": {"Snapshots": told}, "ec2/i.json": {"Images": [image]}}):
        found = list(old_snapshots())

    assert found == []


def test_they_are_told_among_the_savings() -> None:
    """A load balancer without connections has its amount, why, and the risk."""
    with looked_at({"elbv2/balancers.json": {"LoadBalancers": [balancer("old")]}}):
        seen = cost_savings.call()

    assert [one.subject for one in seen.findings] == ["application load balancer/old"]
    assert "USD 16.42 a month: application load balancer old, carried nothing in 14 days" in seen.findings[0].observed
