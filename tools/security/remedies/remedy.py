"""What a remedy is: which controls it ends, the edit, and what people should know before they merge it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from tools.contract import ToolError
from tools.security.remedies.source import Files

BY_ARN = frozenset({"aws_lb", "aws_alb", "aws_cloudtrail", "aws_iam_policy"})
"""What Terraform imports by its ARN, and not by its name or id."""


class CannotFix(ToolError):
    """No edit would end this safely: says why, and what a person should do instead."""


class Live(Protocol):
    """Looks at what AWS has of what no code declares."""

    def bucket_policy(self, bucket: str, account: str, region: str) -> str | None:
        """Return a bucket's policy as JSON: empty if it has none, None if it could not be read."""

    def rules(self, group: str, region: str) -> Sequence[Mapping[str, Any]]:
        """Return what lets traffic into a security group, as EC2 describes it; nothing if it could not be read."""


class Unseen:
    """Where nobody may look."""

    def bucket_policy(self, bucket: str, account: str, region: str) -> str | None:  # noqa: ARG002 - a Live's own
        """Return that it could not be read."""
        return None

    def rules(self, group: str, region: str) -> Sequence[Mapping[str, Any]]:  # noqa: ARG002 - same
        """Return nothing."""
        return ()


@dataclass(frozen=True, slots=True)
class Target:
    """What failed, and where its Terraform is.

    Attributes:
        control: Security Hub's control id.
        names: What the resource may be called in code, the likeliest first.
        account: AWS account id.
        region: AWS region.
        folder: Of the root module; empty or ending in a slash.
        trusted: Networks that admin ports stay open to.
        tags: What new resources are tagged with.
        live: Looks at what no code declares.
    """

    control: str
    names: tuple[str, ...]
    account: str
    region: str
    folder: str = ""
    trusted: tuple[str, ...] = ("10.0.0.0/8",)
    tags: tuple[tuple[str, str], ...] = (("Environment", "production"), ("Owner", "security"), ("Service", "security"))
    live: Live = field(default=Unseen(), compare=False)

    @property
    def name(self) -> str:
        """The likeliest name."""
        return self.names[0] if self.names else self.account

    @property
    def label(self) -> str:
        """A Terraform name made of it."""
        return slug(self.name)

    @property
    def tagged(self) -> str:
        """The tags as an argument of a resource, its other arguments aligned by themselves."""
        if not self.tags:
            return ""
        width = max(len(name) for name, _ in self.tags)
        lines = "\n".join(f"    {name.ljust(width)} = {json.dumps(value)}" for name, value in self.tags)
        return f"\n\n  tags = {{\n{lines}\n  }}"

    @property
    def file(self) -> str:
        """Where blocks go that stand beside nothing."""
        return f"{self.folder}security.tf"


Fix: TypeAlias = Callable[[Files, Target], dict[str, str]]
"""Returns all files as they should be; raises CannotFix."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """A way to end a finding.

    Attributes:
        controls: The controls it ends.
        does: What the change does, an imperative without a full stop; `{name}` is the resource.
        beware: Who could notice, one sentence.
        fix: The edit.
    """

    controls: tuple[str, ...]
    does: str
    beware: str
    fix: Fix


def slug(name: str) -> str:
    """Return a name as Terraform takes it for a resource."""
    words = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "this"
    return words if words[0].isalpha() else f"r_{words}"


def undeclared(target: Target, kind: str) -> CannotFix:
    """Return the refusal of an edit to what the code does not declare, with the import that declares it.

    A block that names only some arguments would reset the others, so Terraform has to write it from what is there.
    """
    return CannotFix(
        f"{target.name} is not declared in the Terraform I see. Bring it in first, which changes nothing: write an "
        f'import block with `to = {kind}.{target.label}` and `id = "{imported_as(target, kind)}"`, run `terraform plan '
        "-generate-config-out=imported.tf`, merge both, then ask again."
    )


def imported_as(target: Target, kind: str) -> str:
    """Return the id by which Terraform imports a resource, as each resource's page in the AWS provider's docs says."""
    if kind == "aws_sqs_queue":
        return f"https://sqs.{target.region}.amazonaws.com/{target.account}/{target.name}"
    whole = next((name for name in target.names if name.startswith("arn:")), target.name)
    return whole if kind in BY_ARN else target.name
