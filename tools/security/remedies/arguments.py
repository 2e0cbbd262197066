"""Remedies that set arguments of the resource itself; without its declaration there is nothing to edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from tools.security.remedies.editing import again, with_argument, with_lines
from tools.security.remedies.finding import absent, declared
from tools.security.remedies.remedy import Remedy, Target
from tools.security.remedies.source import Block, Files

Values: TypeAlias = tuple[tuple[str, str], ...]
"""Arguments and what they are to be, as written."""

LOGS = '["api", "audit", "authenticator", "controllerManager", "scheduler"]'


@dataclass(frozen=True, slots=True)
class Setting:
    """Arguments and the values they should have, in a nested block if `path` names one."""

    types: tuple[str, ...]
    values: Values
    path: tuple[str, ...] = ()

    def __call__(self, files: Files, target: Target) -> dict[str, str]:
        """Set them where the resource is declared."""
        block = declared(files, self.types, target.names)
        if block is None:
            raise absent(files, self.types, target)
        return with_values(files, block, self.values, self.path)


def with_values(files: Files, block: Block, values: Values, path: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the files with several arguments of a block set, those that are missing in one go."""
    edited, place = dict(files), _place(block, path)
    missing = tuple((name, value) for name, value in values if place is None or not place.argument(name))
    if place and len(missing) > 1:
        edited = with_lines(edited, place, laid_out(missing))
    for name, value in values:
        edited = with_argument(edited, again(edited, block), name, value, path)
    return edited


def laid_out(values: Values) -> str:
    """Return arguments, a line each, as `terraform fmt` aligns them."""
    width = max(len(name) for name, _ in values)
    return "\n".join(f"{name.ljust(width)} = {value}" for name, value in values)


def _place(block: Block, path: tuple[str, ...]) -> Block | None:
    """Return the nested block that a path leads to, None where it is still to be made."""
    for kind in path:
        inner = block.inner(kind)
        if not inner:
            return None
        block = inner[0]
    return block


def _setting(type_: str, path: str = "", **values: str) -> Setting:
    return Setting(tuple(type_.split()), tuple(values.items()), tuple(path.split()))


ARGUMENTS = (
    Remedy(
        ("RDS.2",),
        "Take the public address from {name}",
        "Clients outside the VPC lose the database; those inside keep their connections.",
        _setting("aws_db_instance", publicly_accessible="false"),
    ),
    Remedy(
        ("RDS.11",),
        "Keep a week of backups of {name}",
        "Backups cost storage; the first one slows a single-AZ instance for seconds.",
        _setting("aws_db_instance aws_rds_cluster", backup_retention_period="7"),
    ),
    Remedy(
        ("RDS.8",),
        "Protect {name} from deletion",
        "Nobody, until somebody wants to delete it: that then takes two steps.",
        _setting("aws_db_instance", deletion_protection="true"),
    ),
    Remedy(
        ("RDS.7",),
        "Protect {name} from deletion",
        "Nobody, until somebody wants to delete it: that then takes two steps.",
        _setting("aws_rds_cluster", deletion_protection="true"),
    ),
    Remedy(
        ("RDS.13",),
        "Let {name} take minor updates in its maintenance window",
        "A minor update restarts the engine for a minute in the maintenance window.",
        _setting("aws_db_instance", auto_minor_version_upgrade="true"),
    ),
    Remedy(
        ("RDS.1",),
        "Stop sharing the snapshot {name} with everybody",
        "Whoever restores it from another account no longer can.",
        _setting("aws_db_snapshot", shared_accounts="[]"),
    ),
    Remedy(
        ("DynamoDB.2",),
        "Turn on point-in-time recovery of {name}",
        "Nobody; it costs storage by the size of the table.",
        _setting("aws_dynamodb_table", "point_in_time_recovery", enabled="true"),
    ),
    Remedy(
        ("Redshift.1",),
        "Take the public address from {name}",
        "Clients outside the VPC lose the warehouse.",
        _setting("aws_redshift_cluster", publicly_accessible="false"),
    ),
    Remedy(
        ("Redshift.3",),
        "Keep a week of backups of {name}",
        "Backups cost storage beyond the size of the cluster.",
        _setting("aws_redshift_cluster", automated_snapshot_retention_period="7"),
    ),
    Remedy(
        ("SQS.1",),
        "Encrypt the messages of {name} at rest",
        "Nobody: SQS keeps the key itself, producers and consumers need no permission.",
        _setting("aws_sqs_queue", sqs_managed_sse_enabled="true"),
    ),
    Remedy(
        ("ECR.1",),
        "Scan images when they are pushed to {name}",
        "Nobody; findings of the scan show up in ECR.",
        _setting("aws_ecr_repository", "image_scanning_configuration", scan_on_push="true"),
    ),
    Remedy(
        ("KMS.4",),
        "Rotate the key {name} every year",
        "Nobody: what was encrypted before stays readable.",
        _setting("aws_kms_key", enable_key_rotation="true"),
    ),
    Remedy(
        ("EC2.8",),
        "Require IMDSv2 on {name}",
        "Programs on it with an SDK from before 2020 can no longer get credentials.",
        _setting("aws_instance aws_launch_template", "metadata_options", http_tokens='"required"'),
    ),
    Remedy(
        ("EC2.170",),
        "Require IMDSv2 on what {name} starts",
        "Servers started from now on: programs with an SDK from before 2020 can no longer get credentials there.",
        _setting("aws_launch_template", "metadata_options", http_tokens='"required"'),
    ),
    Remedy(
        ("EC2.15",),
        "Give servers in {name} no public address unless they ask for one",
        "Servers started from now on; those that run keep their address.",
        _setting("aws_subnet", map_public_ip_on_launch="false"),
    ),
    Remedy(
        ("EKS.1",),
        "Close the public endpoint of {name}",
        "Whoever uses kubectl, or deploys, from outside the VPC needs a way in first.",
        _setting("aws_eks_cluster", "vpc_config", endpoint_public_access="false", endpoint_private_access="true"),
    ),
    Remedy(
        ("EKS.8",),
        "Log the control plane of {name}",
        "Nobody; CloudWatch Logs costs by volume.",
        _setting("aws_eks_cluster", enabled_cluster_log_types=LOGS),
    ),
    Remedy(
        ("ELB.4",),
        "Have {name} drop malformed headers",
        "Clients whose header names have characters outside A-Z, 0-9 and hyphen: those headers are dropped.",
        _setting("aws_lb aws_alb", drop_invalid_header_fields="true"),
    ),
    Remedy(
        ("ELB.6",),
        "Protect {name} from deletion",
        "Nobody, until somebody wants to delete it: that then takes two steps.",
        _setting("aws_lb aws_alb", enable_deletion_protection="true"),
    ),
    Remedy(
        ("CloudTrail.4",),
        "Sign the log files of {name}",
        "Nobody.",
        _setting("aws_cloudtrail", enable_log_file_validation="true"),
    ),
    Remedy(
        ("IAM.3", "IAM.8", "IAM.22"),
        "Switch off the access key of {name}",
        "Whatever still uses the key stops; it can be switched on again, so nothing is lost.",
        _setting("aws_iam_access_key", status='"Inactive"'),
    ),
)
