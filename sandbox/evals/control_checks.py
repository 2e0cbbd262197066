"""What each control checks, over Terraform as data, from AWS's description of the control and nothing of the product.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-controls-reference.html
"""

import re
from collections.abc import Callable
from typing import TypeAlias

from sandbox.evals.hcl import Part, resources

Check: TypeAlias = Callable[[list[Part]], bool]
"""Whether the resources of a module that a control is about pass it; none of them at all does not."""

BLOCKS = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
CHAPTERS = ("api", "audit", "authenticator", "controllerManager", "scheduler")


def every(type_: str, test: Callable[[Part], bool]) -> Check:
    """Return a check that every resource of a type passes a test, and that there is one."""

    def check(module: list[Part]) -> bool:
        found = resources(module, type_)
        return bool(found) and all(test(one) for one in found)

    return check


def says(type_: str, argument: str, *values: str, path: str = "") -> Check:
    """Return a check that an argument, of a nested block if `path` names one, is one of these values."""

    def test(one: Part) -> bool:
        return any(each.says(argument, *values) for each in (one.all(path) if path else [one]))

    return every(type_, test)


def at_least(type_: str, argument: str, least: int) -> Check:
    """Return a check that a number is no smaller."""
    return every(type_, lambda one: int(one.arguments.get(argument, "0")) >= least)


def closed_to_world(ports: frozenset[int] | None) -> Check:
    """Return a check that no rule lets everybody in, on these ports; None means on any but 80 and 443."""

    def check(module: list[Part]) -> bool:
        inline = [one for group in resources(module, "aws_security_group") for one in group.all("ingress")]
        apart = [one for one in resources(module, "aws_security_group_rule") if one.says("type", "ingress")]
        apart += resources(module, "aws_vpc_security_group_ingress_rule")
        groups = resources(module, "aws_security_group")
        return bool(groups) and not any(_open(one, ports) for one in [*inline, *apart])

    return check


def only_tls(module: list[Part]) -> bool:
    """Tell whether the policy of a bucket denies what does not come over TLS."""
    denying = [
        document.labels[1]
        for document in module
        if document.kind == "data" and document.labels[0] == "aws_iam_policy_document"
        for one in document.all("statement")
        if one.says("effect", "Deny") and any(_asks_tls(condition) for condition in one.all("condition"))
    ]
    policies = resources(module, "aws_s3_bucket_policy")
    return bool(policies) and all(any(name in one.arguments["policy"] for name in denying) for one in policies)


def no_full_access(module: list[Part]) -> bool:
    """Tell whether no policy allows every action on every resource."""
    statements = [
        one
        for document in module
        if document.kind == "data" and document.labels[0] == "aws_iam_policy_document"
        for one in document.all("statement")
    ]
    texts = [one.arguments.get("policy", "") for one in resources(module, "aws_iam_policy")]
    written = any(re.search(r'\bAction"?\s*[=:]\s*\[?\s*"\*(:\*)?"', text) for text in texts)
    return not written and not any('"*"' in one.arguments.get("actions", "") for one in statements)


def empty_default_group(module: list[Part]) -> bool:
    """Tell whether the default security group is in code and lets nothing in or out."""
    found = resources(module, "aws_default_security_group")
    return bool(found) and all(not one.all("ingress") and not one.all("egress") for one in found)


def trail_everywhere(module: list[Part]) -> bool:
    """Tell whether a trail of all regions writes to a bucket whose policy lets CloudTrail in."""
    trails = [one for one in resources(module, "aws_cloudtrail") if one.says("is_multi_region_trail", "true")]
    return any(one.arguments.get("s3_bucket_name") for one in trails)


def _open(rule: Part, ports: frozenset[int] | None) -> bool:
    told = " ".join(
        rule.arguments.get(name, "") for name in ("cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6")
    )
    if '"0.0.0.0/0"' not in told and '"::/0"' not in told:
        return False
    if rule.says("protocol", "-1") or rule.says("ip_protocol", "-1"):
        return True
    reached = range(int(rule.arguments["from_port"]), int(rule.arguments["to_port"]) + 1)
    return any(port not in {80, 443} for port in reached) if ports is None else any(port in reached for port in ports)


def _asks_tls(condition: Part) -> bool:
    return condition.says("variable", "aws:SecureTransport") and "false" in condition.arguments.get("values", "")


def _all_blocked(one: Part) -> bool:
    return all(one.says(name, "true") for name in BLOCKS)


