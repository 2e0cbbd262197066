"""Values that AWS or its provider refuses although their type is right: rules of the provider's own validators."""

import ipaddress
import json
import re
from collections.abc import Callable, Iterator

from tools.terraform.blocks import Block, Items, Literal, Problem, text_of, walk
from tools.terraform.enums import allowed
from tools.terraform.scope import Scope

_ARN = re.compile(
    r"arn:aws(-[a-z]+)*:[^:]*:([a-z]{2}(-[a-z]+)+-\d{1,2})?:(aws|aws-managed|aws-marketplace|third-party|\d{12}|cw.{10})?:.+",
    re.DOTALL,
)
_DOCUMENTS = frozenset(
    {"policy", "assume_role_policy", "container_definitions", "event_pattern", "redrive_policy", "access_policies"}
    | {"item", "dashboard_body", "policy_document", "template_body_json", "inline_policy", "access_policy"}
)
_POLICY_VERSIONS = {"2012-10-17", "2008-10-17"}
_CIDRS = frozenset({"cidr_block", "destination_cidr_block", "cidr_ipv4", "source_cidr_block", "client_cidr_block"})
_CIDR_LISTS = frozenset({"cidr_blocks", "public_access_cidrs", "ipv6_cidr_blocks"})


def out_of_range(scope: Scope) -> Iterator[Problem]:
    """Yield values written out that would be refused."""
    for top in scope.resources.values():
        if top.labels and top.labels[0].startswith("aws_"):
            for block in walk(top):
                yield from _of_block(top, block)


def _of_block(top: Block, block: Block) -> Iterator[Problem]:
    for each in block.attributes:
        path = each.name if block is top else f"{block.kind}.{each.name}"
        for text in _texts(each.value):
            for rule in _RULES:
                if why := rule(top.labels[0], path, text):
                    yield Problem(block.file, each.line, f"`{top.address}`: `{path}` {why}.")


def _texts(value: object) -> Iterator[str]:
    """Yield the literal strings of a value, those of a list one by one."""
    for each in value.items if isinstance(value, Items) else (value,):
        if isinstance(each, Literal) and (text := text_of(each)) is not None:
            yield text


def _arn(_kind: str, path: str, text: str) -> str:
    name = path.rpartition(".")[2]
    if not name.endswith(("_arn", "_arns")) or not text or _ARN.fullmatch(text):
        return ""
    return "is not an ARN" if ":" in text or name == "policy_arn" or name.endswith("role_arn") else ""


def _document(_kind: str, path: str, text: str) -> str:
    name = path.rpartition(".")[2]
    if name not in _DOCUMENTS or not text.strip():
        return ""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        return f"is not valid JSON ({wrong})"
    if (
        name == "assume_role_policy"
        and isinstance(told, dict)
        and told.get("Version", "") not in {*_POLICY_VERSIONS, ""}
    ):
        return "has a policy version that IAM does not know"
    return ""


def _cidr(_kind: str, path: str, text: str) -> str:
    name = path.rpartition(".")[2]
    if name not in _CIDRS | _CIDR_LISTS or not text:
        return ""
    try:
        ipaddress.ip_network(text, strict=True)
    except ValueError:
        return "is not a block of addresses such as 10.0.0.0/16, with no bits behind the prefix"
    return "" if "/" in text else "needs a prefix length, such as /16"


def _enumerated(kind: str, path: str, text: str) -> str:
    values = allowed(kind, path)
    return "" if not values or text in values else f"must be one of {', '.join(sorted(values)[:12])}"


def _named(kind: str, path: str, text: str) -> str:
    rule = _NAMES.get((kind, path))
    return "" if rule is None or re.fullmatch(rule[0], text) else rule[1]


def _number(kind: str, path: str, text: str) -> str:
    bounds = _BOUNDS.get((kind, path))
    try:
        return "" if bounds is None or bounds[0] <= float(text) <= bounds[1] else f"must be {bounds[0]} to {bounds[1]}"
    except ValueError:
        return ""


_RULES: tuple[Callable[[str, str, str], str], ...] = (_arn, _document, _cidr, _enumerated, _named, _number)

