"""Blocks that bring in what AWS has and no code declares: all of it, with the one thing changed that fails."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from textwrap import indent
from typing import Any

from tools.security.remedies.arguments import laid_out
from tools.security.remedies.remedy import CannotFix, Target, slug

SECURE = "aws:SecureTransport"
_SPECIAL = re.compile(r"\\(?P<escaped>.)|[$%]+(?=\{)")
RULE = "aws_vpc_security_group_ingress_rule"


def policy_blocks(target: Target, bucket: str, label: str, policy: str) -> str:
    """Return the import of a bucket's policy and the policy itself, which denies what does not come over TLS.

    Args:
        target: The bucket.
        bucket: How the code refers to it.
        label: What the policy is called in code.
        policy: As S3 has it, JSON.

    Raises:
        CannotFix: It denies that already, or is no policy.
    """
    if SECURE in policy:
        raise CannotFix(f"The live policy of {target.name} speaks of {SECURE} already: a person has to look at it.")
    try:
        told = json.loads(policy)
        statements = told["Statement"] if isinstance(told["Statement"], list) else [told["Statement"]]
    except (ValueError, TypeError, KeyError) as error:
        raise CannotFix(f"The live policy of {target.name} is not one that I can read.") from error
    whole = json.dumps({**told, "Statement": [*statements, _denial(target.name)]}, indent=2, separators=(",", " : "))
    body = f"bucket = {bucket}\npolicy = jsonencode({_literal(whole)})"
    return f"{_import(f'aws_s3_bucket_policy.{label}', target.name)}\n\n{_block('aws_s3_bucket_policy', label, body)}"


def rule_blocks(target: Target, rule: Mapping[str, Any]) -> str:
    """Return the import of a rule that is open to the internet, and the rule as open to a trusted network only.

    Args:
        target: Whose first trusted network stays in.
        rule: As EC2 describes it.

    Raises:
        CannotFix: It is open to all of IPv6.
    """
    if "CidrIpv4" not in rule:
        raise CannotFix("A rule is open to all of IPv6: name the IPv6 networks that need it, or remove the rule.")
    label = slug(rule["SecurityGroupRuleId"])
    values = [
        ("security_group_id", json.dumps(rule["GroupId"])),
        ("cidr_ipv4", json.dumps(target.trusted[0])),
        ("ip_protocol", json.dumps(rule["IpProtocol"])),
    ]
    if rule["IpProtocol"] != "-1":
        values += [("from_port", str(rule["FromPort"])), ("to_port", str(rule["ToPort"]))]
    if said := rule.get("Description"):
        values.append(("description", _literal(json.dumps(said))))
    return (
        f"{_import(f'{RULE}.{label}', rule['SecurityGroupRuleId'])}\n\n{_block(RULE, label, laid_out(tuple(values)))}"
    )


def _denial(bucket: str) -> dict[str, Any]:
    arn = f"arn:aws:s3:::{bucket}"
    return {
        "Sid": "DenyWithoutTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {SECURE: "false"}},
    }


def _literal(text: str) -> str:
    """Return JSON as Terraform takes it: what AWS fills in, such as ${aws:username}, is none of Terraform's."""
    return _SPECIAL.sub(_special, text)


def _special(told: re.Match[str]) -> str:
    if told["escaped"]:
        return _coded(json.loads(f'"{told[0]}"')) if told["escaped"] in "bf" else told[0]  # which HCL does not know
    return told[0] * 2 if len(told[0]) == 1 else _coded(told[0])


def _coded(text: str) -> str:
    return "".join(f"\\u{ord(one):04x}" for one in text)


def _import(address: str, id_: str) -> str:
    return f"import {{\n  to = {address}\n  id = {json.dumps(id_)}\n}}"


def _block(type_: str, label: str, body: str) -> str:
    return f'resource "{type_}" "{label}" {{\n{indent(body, "  ")}\n}}'
