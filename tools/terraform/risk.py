"""How much a plan could hurt, and why: what holds data weighs more than what is made again in a minute."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from tools.terraform.plan import Changed, Plan

MANY_DESTROYED = 10

STATEFUL = re.compile(
    r"^(aws_(db_(instance|snapshot|cluster_snapshot)|rds_(cluster|global_cluster|cluster_instance)|docdb|neptune|redshift"
    r"|dynamodb_(table|global_table)|s3_(bucket|directory_bucket)$|efs_(file_system|backup)|fsx_|ebs_(volume|snapshot)"
    r"|elasticache_(cluster|replication_group|serverless)|memorydb_cluster|msk_(cluster|serverless)|kinesis_stream"
    r"|sqs_queue$|opensearch_domain$|opensearchserverless_collection|elasticsearch_domain$|kms_key|secretsmanager_secret"
    r"|ssm_parameter|ecr_repository$|cognito_user_pool$|backup_vault|timestreamwrite|qldb|keyspaces|mq_broker|glacier"
    r"|route53_zone|cloudwatch_log_group|lightsail_(database|disk|instance)|storagegateway|workspaces_workspace)"
    r"|google_(sql_|storage_bucket$|bigquery_(dataset|table)|compute_disk|spanner|firestore|redis|pubsub_topic|kms_)"
    r"|azurerm_(\w*sql|\w*database|storage_account|managed_disk|cosmosdb|redis|key_vault$|container_registry)"
    r"|kubernetes_(persistent_volume|stateful_set|namespace|secret))"
)
FOUNDATION = re.compile(
    r"^(aws_(vpc|subnet|route_table|route$|nat_gateway|internet_gateway|security_group|network_acl|iam_|eks_(cluster|node)"
    r"|lb$|alb$|route53_record|acm_certificate|cloudfront_distribution|autoscaling_group|ecs_(cluster|service)"
    r"|ec2_transit_gateway|organizations_)|google_(container_cluster|compute_(network|firewall)|project_iam)"
    r"|azurerm_(kubernetes_cluster|virtual_network|role_assignment))"
)


class Level(IntEnum):
    """Low, medium or high."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2

    @property
    def word(self) -> str:
        """The level as it is printed."""
        return self.name.lower()


@dataclass(frozen=True)
class Concern:
    """One reason, in a sentence, and how much it weighs; `rank` orders those of one level."""

    level: Level
    sentence: str
    rank: int = 0


@dataclass(frozen=True)
class Verdict:
    """The risk of a change as a whole: low, medium or high, a sentence, and the reasons, the worst first."""

    level: str
    summary: str
    concerns: tuple[str, ...]


def verdict(concerns: list[Concern], summary: str) -> Verdict:
    """Return what the worst of several concerns makes of a change."""
    ordered = sorted(concerns, key=lambda each: (-each.level, each.rank))
    level = ordered[0].level if ordered else Level.LOW
    return Verdict(level.word, summary, tuple(dict.fromkeys(each.sentence for each in ordered)))


def risk_of_plan(plan: Plan) -> Verdict:
    """Return how risky a plan is; every resource that it destroys or replaces is named."""
    return verdict(concerns_of(plan), _summary(plan))


def concerns_of(plan: Plan) -> list[Concern]:
    """Return everything in a plan that could hurt, each resource that it destroys or replaces by its address."""
    concerns = [concern for change in plan.changes for concern in _concerns(change)]
    destroyed = [change for change in plan.changes if change.destroys]
    if len(destroyed) >= MANY_DESTROYED:
        concerns.append(Concern(Level.HIGH, f"{len(destroyed)} resources would be destroyed or replaced at once.", 2))
    if plan.errored:
        concerns.append(Concern(Level.MEDIUM, "The plan ended with an error, so it does not tell everything."))
    return concerns


def _summary(plan: Plan) -> str:
    words = ("delete", "replace", "update", "create", "forget")
    counts = {word: sum(change.action == word for change in plan.changes) for word in words}
    told = [f"{count} to {word}" for word, count in counts.items() if count]
    others = sum(change.action not in {*words, "no-op", "read"} for change in plan.changes)
    told += [f"{others} with actions of their own"] if others else []
    told += [f"{plan.outputs} outputs to change"] if plan.outputs and not told else []
    return f"{', '.join(told)}." if told else "Nothing would change."


def _concerns(change: Changed) -> Iterator[Concern]:
    name = f"`{change.address}`" + (f" (deposed {change.deposed})" if change.deposed else "")
    stateful = bool(STATEFUL.search(change.kind))
    match change.action:
        case "delete":
            yield _gone(change, name, stateful=stateful)
        case "replace":
            yield _replaced(change, name, stateful=stateful)
        case "update" if not change.tags_only:
            yield _updated(change, name, stateful=stateful)
        case "forget":
            yield Concern(Level.MEDIUM, f"{name} would no longer be managed; it stays as it is.", 5)
        case "no-op" | "read" | "create" | "update":
            pass
        case other:
            yield Concern(Level.HIGH, f"{name} would see `{other}`, which is not known here.", 3)


def _gone(change: Changed, name: str, *, stateful: bool) -> Concern:
    if stateful and not change.deposed:
        return Concern(Level.HIGH, f"{name} would be deleted, and what it holds with it.", 0)
    foundation = bool(FOUNDATION.search(change.kind))
    level = Level.HIGH if foundation and not change.deposed and _carries(change.kind) else Level.MEDIUM
    return Concern(level, f"{name} would be deleted.", 3)


def _carries(kind: str) -> bool:
    """Return whether other things stand on a kind, so that they fall with it."""
    return bool(re.search(r"_(vpc|eks_cluster|ecs_cluster|container_cluster|kubernetes_cluster|subnet)$", kind))


def _replaced(change: Changed, name: str, *, stateful: bool) -> Concern:
    why = f" because of {', '.join(f'`{field}`' for field in change.because)}" if change.because else ""
    if stateful:
        return Concern(Level.HIGH, f"{name} would be destroyed and made anew{why}, without what it holds.", 1)
    level = Level.HIGH if _carries(change.kind) else Level.MEDIUM
    return Concern(level, f"{name} would be destroyed and made anew{why}.", 4)


def _updated(change: Changed, name: str, *, stateful: bool) -> Concern:
    what = ", ".join(f"`{field}`" for field in change.fields[:5]) or "in place"
    if stateful or FOUNDATION.search(change.kind):
        return Concern(Level.MEDIUM, f"{name} would be changed in place ({what}).", 6)
    return Concern(Level.LOW, f"{name} would be changed in place ({what}).", 7)
