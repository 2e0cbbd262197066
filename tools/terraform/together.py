"""Arguments that need, exclude or require one another, as the provider's schema and AWS's pages say."""

from collections.abc import Callable, Iterator

from tools.terraform.blocks import Block, Items, Literal, Problem, text_of
from tools.terraform.scope import Scope

# Exactly one of these must be given.
_ONE_OF: dict[str, tuple[tuple[str, ...], ...]] = {
    "aws_lambda_function": (("filename", "image_uri", "s3_bucket"),),
    "aws_lambda_layer_version": (("filename", "s3_bucket"),),
}
# At most one of these may be given.
_NOT_BOTH: dict[str, tuple[tuple[str, ...], ...]] = {
    "*": (
        ("name", "name_prefix"),
        ("bucket", "bucket_prefix"),
        ("identifier", "identifier_prefix"),
        ("cluster_identifier", "cluster_identifier_prefix"),
    ),
    "aws_db_instance": (("password", "manage_master_user_password"), ("password", "password_wo")),
    "aws_rds_cluster": (("master_password", "manage_master_user_password"),),
    "aws_redshift_cluster": (("master_password", "manage_master_password"),),
    "aws_instance": (
        ("user_data", "user_data_base64"),
        ("cpu_options", "cpu_core_count"),
        ("network_interface", "subnet_id"),
        ("network_interface", "vpc_security_group_ids"),
    ),
    "aws_route53_record": (("alias", "ttl"), ("alias", "records")),
    "aws_route53_zone": (("delegation_set_id", "vpc"),),
    "aws_s3_object": (("source", "content"), ("source", "content_base64"), ("content", "content_base64")),
    "aws_s3_bucket_acl": (("acl", "access_control_policy"),),
    "aws_security_group_rule": (
        ("cidr_blocks", "source_security_group_id"),
        ("self", "cidr_blocks"),
        ("self", "source_security_group_id"),
    ),
    "aws_autoscaling_group": (
        ("launch_configuration", "launch_template"),
        ("launch_configuration", "mixed_instances_policy"),
        ("launch_template", "mixed_instances_policy"),
        ("availability_zones", "vpc_zone_identifier"),
    ),
    "aws_subnet": (("availability_zone", "availability_zone_id"),),
    "aws_ssm_parameter": (("value", "insecure_value"),),
    "aws_sqs_queue": (("kms_master_key_id", "sqs_managed_sse_enabled"),),
    "aws_lb": (("subnets", "subnet_mapping"),),
    "aws_secretsmanager_secret_version": (("secret_string", "secret_binary"),),
    "aws_lambda_function": (("filename", "s3_bucket"), ("filename", "image_uri"), ("image_uri", "s3_bucket")),
    "aws_elasticache_cluster": (("replication_group_id", "num_cache_nodes"), ("replication_group_id", "node_type")),
    "aws_cloudwatch_metric_alarm": (("statistic", "extended_statistic"), ("metric_name", "metric_query")),
}
# With the first, the others must be given.
_NEEDS: dict[str, tuple[tuple[str, str], ...]] = {
    "aws_lambda_function": (("s3_bucket", "s3_key"), ("s3_key", "s3_bucket")),
}
# At least one of these must be given.
_SOME_OF: dict[str, tuple[tuple[str, ...], ...]] = {
    "aws_instance": (("ami", "launch_template"), ("instance_type", "launch_template")),
    "aws_autoscaling_group": (("launch_configuration", "launch_template", "mixed_instances_policy"),),
    "aws_ebs_volume": (("size", "snapshot_id"),),
    "aws_s3_bucket_acl": (("acl", "access_control_policy"),),
    "aws_lb": (("subnets", "subnet_mapping"),),
}


def at_odds(scope: Scope) -> Iterator[Problem]:
    """Yield resources whose arguments do not go together."""
    for block in scope.resources.values():
        if block.kind == "resource" and block.labels and block.labels[0].startswith("aws_"):
            rules = (*_simple(block), *(rule(block) for rule in _SPECIAL.get(block.labels[0], ())))
            yield from (Problem(block.file, block.line, f"`{block.address}` {said}.") for said in rules if said)


def _simple(block: Block) -> Iterator[str]:
    kind, given = block.labels[0], given_in(block)
    for several in _ONE_OF.get(kind, ()):
        if not given.intersection(several):
            yield f"needs one of {_words(several)}"
    for several in _SOME_OF.get(kind, ()):
        if not given.intersection(several):
            yield f"needs one of {_words(several)}"
    for several in (*_NOT_BOTH["*"], *_NOT_BOTH.get(kind, ())):
        if given.issuperset(several):
            yield f"takes only one of {_words(several)}"
    for one, other in _NEEDS.get(kind, ()):
        if one in given and other not in given:
            yield f"needs `{other}` with `{one}`"


def _words(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def given_in(block: Block) -> frozenset[str]:
    """Return what is given and not null or false: the provider takes an empty value as none."""
    plain = {each.name for each in block.attributes if each.value not in (Literal(None), Literal(value=False))}
    return frozenset(
        plain | {each.labels[0] if each.kind == "dynamic" and each.labels else each.kind for each in block.blocks}
    )


def _table_keys(block: Block) -> str:
    """Every attribute that is defined must be a key of the table or of an index, and every key must be defined."""
    if any(each.kind == "dynamic" for each in block.blocks):
        return ""
    holders = (block, *block.inner("global_secondary_index"), *block.inner("local_secondary_index"))
    keys = [each.value(name) for each in holders for name in ("hash_key", "range_key")]
    names = [each.value("name") for each in block.inner("attribute")]
    wanted, known = ({text_of(each) for each in values if each is not None} for values in (keys, names))
    if None in wanted or None in known:
        return ""
    if missing := sorted(map(str, wanted - known)):
        return f"has keys without an `attribute` block: {', '.join(missing)}"
    if unused := sorted(map(str, known - wanted)):
        return f"defines attributes that are no key: {', '.join(unused)}"
    return ""


def _lambda_code(block: Block) -> str:
    if text_of(block.value("package_type")) == "Image" or "image_uri" in given_in(block):
        return ""
    missing = [name for name in ("handler", "runtime") if name not in given_in(block)]
    return f"needs {_words(tuple(missing))}, unless it is an image" if missing else ""


def _record(block: Block) -> str:
    given = given_in(block)
    if "alias" not in given and not {"records", "ttl"} <= given:
        return "needs `records` and `ttl`, or an `alias`"
    records = block.value("records")
    return "has no `records`" if records == Items(()) else ""


_SPECIAL: dict[str, tuple[Callable[[Block], str], ...]] = {
    "aws_dynamodb_table": (_table_keys,),
    "aws_lambda_function": (_lambda_code,),
    "aws_route53_record": (_record,),
}