# A password that a database engine takes: printable, none of / @ " and space (docs.aws.amazon.com: CreateDBInstance,
# CreateCluster of Redshift).
_REDSHIFT = (
    r"(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9])[^@'\"/\\ ]{8,64}",
    "needs 8 to 64 characters, an upper-case and a lower-case letter and a digit, and none of @ ' \" / \\ or space",
)
_IDENTIFIER = (r"[a-z](?!.*--)[a-z0-9-]*(?<!-)", "takes lower-case letters, digits and single hyphens, a letter first")
_IAM_NAME = (r"[\w+=,.@-]{1,128}", "takes letters, digits and + = , . @ - _ only")
_NAMES: dict[tuple[str, str], tuple[str, str]] = {
    ("aws_redshift_cluster", "master_password"): _REDSHIFT,
    ("aws_redshift_cluster", "cluster_identifier"): _IDENTIFIER,
    ("aws_redshift_cluster", "database_name"): (
        r"[a-z_][a-z_0-9$]{0,126}",
        "takes lower-case letters, digits, _ and $",
    ),
    ("aws_redshift_cluster", "master_username"): (r"[A-Za-z][\w.@+-]*", "takes letters and digits, a letter first"),
    ("aws_db_instance", "identifier"): _IDENTIFIER,
    ("aws_rds_cluster", "cluster_identifier"): _IDENTIFIER,
    ("aws_elasticache_cluster", "cluster_id"): (r"[a-z](?!.*--)[a-z0-9-]{0,49}(?<!-)", _IDENTIFIER[1] + ", 50 at most"),
    ("aws_elasticache_replication_group", "replication_group_id"): (
        r"[a-z](?!.*--)[a-z0-9-]{0,39}(?<!-)",
        _IDENTIFIER[1] + ", 40 at most",
    ),
    ("aws_elasticache_user", "user_id"): (r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]*(?<!-)", "takes letters, digits, hyphens"),
    ("aws_db_subnet_group", "name"): (r"[a-z0-9._ -]{1,255}", "takes lower-case letters, digits, dots and hyphens"),
    ("aws_db_parameter_group", "name"): _IDENTIFIER,
    ("aws_iam_role", "name"): (r"[\w+=,.@-]{1,64}", _IAM_NAME[1] + ", 64 at most"),
    ("aws_iam_policy", "name"): _IAM_NAME,
    ("aws_iam_user", "name"): (r"[\w+=,.@-]{1,64}", _IAM_NAME[1] + ", 64 at most"),
    ("aws_iam_group", "name"): _IAM_NAME,
    ("aws_iam_instance_profile", "name"): _IAM_NAME,
    ("aws_s3_bucket", "bucket"): (r".{0,63}", "takes 63 characters at most"),
    ("aws_lambda_function", "function_name"): (r"(arn:.*|\d{12}:.*)?[\w:-]{1,140}", "takes letters, digits, - and _"),
    ("aws_dynamodb_table", "name"): (r"[\w.-]{3,255}", "takes 3 to 255 letters, digits, _ . and -"),
    ("aws_sqs_queue", "name"): (r"[\w-]{1,80}|[\w-]{1,75}\.fifo", "takes 1 to 80 letters, digits, - and _"),
    ("aws_lb", "name"): (r"(?!internal-)(?!-)[a-zA-Z0-9-]{1,32}(?<!-)", "takes up to 32 letters, digits and hyphens"),
    ("aws_lb_target_group", "name"): (r"(?!-)[a-zA-Z0-9-]{1,32}(?<!-)", "takes up to 32 letters, digits and hyphens"),
    ("aws_security_group", "name"): (r"(?!sg-).{1,255}", "must not begin with sg-"),
    ("aws_kms_alias", "name"): (r"alias/[\w/-]+", "must begin with alias/"),
    ("aws_eks_cluster", "name"): (r"[0-9A-Za-z][\w-]{0,99}", "takes up to 100 letters, digits, - and _"),
    ("aws_ecr_repository", "name"): (
        r"(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-]+[a-z0-9]+)*",
        "takes lower case",
    ),
    ("aws_cloudwatch_log_group", "name"): (r"[\w./#-]{1,512}", "takes letters, digits and _ - / . #"),
    ("aws_cloudwatch_event_rule", "schedule_expression"): (r"(rate|cron)\(.*\)|", "must be rate(…) or cron(…)"),
    ("aws_autoscaling_group", "name"): (r".{1,255}", "takes 255 characters at most"),
    ("aws_backup_vault", "name"): (r"[\w-]{2,50}", "takes 2 to 50 letters, digits, - and _"),
    ("aws_backup_plan", "rule.schedule"): (r"(rate|cron)\(.*\)", "must be rate(…) or cron(…)"),
    ("aws_db_instance", "backup_window"): (r"\d\d:\d\d-\d\d:\d\d", "must be hh:mm-hh:mm"),
    ("aws_db_instance", "maintenance_window"): (
        r"(?i)(mon|tue|wed|thu|fri|sat|sun):\d\d:\d\d-(mon|tue|wed|thu|fri|sat|sun):\d\d:\d\d",
        "must be ddd:hh:mm-ddd:hh:mm",
    ),
}
_LOG_DAYS = (0, 3653)
_BOUNDS: dict[tuple[str, str], tuple[float, float]] = {
    ("aws_db_instance", "backup_retention_period"): (0, 35),
    ("aws_rds_cluster", "backup_retention_period"): (0, 35),
    ("aws_lambda_function", "memory_size"): (128, 32768),
    ("aws_lambda_function", "timeout"): (1, 900),
    ("aws_sqs_queue", "visibility_timeout_seconds"): (0, 43200),
    ("aws_sqs_queue", "message_retention_seconds"): (60, 1209600),
    ("aws_sqs_queue", "delay_seconds"): (0, 900),
    ("aws_sqs_queue", "receive_wait_time_seconds"): (0, 20),
    ("aws_kms_key", "deletion_window_in_days"): (7, 30),
    ("aws_secretsmanager_secret", "recovery_window_in_days"): (0, 30),
    ("aws_kinesis_stream", "retention_period"): (24, 8760),
    ("aws_route53_health_check", "request_interval"): (10, 30),
    ("aws_cloudwatch_log_group", "retention_in_days"): _LOG_DAYS,
    ("aws_iam_role", "max_session_duration"): (3600, 43200),
    ("aws_security_group", "ingress.from_port"): (-1, 65535),
    ("aws_lb_listener", "port"): (1, 65535),
    ("aws_lb_target_group", "port"): (1, 65535),
}
