"""What AWS has and no code declares is brought in whole, with the one thing changed that fails."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.aws_account import looked_at
from tools.security.live import Account
from tools.security.remedies.importing import policy_blocks
from tools.security.remedies.remedy import CannotFix, Target
from tools.security.remedies.source import read
from tools.security.remedying import remedied

READERS = {
    "Sid": "Readers",
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::receipts/${aws:username}/*",
}
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [READERS]})
SSH = {
    "SecurityGroupRuleId": "sgr-0abc1234def567890",
    "GroupId": "sg-0abc1234def567890",
    "IpProtocol": "tcp",
    "FromPort": 22,
    "ToPort": 22,
    "CidrIpv4": "0.0.0.0/0",
    "Description": "for the migration",
}
WEB = {**SSH, "SecurityGroupRuleId": "sgr-0fed", "FromPort": 443, "ToPort": 443}


@dataclass
class Found:
    """An account that has this."""

    policy: str | None = None
    held: Sequence[Mapping[str, Any]] = field(default_factory=tuple)

    def bucket_policy(self, bucket: str, account: str, region: str) -> str | None:  # noqa: ARG002 - a Live's own
        """Return the policy, whichever bucket is asked for."""
        return self.policy

    def rules(self, group: str, region: str) -> Sequence[Mapping[str, Any]]:  # noqa: ARG002 - same
        """Return the rules, whichever group is asked for."""
        return self.held


def made(control: str, name: str, live: Found) -> str:
    """Return what the edit adds to code that declares nothing, judged by the pipeline."""
    target = Target(control, (name,), "123456789012", "us-east-1", live=live)
    return remedied(target, {"main.tf": ""}).files["security.tf"]


def test_a_policy_that_no_code_has_is_brought_in_whole() -> None:
    """With every statement it has, and the denial of what comes without TLS behind them."""
    text = made("S3.5", "receipts", Found(POLICY))

    [brought, resource] = read("security.tf", text)
    body = re.search(r"jsonencode\((.*)\)", text, re.DOTALL)
    assert body
    statements = json.loads(body[1].replace("$${", "${"))["Statement"]
    assert [one.value for one in brought.arguments] == ["aws_s3_bucket_policy.receipts", '"receipts"']
    assert resource.address == "aws_s3_bucket_policy.receipts"
    assert statements[0] == READERS
    assert (statements[1]["Effect"], statements[1]["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_a_bucket_without_a_policy_gets_a_new_one() -> None:
    """Nothing is there to be brought in."""
    text = made("S3.5", "receipts", Found(""))

    assert "import" not in text
    assert 'resource "aws_s3_bucket_policy" "receipts"' in text


def test_a_live_policy_that_speaks_of_tls_is_left_to_people() -> None:
    """It may allow what I would deny, or the finding is about yesterday."""
    policy = POLICY.replace('"Sid": "Readers"', '"Condition": {"Bool": {"aws:SecureTransport": "true"}}')

    with pytest.raises(CannotFix, match="speaks of aws:SecureTransport already"):
        made("S3.5", "receipts", Found(policy))


def test_an_open_rule_that_no_code_declares_is_brought_in_and_narrowed() -> None:
    """The rule alone: the group and its other rules stay as they are."""
    text = made("EC2.13", "sg-0abc1234def567890", Found(held=[SSH, WEB]))

    [brought, rule] = read("security.tf", text)
    assert [one.value for one in brought.arguments][1] == '"sgr-0abc1234def567890"'
    assert {one.name: one.value for one in rule.arguments} == {
        "security_group_id": '"sg-0abc1234def567890"',
        "cidr_ipv4": '"10.0.0.0/8"',
        "ip_protocol": '"tcp"',
        "from_port": "22",
        "to_port": "22",
        "description": '"for the migration"',
    }


@given(
    key=st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12),
    value=st.text(st.sampled_from('${}%"\\a\n é'), max_size=12),
)
def test_whatever_a_policy_says_is_kept(key: str, value: str) -> None:
    """Nothing of it is taken for Terraform's own, and nothing gets lost."""
    policy = json.dumps({"Statement": {"Sid": key, "Resource": value}})

    [_, resource] = read("main.tf", policy_blocks(Target("S3.5", ("b",), "1", "us-east-1"), '"b"', "b", policy))

    told = resource.argument("policy")
    assert told
    kept = json.loads(
        told.value.removeprefix("jsonencode(").removesuffix(")").replace("$${", "${").replace("%%{", "%{")
    )
    assert kept["Statement"][0] == {"Sid": key, "Resource": value}


def test_the_account_says_what_a_bucket_has() -> None:
    """Its policy, that it has none, and nothing where it cannot be read."""
    with looked_at({}) as account:
        s3 = account.client("s3")
        for bucket in ("with-policy", "without-policy"):
            s3.create_bucket(Bucket=bucket)
        s3.put_bucket_policy(Bucket="with-policy", Policy=POLICY)

        policies = [Account().bucket_policy(f"{one}-policy", "", "us-east-1") for one in ("with", "without", "no")]

    assert policies == [POLICY, "", None]
