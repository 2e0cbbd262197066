"""What AWS has of what no code declares: a bucket's policy, the rules of a security group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tools.aws.client import reader
from tools.contract import ToolError

NEEDS = ("s3:GetBucketPolicy", "ec2:DescribeSecurityGroupRules")


class Account:
    """Looks at the account that is read; another account's things are not seen, and nobody guesses at them."""

    def bucket_policy(self, bucket: str, account: str, region: str) -> str | None:
        """Return a bucket's policy as JSON: empty if it has none, None if it could not be read."""
        owner = {"ExpectedBucketOwner": account} if account else {}
        try:
            with reader("s3", region) as client:
                return str(client.get_bucket_policy(Bucket=bucket, **owner)["Policy"])
        except ToolError as why:
            return "" if "NoSuchBucketPolicy" in str(why) else None

    def rules(self, group: str, region: str) -> Sequence[Mapping[str, Any]]:
        """Return what lets traffic into a security group; nothing if it could not be read."""
        try:
            with reader("ec2", region) as client:
                pages = client.get_paginator("describe_security_group_rules").paginate(
                    Filters=[{"Name": "group-id", "Values": [group]}]
                )
                return [one for page in pages for one in page["SecurityGroupRules"] if not one.get("IsEgress")]
        except ToolError:
            return ()
