"""Remedies for buckets: resources that stand beside the bucket and refer to it, declared or not."""

from __future__ import annotations

import json
from dataclasses import dataclass
from textwrap import indent

from tools.security.remedies.accounts import ALL_BLOCKED
from tools.security.remedies.arguments import Values, laid_out, with_values
from tools.security.remedies.editing import added, with_lines
from tools.security.remedies.finding import about, about_name, declared
from tools.security.remedies.importing import policy_blocks
from tools.security.remedies.remedy import CannotFix, Remedy, Target
from tools.security.remedies.source import Block, Files, blocks

BUCKET = ("aws_s3_bucket",)


def block_public_access(files: Files, target: Target) -> dict[str, str]:
    """Close all four ways in which a bucket becomes public.

    Raises:
        CannotFix: The bucket serves a website, which would go dark.
    """
    bucket = declared(files, BUCKET, target.names)
    if (bucket and (about(files, "aws_s3_bucket_website_configuration", bucket) or bucket.inner("website"))) or (
        about_name(files, "aws_s3_bucket_website_configuration", target.names)
    ):
        raise CannotFix(f"{target.name} serves a website: put CloudFront before it first, then block public access.")
    return Beside("aws_s3_bucket_public_access_block", laid_out(ALL_BLOCKED), ALL_BLOCKED)(files, target)


def only_tls(files: Files, target: Target) -> dict[str, str]:
    """Deny what does not come over TLS, in the bucket's policy; one that no code declares is brought in whole.

    Raises:
        CannotFix: The policy is written in a way that is not safely added to, or could not be read.
    """
    bucket = declared(files, BUCKET, target.names)
    there = _beside(files, "aws_s3_bucket_policy", bucket, target)
    if there is None:
        return _new_policy(files, bucket, target)
    document = _document(files, there)
    if document is None:
        raise CannotFix(
            f"The policy of {target.name} is not a data source: add a Deny for aws:SecureTransport false to it."
        )
    return with_lines(files, document, _statement(_arn(bucket, target)))


def _new_policy(files: Files, bucket: Block | None, target: Target) -> dict[str, str]:
    """Declare a policy: the one that is there with a statement more, or a new one where there is none."""
    live = target.live.bucket_policy(target.name, target.account, target.region)
    if live is None and bucket is None:
        raise CannotFix(
            f"{target.name} is in no code I see and may have a policy, which mine would replace: write an import block "
            f'with `to = aws_s3_bucket_policy.{target.label}` and `id = "{target.name}"`, then ask again.'
        )
    if not live:
        return added(files, target.file, _tls_policy(bucket, target), bucket)
    own = f"{bucket.address}.id" if bucket else json.dumps(target.name)
    label = bucket.labels[1] if bucket else target.label
    return added(files, target.file, policy_blocks(target, own, label, live), bucket)


@dataclass(frozen=True, slots=True)
class Beside:
    """A resource beside the bucket: its lines where it has to be made, its arguments where it is there."""

    type: str
    lines: str
    values: Values = ()
    path: tuple[str, ...] = ()

    def __call__(self, files: Files, target: Target) -> dict[str, str]:
        """Set the arguments where it is declared; declare it where it is not."""
        bucket = declared(files, BUCKET, target.names)
        there = _beside(files, self.type, bucket, target)
        if there:
            return with_values(files, there, self.values, self.path)
        label = bucket.labels[1] if bucket else target.label
        inside = indent(f"{_bucket(bucket, target)}\n\n{self.lines.strip()}", "  ")
        return added(files, target.file, f'resource "{self.type}" "{label}" {{\n{inside}\n}}', bucket)


def _beside(files: Files, type_: str, bucket: Block | None, target: Target) -> Block | None:
    found = about(files, type_, bucket) if bucket else None
    return found or about_name(files, type_, target.names)


def _bucket(bucket: Block | None, target: Target) -> str:
    return f"bucket = {bucket.address}.id" if bucket else f'bucket = "{target.name}"'


def _arn(bucket: Block | None, target: Target) -> str:
    return f"${{{bucket.address}.arn}}" if bucket else f"arn:aws:s3:::{target.name}"


def _document(files: Files, policy: Block) -> Block | None:
    """Return the policy document that a bucket policy takes, if it is a data source here."""
    told = policy.argument("policy")
    for one in blocks(files):
        if one.kind == "data" and one.labels[0] == "aws_iam_policy_document" and told and one.address in told.value:
            return one
    return None


def _statement(arn: str) -> str:
    bare = arn.removeprefix("${").removesuffix("}") if arn.startswith("$") else f'"{arn}"'
    return TLS_ONLY.replace("RESOURCES", f'[{bare}, "{arn}/*"]')


def _tls_policy(bucket: Block | None, target: Target) -> str:
    label = bucket.labels[1] if bucket else target.label
    statement = indent(_statement(_arn(bucket, target)).strip(), "  ")
    return (
        f'data "aws_iam_policy_document" "{label}_tls" {{\n{statement}\n}}\n\n'
        f'resource "aws_s3_bucket_policy" "{label}" {{\n'
        f"  {_bucket(bucket, target)}\n  policy = data.aws_iam_policy_document.{label}_tls.json\n}}"
    )


TLS_ONLY = """
statement {
  sid       = "DenyWithoutTls"
  effect    = "Deny"
  actions   = ["s3:*"]
  resources = RESOURCES

  principals {
    type        = "*"
    identifiers = ["*"]
  }

  condition {
    test     = "Bool"
    variable = "aws:SecureTransport"
    values   = ["false"]
  }
}
"""
ENCRYPTED = """
rule {
  apply_server_side_encryption_by_default {
    sse_algorithm = "AES256"
  }
}
"""
VERSIONED = """
versioning_configuration {
  status = "Enabled"
}
"""

BUCKETS = (
    Remedy(
        ("S3.2", "S3.3", "S3.8"),
        "Block public access to {name}",
        "Whoever reads or writes it without signing in; roles and users with permission keep theirs.",
        block_public_access,
    ),
    Remedy(
        ("S3.4",),
        "Encrypt what is stored in {name}",
        "Nobody: S3 keeps the key itself; objects there are stay as they are.",
        Beside("aws_s3_bucket_server_side_encryption_configuration", ENCRYPTED),
    ),
    Remedy(
        ("S3.5",),
        "Have {name} answer only over TLS",
        "Clients that ask over plain HTTP. A policy that no code has is brought in whole where I may read it: its plan "
        "says import, not create.",
        only_tls,
    ),
    Remedy(
        ("S3.14",),
        "Keep earlier versions of what is in {name}",
        "Nobody; earlier versions cost storage until a lifecycle rule removes them.",
        Beside("aws_s3_bucket_versioning", VERSIONED, (("status", '"Enabled"'),), ("versioning_configuration",)),
    ),
)