def _passwords(one: Part) -> bool:
    words = ("require_lowercase_characters", "require_uppercase_characters", "require_numbers", "require_symbols")
    numbers = {
        name: int(one.arguments.get(name, "0")) for name in ("minimum_password_length", "password_reuse_prevention")
    }
    age = int(one.arguments.get("max_password_age", "0"))
    long = numbers["minimum_password_length"] >= 14 and numbers["password_reuse_prevention"] >= 24  # noqa: PLR2004 - IAM.15, IAM.16
    return all(one.says(name, "true") for name in words) and long and 0 < age <= 90  # noqa: PLR2004 - IAM.17


def _private_endpoint(one: Part) -> bool:
    return all(each.says("endpoint_public_access", "false") for each in one.all("vpc_config")) and bool(
        one.all("vpc_config")
    )


def _key_off(one: Part) -> bool:
    return one.says("status", "Inactive")


CHECKS: dict[str, Check] = {
    "S3.1": every("aws_s3_account_public_access_block", _all_blocked),
    "S3.2": every("aws_s3_bucket_public_access_block", _all_blocked),
    "S3.3": every("aws_s3_bucket_public_access_block", _all_blocked),
    "S3.4": every("aws_s3_bucket_server_side_encryption_configuration", lambda one: "AES256" in str(one.parts)),
    "S3.5": only_tls,
    "S3.8": every("aws_s3_bucket_public_access_block", _all_blocked),
    "S3.14": says("aws_s3_bucket_versioning", "status", "Enabled", path="versioning_configuration"),
    "RDS.1": says("aws_db_snapshot", "shared_accounts", "[]"),
    "RDS.2": says("aws_db_instance", "publicly_accessible", "false"),
    "RDS.7": says("aws_rds_cluster", "deletion_protection", "true"),
    "RDS.8": says("aws_db_instance", "deletion_protection", "true"),
    "RDS.11": at_least("aws_db_instance", "backup_retention_period", 7),
    "RDS.13": says("aws_db_instance", "auto_minor_version_upgrade", "true"),
    "DynamoDB.2": says("aws_dynamodb_table", "enabled", "true", path="point_in_time_recovery"),
    "Redshift.1": says("aws_redshift_cluster", "publicly_accessible", "false"),
    "Redshift.3": at_least("aws_redshift_cluster", "automated_snapshot_retention_period", 7),
    "SQS.1": says("aws_sqs_queue", "sqs_managed_sse_enabled", "true"),
    "ECR.1": says("aws_ecr_repository", "scan_on_push", "true", path="image_scanning_configuration"),
    "KMS.4": says("aws_kms_key", "enable_key_rotation", "true"),
    "EC2.1": says("aws_ebs_snapshot_block_public_access", "state", "block-all-sharing"),
    "EC2.2": empty_default_group,
    "EC2.6": every("aws_flow_log", lambda one: "vpc_id" in one.arguments),
    "EC2.7": says("aws_ebs_encryption_by_default", "enabled", "true"),
    "EC2.8": says("aws_instance", "http_tokens", "required", path="metadata_options"),
    "EC2.170": says("aws_launch_template", "http_tokens", "required", path="metadata_options"),
    "EC2.13": closed_to_world(frozenset({22})),
    "EC2.14": closed_to_world(frozenset({3389})),
    "EC2.15": says("aws_subnet", "map_public_ip_on_launch", "false"),
    "EC2.18": closed_to_world(None),
    "EC2.19": closed_to_world(frozenset({22, 3306, 3389, 5432, 9200})),
    "EC2.53": closed_to_world(frozenset({22, 3389})),
    "EKS.1": every("aws_eks_cluster", _private_endpoint),
    "EKS.8": every(
        "aws_eks_cluster",
        lambda one: all(name in one.arguments.get("enabled_cluster_log_types", "") for name in CHAPTERS),
    ),
    "ELB.4": says("aws_lb", "drop_invalid_header_fields", "true"),
    "ELB.5": says("aws_lb", "enabled", "true", path="access_logs"),
    "ELB.6": says("aws_lb", "enable_deletion_protection", "true"),
    "Lambda.1": every("aws_lambda_permission", lambda one: not one.says("principal", "*")),
    "IAM.1": no_full_access,
    "IAM.3": every("aws_iam_access_key", _key_off),
    "IAM.7": every("aws_iam_account_password_policy", _passwords),
    "CloudTrail.1": trail_everywhere,
    "CloudTrail.2": every("aws_cloudtrail", lambda one: "aws_kms_key." in one.arguments.get("kms_key_id", "")),
    "CloudTrail.4": says("aws_cloudtrail", "enable_log_file_validation", "true"),
    "GuardDuty.1": says("aws_guardduty_detector", "enable", "true"),
}
