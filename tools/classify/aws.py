"""AWS actions and the AWS command line, by botocore's own service models and a reviewed list of exceptions."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise

from botocore import xform_name
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.loaders import Loader

from tools.classify.aws_reviewed import CREDENTIALS, READS, REPLACES, WRITES
from tools.classify.effect import Effect, Judgment, change, destructive, reading
from tools.classify.verbs import destructive_flag, effect_of

_READS = re.compile(r"(?:Describe|List|Get|Head|Search|Lookup|BatchGet|BatchDescribe)(?=[A-Z]|$)")
_DESTROYS = re.compile(
    r"(?:Batch|Bulk|Admin|Force|Schedule)?(?:Delete|Terminate|Purge|Deregister|Revoke|Remove|Disable|Detach|Stop|Reset|Release"
    r"|Cancel|Disassociate|Deactivate|Failover|Destroy|Kill|Abort|Suspend|Retire|Archive|Flush|Evict|Expire|Unsubscribe|Delete)"
    r"(?=[A-Z]|$)|.*(?:Deletion|Invalidation|Invalidations)$|ScheduleKeyDeletion|RebootDB|RestoreDBClusterToPointInTime"
)
_VALUES = frozenset(
    {
        "--region",
        "--profile",
        "--output",
        "--query",
        "--endpoint-url",
        "--ca-bundle",
        "--color",
        "--cli-read-timeout",
        "--cli-connect-timeout",
        "--cli-binary-format",
    }
)
_S3: Mapping[str, Judgment] = {
    **dict.fromkeys(("ls", "list-buckets", "list-objects", "list-objects-v2"), reading("it lists objects")),
    "rm": destructive("it deletes objects"),
    "rb": destructive("it deletes a bucket"),
    "presign": change("it hands out access to an object"),
}
_ALIASES = {
    "s3api": "s3",
    "deploy": "codedeploy",
    "configservice": "config",
    "elasticloadbalancing": "elbv2",
    "states": "stepfunctions",
    "monitoring": "cloudwatch",
    "email": "ses",
}
"""Names of the command line and of IAM for botocore's services."""


def judge_action(service: str, action: str) -> Judgment:
    """Judge an API action such as `ec2`, `TerminateInstances`; one that botocore does not know is a change."""
    service = _ALIASES.get(service, service)
    name, operation = f"{service}:{action}", _operations(service).get(action)
    if name in REPLACES or (_DESTROYS.match(action) and not _READS.match(action)):
        return destructive(f"{name} loses something")
    if operation is None:
        return change(f"{name} is no action we know")
    if any(action.endswith(end) for end in CREDENTIALS):
        return change(f"{name} hands out secrets")
    sounds = _READS.match(action) and operation not in {"PUT", "DELETE", "PATCH"}
    if name in READS or (sounds and name not in WRITES):
        return reading(f"{name} only looks")
    return change(f"{name} changes something, or may")


def judge_aws(args: Sequence[str]) -> Judgment:
    """Judge an `aws` command by its arguments."""
    words = _bare(args)
    if not words or "help" in words or args[0] in {"--version", "--help"}:
        return reading("the AWS command line prints its help")
    service, told = words[0], words[1:]
    if service == "s3" and told:
        return _s3(told[0], args)
    if not told or service in {"configure", "sso", "login"}:
        return change(f"aws {service} works on local credentials")
    if told[0] == "wait":
        return reading("it waits until something is so")
    action = _actions(service).get(told[0])
    return judge_action(service, action) if action else _custom(service, told[0])


def _s3(command: str, args: Sequence[str]) -> Judgment:
    if known := _S3.get(command):
        return known
    if "--dryrun" in args:
        return reading("it only says what it would do")
    if flag := destructive_flag(args):
        return destructive(f"{flag} deletes at the target what the source lacks")
    return change(f"aws s3 {command} changes objects or buckets")


def _custom(service: str, command: str) -> Judgment:
    """Judge a command that is no API action; its verb may condemn it and never clears it."""
    grave = effect_of(command) is Effect.DESTRUCTIVE
    told = f"aws {service} {command}"
    return destructive(f"{told} loses something") if grave else change(f"{told} is no action we know")


def _bare(args: Sequence[str]) -> list[str]:
    flagged = {value for flag, value in pairwise(args) if flag in _VALUES}
    return [
        arg
        for at, arg in enumerate(args)
        if not arg.startswith("-") and not (arg in flagged and args[at - 1] in _VALUES)
    ]


@cache
def _operations(service: str) -> Mapping[str, str]:
    """Return a service's actions with the HTTP method each is sent by, as botocore's model has them."""
    try:
        model = _loader().load_service_model(service, "service-2")
    except (DataNotFoundError, UnknownServiceError, ValueError, OSError):
        return {}
    posts = model["metadata"].get("protocol", "").startswith("rest")
    return {name: told["http"]["method"] if posts else "POST" for name, told in model["operations"].items()}


@cache
def _actions(service: str) -> Mapping[str, str]:
    """Return a service's actions by their names on the command line."""
    return {xform_name(name, "-"): name for name in _operations(_ALIASES.get(service, service))}


@cache
def _loader() -> Loader:
    return Loader()
