"""What an architecture page shows: services and what they use, as declared, as coded and as running; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tools.documentation.inventory import Inventory
from tools.knowledge.services import Service
from tools.terraform.blocks import Block, Module, text_of

SHOWN = {
    "aws_db_instance": ("identifier", "database"),
    "aws_rds_cluster": ("cluster_identifier", "database"),
    "aws_s3_bucket": ("bucket", "bucket"),
    "aws_sqs_queue": ("name", "queue"),
    "aws_sns_topic": ("name", "topic"),
    "aws_dynamodb_table": ("name", "table"),
    "aws_lambda_function": ("function_name", "function"),
    "aws_elasticache_replication_group": ("replication_group_id", "cache"),
    "aws_lb": ("name", "load balancer"),
    "aws_eks_cluster": ("name", "cluster"),
    "aws_ecs_service": ("name", "service"),
    "aws_cloudfront_distribution": ("comment", "distribution"),
    "aws_kinesis_stream": ("name", "stream"),
}
"""Resources that an architecture is told by, with the argument that names each and the word for it."""


@dataclass(frozen=True, slots=True)
class Node:
    """One thing of the picture.

    Attributes:
        name: What it is called.
        sort: `service`, `deployment`, `database` … in one word or two.
        place: Namespace, or `AWS`.
        facts: What is known of it, a few words each.
        source: Where that is from.
    """

    name: str
    sort: str
    place: str
    facts: tuple[str, ...]
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Estate:
    """All of it: nodes by name, and who uses whom."""

    nodes: tuple[Node, ...]
    edges: tuple[tuple[str, str], ...]


def estate(services: Mapping[str, Service], code: Module, there: Inventory) -> Estate:
    """Return the picture of what the catalogue, the Terraform and the live inventory know, in a stable order."""
    nodes: dict[str, Node] = {}
    for node in (*_running(there), *_coded(code), *_declared(services, there)):
        known = nodes.get(node.name)
        nodes[node.name] = _merged(known, node) if known else node
    edges = {edge for one in services.values() for edge in _uses(one) if edge[1] in nodes}
    ordered = sorted(nodes.values(), key=lambda one: (one.place, one.name))
    return Estate(tuple(ordered), tuple(sorted(edges)))


def _running(there: Inventory) -> Iterator[Node]:
    for one in there.workloads or ():
        count = "autoscaled" if one.replicas is None else f"{one.replicas} replicas"
        yield Node(one.name, "deployment", one.namespace, (count,), ("cluster",))
    for base in there.databases or ():
        facts = (f"{base.engine} {base.version}".strip(), base.kind, f"{base.storage} GiB" if base.storage else "")
        yield Node(base.name, "database", "AWS", tuple(fact for fact in facts if fact), ("RDS",))


def _coded(code: Module) -> Iterator[Node]:
    for block in code.of("resource"):
        kind = block.labels[0] if block.labels else ""
        if kind in SHOWN:
            yield Node(_name(block, SHOWN[kind][0]), SHOWN[kind][1], "AWS", (), (f"`{block.address}`",))


def _declared(services: Mapping[str, Service], there: Inventory) -> Iterator[Node]:
    for one in services.values():
        gone = there.workloads is not None and one.deployment and not _runs(one, there)
        sort = "deployment" if one.deployment else "database" if one.database == one.name else "service"
        facts = tuple(fact for fact in (one.summary.rstrip("."), "**does not run here**" if gone else "") if fact)
        yield Node(one.name, sort, one.namespace or "AWS", facts, ("services.yaml",))


def _runs(service: Service, there: Inventory) -> bool:
    return any((one.namespace, one.name) == (service.namespace, service.deployment) for one in there.workloads or ())


def _uses(one: Service) -> Iterator[tuple[str, str]]:
    yield from ((one.name, other) for other in one.depends_on)
    if one.database and one.database != one.name:
        yield one.name, one.database


def _merged(first: Node, more: Node) -> Node:
    place = first.place if first.place != "AWS" else more.place
    facts, source = (*first.facts, *more.facts), (*first.source, *more.source)
    return Node(first.name, first.sort, place, tuple(dict.fromkeys(facts)), tuple(dict.fromkeys(source)))


def _name(block: Block, argument: str) -> str:
    return text_of(block.value(argument)) or block.labels[-1]
