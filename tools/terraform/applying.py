"""What a plan lets pass and AWS refuses when it is applied: told before, so that nobody finds out half-way."""

from collections.abc import Callable, Iterator

from tools.terraform.blocks import Block, Items, Module, Problem, text_of
from tools.terraform.scope import scopes
from tools.terraform.together import given_in

_SOME_OF: dict[str, tuple[tuple[str, ...], ...]] = {
    "aws_vpc": (("cidr_block", "ipv4_ipam_pool_id"),),
    "aws_subnet": (("cidr_block", "ipv6_cidr_block", "ipv4_ipam_pool_id", "ipv6_ipam_pool_id", "ipv6_native"),),
    "aws_security_group_rule": (
        ("cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "source_security_group_id", "self"),
    ),
    "aws_route": (
        ("destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id"),
        (
            "gateway_id",
            "nat_gateway_id",
            "transit_gateway_id",
            "vpc_endpoint_id",
            "vpc_peering_connection_id",
            "network_interface_id",
            "egress_only_gateway_id",
            "carrier_gateway_id",
            "local_gateway_id",
            "core_network_arn",
            "odb_network_arn",
        ),
    ),
}


def refused_when_applied(module: Module) -> tuple[Problem, ...]:
    """Return what AWS would refuse."""
    return tuple(_all(module))


def _all(module: Module) -> Iterator[Problem]:
    for scope in scopes(module.blocks).values():
        for block in scope.resources.values():
            kind = block.labels[0] if block.kind == "resource" and block.labels else ""
            for several in _SOME_OF.get(kind, ()):
                if not given_in(block).intersection(several):
                    names = ", ".join(f"`{name}`" for name in several)
                    yield Problem(block.file, block.line, f"`{block.address}` needs one of {names}.")
            for rule in _SPECIAL.get(kind, ()):
                if said := rule(block):
                    yield Problem(block.file, block.line, f"`{block.address}` {said}.")


def _database(block: Block) -> str:
    """A new database needs an engine, storage and an owner; a replica or a copy has them from its source."""
    given = given_in(block)
    if given & {"replicate_source_db", "snapshot_identifier", "restore_to_point_in_time", "s3_import"}:
        return ""
    for name in ("engine", "allocated_storage", "username"):
        if name not in given:
            return f"needs `{name}`, unless it is a replica or a copy"
    if not given & {"password", "password_wo", "manage_master_user_password"}:
        return "needs `password` or `manage_master_user_password`"
    return ""


def _capacity(block: Block) -> str:
    mode = text_of(block.value("billing_mode")) if block.value("billing_mode") is not None else "PROVISIONED"
    given = given_in(block)
    if mode == "PROVISIONED" and not {"read_capacity", "write_capacity"} <= given:
        return 'needs `read_capacity` and `write_capacity`, or `billing_mode = "PAY_PER_REQUEST"`'
    return ""


def _redshift(block: Block) -> str:
    """A new cluster needs an owner; one with several nodes must say so."""
    given = given_in(block)
    if given & {"snapshot_identifier", "snapshot_arn"}:
        return ""
    if "master_username" not in given:
        return "needs `master_username`, unless it is restored from a snapshot"
    if not given & {"master_password", "master_password_wo", "manage_master_password"}:
        return "needs `master_password` or `manage_master_password`"
    if text_of(block.value("cluster_type")) == "single-node" and text_of(block.value("number_of_nodes")) not in {
        "1",
        None,
    }:
        return "is of a single node and asks for several"
    return ""


def _fargate(block: Block) -> str:
    wanted = block.value("requires_compatibilities")
    fargate = isinstance(wanted, Items) and any(text_of(each) == "FARGATE" for each in wanted.items)
    if fargate and not {"cpu", "memory"} <= given_in(block):
        return "needs `cpu` and `memory` for Fargate"
    return ""


_SPECIAL: dict[str, tuple[Callable[[Block], str], ...]] = {
    "aws_db_instance": (_database,),
    "aws_dynamodb_table": (_capacity,),
    "aws_redshift_cluster": (_redshift,),
    "aws_ecs_task_definition": (_fargate,),
}
