"""What could be saved: what it is, how much a month, why, and the edit where code declares it."""

from decimal import Decimal

from tests.aws_account import looked_at
from tools.cost.idle import too_large, unused_addresses, unused_volumes
from tools.cost.saving import cost_savings

OLD, LONG_AGO, NOW = "available", "2025-12-02T10:00:00Z", "2026-03-01T10:00:00Z"


def volume(number: int, **told: object) -> dict[str, object]:
    """Return a volume as EC2 describes it."""
    usual = {"VolumeId": f"vol-{number}", "Size": 100, "VolumeType": "gp3", "State": "in-use", "CreateTime": LONG_AGO}
    return {**usual, **told}


def instance(name: str, finding: str, saved: float) -> dict[str, object]:
    """Return what Compute Optimizer says of an instance."""
    option = {
        "instanceType": "m7i.large",
        "rank": 1,
        "savingsOpportunity": {"estimatedMonthlySavings": {"currency": "USD", "value": saved}},
    }
    return {
        "instanceArn": f"arn:aws:ec2:us-east-1:123456789012:instance/{name}",
        "instanceName": name,
        "currentInstanceType": "m7i.xlarge",
        "finding": finding,
        "lookBackPeriodInDays": 14,
        "utilizationMetrics": [{"name": "CPU", "statistic": "MAXIMUM", "value": 21.4}],
        "recommendationOptions": [option],
    }


def test_only_volumes_that_nothing_uses_for_a_week_are_idle() -> None:
    """Attached ones and fresh ones are left alone; the amount is size times the listed price, exactly."""
    told = [volume(1, State=OLD), volume(2), volume(3, State=OLD, CreateTime=NOW)]

    with looked_at({"ec2/volumes.json": {"Volumes": told}}):
        found = list(unused_volumes())

    assert [(one.names[0], one.monthly) for one in found] == [("vol-1", Decimal("8.00"))]


def test_gp2_is_dear_only_where_gp3_is_as_fast() -> None:
    """A large gp2 volume has more IOPS than gp3 starts with, so it is left alone."""
    told = [volume(1, VolumeType="gp2", Size=400), volume(2, VolumeType="gp2", Size=2000)]

    with looked_at({"ec2/volumes.json": {"Volumes": told}}):
        found = list(unused_volumes())

    assert [(one.code, one.names[0], one.monthly) for one in found] == [("cost_dear_volume", "vol-1", Decimal("8.00"))]


def test_an_address_that_leads_nowhere_costs() -> None:
    """One that is associated does not count."""
    told = [{"AllocationId": "a", "PublicIp": "203.0.113.1"}, {"AllocationId": "b", "AssociationId": "c"}]

    with looked_at({"ec2/addresses.json": {"Addresses": told}}):
        found = list(unused_addresses())

    assert [(one.names[0], one.monthly) for one in found] == [("a", Decimal("3.650"))]


def test_only_instances_larger_than_their_load_are_named() -> None:
    """With the peak of the weeks that were looked at, and the type that would do."""
    told = [instance("search", "OVER_PROVISIONED", 73.58), instance("mail", "OPTIMIZED", 0)]

    with looked_at({"compute-optimizer/i.json": {"instanceRecommendations": told}}):
        (found,) = too_large()

    assert (found.names[1], found.monthly) == ("search", Decimal("73.58"))
    assert "cpu at most 21 % in 14 days; m7i.large would do" in found.evidence


def test_what_is_not_declared_anywhere_is_for_a_person() -> None:
    """The largest first, each with its amount; without code there is advice and no pull request."""
    documents: dict[str, object] = {
        "ec2/volumes.json": {"Volumes": [volume(1, State=OLD)]},
        "compute-optimizer/i.json": {"instanceRecommendations": [instance("search", "OVER_PROVISIONED", 73.58)]},
    }

    with looked_at(documents):
        seen = cost_savings.call()

    assert [one.subject for one in seen.findings] == ["instance/search", "volume/vol-1"]
    assert seen.headline.startswith("About USD 81.58 a month could be saved on 2 things")
    assert all(one.remedy is None and one.advice for one in seen.findings)


def test_nothing_to_save_is_said() -> None:
    """An account without idle things is called lean."""
    with looked_at({"ec2/volumes.json": {"Volumes": [volume(1)]}}):
        seen = cost_savings.call()

    assert [one.code for one in seen.findings] == ["cost_lean"]
