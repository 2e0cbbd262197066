"""Remedies for a whole account: switches that exist once, added where no code has them yet."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import indent

from tools.security.remedies.arguments import Values, laid_out, with_values
from tools.security.remedies.editing import added
from tools.security.remedies.remedy import CannotFix, Remedy, Target
from tools.security.remedies.source import Files, resources

ALL_BLOCKED = tuple(
    (name, "true")
    for name in ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
)
PASSWORDS = (
    ("allow_users_to_change_password", "true"),
    ("max_password_age", "90"),
    ("minimum_password_length", "14"),
    ("password_reuse_prevention", "24"),
    ("require_lowercase_characters", "true"),
    ("require_numbers", "true"),
    ("require_symbols", "true"),
    ("require_uppercase_characters", "true"),
)
"""What IAM.7 and IAM.11 to IAM.17 ask for together:
https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html"""


@dataclass(frozen=True, slots=True)
class Switch:
    """A resource that an account has once, and the arguments it should have."""

    type: str
    label: str
    values: Values

    def __call__(self, files: Files, target: Target) -> dict[str, str]:
        """Set the arguments where it is declared; declare it where it is not.

        Raises:
            CannotFix: It is declared several times, for several accounts.
        """
        there = resources(files, self.type)
        if len(there) > 1:
            raise CannotFix(f"{self.type} is declared {len(there)} times: change the one of account {target.account}.")
        if there:
            return with_values(files, there[0], self.values)
        return added(files, target.file, block_of(self.type, self.label, self.values))


def block_of(type_: str, label: str, values: Values) -> str:
    """Return a resource block of arguments."""
    return f'resource "{type_}" "{label}" {{\n{indent(laid_out(values), "  ")}\n}}'


ACCOUNTS = (
    Remedy(
        ("S3.1",),
        "Block public access to every bucket of account {name}",
        "Buckets that are public on purpose stop being so: give those a CloudFront distribution first.",
        Switch("aws_s3_account_public_access_block", "account", ALL_BLOCKED),
    ),
    Remedy(
        ("EC2.7",),
        "Encrypt new disks by default",
        "Disks made from now on; those there are stay as they are.",
        Switch("aws_ebs_encryption_by_default", "account", (("enabled", "true"),)),
    ),
    Remedy(
        ("EC2.1",),
        "Block public sharing of disk snapshots",
        "Snapshots that are public now are no longer; sharing with named accounts goes on.",
        Switch("aws_ebs_snapshot_block_public_access", "account", (("state", '"block-all-sharing"'),)),
    ),
    Remedy(
        ("IAM.7", "IAM.10", *(f"IAM.{number}" for number in range(11, 18))),
        "Ask for strong passwords",
        "People with a password choose a new one when theirs is older than 90 days; roles and keys are not touched.",
        Switch("aws_iam_account_password_policy", "account", PASSWORDS),
    ),
    Remedy(
        ("GuardDuty.1",),
        "Switch on GuardDuty in {name}",
        "Nobody; it costs by the volume of logs it looks at.",
        Switch("aws_guardduty_detector", "main", (("enable", "true"),)),
    ),
)
