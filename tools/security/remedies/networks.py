"""Remedies for networks: rules open to the world, default groups, flow logs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tools.security.remedies.editing import added, again, with_value, without_block
from tools.security.remedies.finding import absent, declared, mentioned, refers
from tools.security.remedies.importing import rule_blocks
from tools.security.remedies.remedy import CannotFix, Remedy, Target
from tools.security.remedies.source import Argument, Block, Files, resources

OPEN = {"0.0.0.0/0", "::/0"}
ANYWHERE = {json.dumps(network) for network in OPEN}
GROUPS = ("aws_security_group", "aws_default_security_group")
ADMIN = frozenset({22, 3389})
HIGH_RISK = frozenset(
    {20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601}
    | {8080, 8088, 8888, 9200, 9300}
)
"""https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19"""
WEB = frozenset({80, 443})
"""Same page, EC2.18: the ports that may be open to everybody if nothing else is configured."""

_STRING = re.compile(r'"[^"]*"')


@dataclass(frozen=True, slots=True)
class Closing:
    """Narrows what is open to the internet to trusted networks, on some ports (None: on all but the web's)."""

    ports: frozenset[int] | None

    def __call__(self, files: Files, target: Target) -> dict[str, str]:
        """Narrow the rules of the group, wherever they are written."""
        if not target.trusted:
            raise CannotFix("Name the networks that may stay in as `trusted` of the account's home in security.toml.")
        group = declared(files, GROUPS, target.names)
        if group is None:
            return self._brought_in(files, target)
        edited = dict(files)
        while rule := next(self._open(edited, again(edited, group)), None):
            edited = _narrowed(edited, *rule, target.trusted)
        if edited == dict(files):
            raise CannotFix(
                f"No rule of {target.name} in the Terraform is open to the internet: look for one made by hand."
            )
        return edited

    def _brought_in(self, files: Files, target: Target) -> dict[str, str]:
        """Declare the open rules of a group that no code declares, narrowed; the rest of it stays as it is."""
        name = next((one for one in target.names if one.startswith("sg-")), "")
        there = target.live.rules(name, target.region) if name and not mentioned(files, GROUPS, target.names) else ()
        found = [one for one in there if {one.get("CidrIpv4"), one.get("CidrIpv6")} & OPEN and self._lets_in(one)]
        if not found:
            raise absent(files, GROUPS, target)
        return added(files, target.file, "\n\n".join(rule_blocks(target, one) for one in found))

    def _lets_in(self, rule: Mapping[str, Any]) -> bool:
        return rule["IpProtocol"] == "-1" or self._covers(rule.get("FromPort"), rule.get("ToPort"))

    def _open(self, files: Files, group: Block) -> Iterator[tuple[Block, Argument]]:
        """Yield the rules that are open on these ports, with the argument that says so."""
        for rule in _rules(files, group):
            for name in ("cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6"):
                told = rule.argument(name)
                if told and ANYWHERE & set(_STRING.findall(told.value)) and self._reaches(rule):
                    yield rule, told

    def _reaches(self, rule: Block) -> bool:
        first, last = _port(rule, "from_port"), _port(rule, "to_port")
        return _word(rule, "protocol", "ip_protocol") in {"-1", "all"} or self._covers(first, last)

    def _covers(self, first: int | None, last: int | None) -> bool:
        if first is None or last is None:
            return True
        if self.ports is None:
            return not {*range(first, min(last, first + 2) + 1)} <= WEB
        return any(first <= port <= last for port in self.ports)


def empty_default(files: Files, target: Target) -> dict[str, str]:
    """Leave a default security group without rules; what needs it has to name a group of its own."""
    vpc = declared(files, ("aws_vpc",), target.names)
    group = declared(files, ("aws_default_security_group",), target.names) or _of_vpc(files, vpc)
    if group is not None:
        edited = dict(files)
        while rules := [*again(edited, group).inner("ingress"), *again(edited, group).inner("egress")]:
            edited = without_block(edited, rules[-1])
        return edited
    vpcs = resources(files, "aws_vpc")
    owner = vpc or (vpcs[0] if len(vpcs) == 1 else None)
    if owner is None:
        raise CannotFix(
            f"Nothing in the Terraform says which VPC {target.name} is the default group of; name it there."
        )
    block = f'resource "aws_default_security_group" "{owner.labels[1]}" {{\n  vpc_id = {owner.address}.id\n}}'
    return added(files, target.file, block, owner)


def flow_logs(files: Files, target: Target) -> dict[str, str]:
    """Log the traffic of a VPC, with the log group and role that takes."""
    vpc = declared(files, ("aws_vpc",), target.names)
    label, vpc_id = (vpc.labels[1], f"{vpc.address}.id") if vpc else (target.label, json.dumps(target.name))
    return added(
        files,
        target.file,
        _FLOW_LOG.replace("LABEL", label).replace("VPC_ID", vpc_id).replace("TAGS", target.tagged),
        vpc,
    )


def _rules(files: Files, group: Block) -> Iterator[Block]:
    """Yield what lets traffic into a group: blocks of it, and rules of their own that refer to it."""
    yield from group.inner("ingress")
    for rule in resources(files, "aws_security_group_rule", "aws_vpc_security_group_ingress_rule"):
        told = rule.argument("security_group_id")
        if told and refers(told, group) and _word(rule, "type") != "egress":
            yield rule


def _narrowed(files: Files, rule: Block, told: Argument, trusted: tuple[str, ...]) -> dict[str, str]:
    if told.name == "cidr_ipv6":
        raise CannotFix("A rule is open to all of IPv6: name the IPv6 networks that need it, or remove the rule.")
    if told.name == "cidr_ipv4":
        return with_value(files, rule, told, json.dumps(trusted[0]))
    kept = [text for text in _STRING.findall(told.value) if text not in ANYWHERE]
    own = [json.dumps(network) for network in trusted] if told.name == "cidr_blocks" else []
    networks = dict.fromkeys([*kept, *own])
    return with_value(files, rule, told, f"[{', '.join(networks)}]")


def _of_vpc(files: Files, vpc: Block | None) -> Block | None:
    for one in resources(files, "aws_default_security_group"):
        told = one.argument("vpc_id")
        if told and vpc and refers(told, vpc):
            return one
    return None


def _port(rule: Block, name: str) -> int | None:
    told = rule.argument(name)
    return int(told.value) if told and told.value.isdigit() else None


def _word(rule: Block, *names: str) -> str:
    return next((told.value.strip('"') for name in names if (told := rule.argument(name))), "")


_FLOW_LOG = """
resource "aws_cloudwatch_log_group" "LABEL_flow" {
  name              = "/vpc/LABEL/flow"
  retention_in_days = 365TAGS
}

data "aws_iam_policy_document" "LABEL_flow_assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["vpc-flow-logs.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "LABEL_flow" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.LABEL_flow.arn}:*"]
  }
}

resource "aws_iam_role" "LABEL_flow" {
  name_prefix        = "flow-logs-"
  assume_role_policy = data.aws_iam_policy_document.LABEL_flow_assume.json
}

resource "aws_iam_role_policy" "LABEL_flow" {
  name   = "write-flow-logs"
  role   = aws_iam_role.LABEL_flow.id
  policy = data.aws_iam_policy_document.LABEL_flow.json
}

resource "aws_flow_log" "LABEL" {
  vpc_id          = VPC_ID
  traffic_type    = "ALL"
  iam_role_arn    = aws_iam_role.LABEL_flow.arn
  log_destination = aws_cloudwatch_log_group.LABEL_flow.arn
}
"""

NETWORKS = (
    Remedy(
        ("EC2.13",),
        "Close port 22 of {name} to the internet",
        "Whoever uses SSH from outside the trusted networks; from inside all goes on.",
        Closing(frozenset({22})),
    ),
    Remedy(
        ("EC2.14",),
        "Close port 3389 of {name} to the internet",
        "Whoever uses Remote Desktop from outside the trusted networks; from inside all goes on.",
        Closing(frozenset({3389})),
    ),
    Remedy(
        ("EC2.53",),
        "Close the admin ports of {name} to the internet",
        "Whoever uses SSH or Remote Desktop from outside the trusted networks; from inside all goes on.",
        Closing(ADMIN),
    ),
    Remedy(
        ("EC2.19",),
        "Close the high-risk ports of {name} to the internet",
        "Clients of those ports outside the trusted networks; from inside all goes on.",
        Closing(HIGH_RISK),
    ),
    Remedy(
        ("EC2.18",),
        "Close all but the web's ports of {name} to the internet",
        "Clients of other ports than 80 and 443 outside the trusted networks; from inside all goes on.",
        Closing(None),
    ),
    Remedy(
        ("EC2.2",),
        "Leave the default security group {name} without rules",
        "What has no group of its own loses the network: look at its network interfaces before you merge.",
        empty_default,
    ),
    Remedy(
        ("EC2.6",),
        "Log the traffic of {name}",
        "Nobody; CloudWatch Logs costs by volume.",
        flow_logs,
    ),
)
