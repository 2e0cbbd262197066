"""What CloudWatch saw far below what it has for weeks is named with half its size; what it may need is left alone."""

from datetime import timedelta
from decimal import Decimal

from tests.aws_account import NOW, looked_at
from tools.cost.saving import cost_savings
from tools.cost.watched import light_databases, light_instances

GIB = 1024**3


def weeks(namespace: str, name: str, value: float, days: int = 21, **dimension: str) -> dict[str, object]:
    """Return a metric with one value a day until yesterday, so that every statistic of a day is that."""
    times = [(NOW - timedelta(days=back)).strftime("%Y-%m-%dT%H:%M:%SZ") for back in range(1, days + 1)]
    dimensions = [{"Name": key, "Value": told} for key, told in dimension.items()]
    told = {"Id": "m1", "Label": name, "MetricName": name, "Namespace": namespace, "Dimensions": dimensions}
    return {"MetricDataResults": [{**told, "Timestamps": times, "Values": [value] * days}]}


def instances(**kinds: str) -> dict[str, object]:
    """Return running instances by name and type."""
    held = [{"InstanceId": name, "InstanceType": kind} for name, kind in kinds.items()]
    return {"Reservations": [{"Instances": held}]}


def database(name: str, **told: object) -> dict[str, object]:
    """Return a PostgreSQL database as RDS describes it."""
    arn = f"arn:aws:rds:us-east-1:123456789012:db:{name}"
    usual = {"DBInstanceIdentifier": name, "DBInstanceArn": arn, "DBInstanceClass": "db.r6g.xlarge"}
    return {**usual, "Engine": "postgres", "DBInstanceStatus": "available", **told}


def test_an_instance_that_half_would_do_is_named_with_what_is_unknown() -> None:
    """Busy ones, new ones, ones with full memory and the smallest of a family are left alone."""
    kinds = dict.fromkeys(("quiet", "busy", "new", "full", "dark"), "m7i.2xlarge") | {"small": "m7i.large"}
    documents: dict[str, object] = {"ec2/instances.json": instances(**kinds)}
    for name, percent, days in (("quiet", 9, 21), ("busy", 60, 21), ("new", 9, 5), ("full", 9, 21), ("small", 9, 21)):
        told = weeks("AWS/EC2", "CPUUtilization", percent, days, InstanceId=name)
        documents[f"cloudwatch/{name}.json"] = told
    documents["cloudwatch/memory.json"] = weeks("CWAgent", "mem_used_percent", 80, InstanceId="full")

    with looked_at(documents):
        (found,) = light_instances()

    assert (found.names[0], found.monthly) == ("quiet", Decimal("147.1680"))
    assert "CPU p99 9 %, at most 9 %, memory unknown, as no agent publishes it" in found.evidence
    assert found.argument == ("instance_type", '"m7i.xlarge"')


def test_a_database_is_light_only_if_its_memory_says_so_too() -> None:
    """With two zones it is twice the amount; another engine has another price, and is left to people."""
    told = [database("light", MultiAZ=True), database("cached"), database("mysql", Engine="mysql")]
    documents: dict[str, object] = {"rds/db.json": {"DBInstances": told}}
    for name, free in (("light", 20), ("cached", 3), ("mysql", 20)):
        documents[f"cloudwatch/{name}-cpu.json"] = weeks("AWS/RDS", "CPUUtilization", 12, DBInstanceIdentifier=name)
        told_free = weeks("AWS/RDS", "FreeableMemory", free * GIB, DBInstanceIdentifier=name)
        documents[f"cloudwatch/{name}-free.json"] = told_free

    with looked_at(documents):
        (found,) = light_databases()

    assert (found.names[0], found.monthly) == ("light", Decimal("328.500"))
    assert "memory 38 %" in found.evidence


def test_what_compute_optimizer_names_too_is_told_once() -> None:
    """Its word is the one that is kept."""
    option = {
        "instanceType": "m7i.large",
        "rank": 1,
        "savingsOpportunity": {"estimatedMonthlySavings": {"currency": "USD", "value": 220.75}},
    }
    arn = "arn:aws:ec2:us-east-1:123456789012:instance/quiet"
    said = {"instanceArn": arn, "finding": "OVER_PROVISIONED", "currentInstanceType": "m7i.2xlarge"}
    documents: dict[str, object] = {
        "ec2/instances.json": instances(quiet="m7i.2xlarge"),
        "cloudwatch/cpu.json": weeks("AWS/EC2", "CPUUtilization", 9, InstanceId="quiet"),
        "compute-optimizer/i.json": {"instanceRecommendations": [{**said, "recommendationOptions": [option]}]},
    }

    with looked_at(documents):
        seen = cost_savings.call()

    assert [one.code for one in seen.findings] == ["cost_oversized"]
