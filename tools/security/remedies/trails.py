"""Remedies that make things leave traces: a trail of API calls, its key, access logs of load balancers."""

from __future__ import annotations

from tools.security.remedies.arguments import with_values
from tools.security.remedies.editing import added, again, with_argument, with_lines
from tools.security.remedies.finding import absent, declared
from tools.security.remedies.remedy import Remedy, Target
from tools.security.remedies.source import Files, resources

_CALLER = 'data "aws_caller_identity" "current" {}'

_BUCKET = """
resource "aws_s3_bucket" "LABEL" {
  bucket_prefix = "PREFIX"TAGS
}

resource "aws_s3_bucket_public_access_block" "LABEL" {
  bucket = aws_s3_bucket.LABEL.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "LABEL" {
  bucket = aws_s3_bucket.LABEL.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_versioning" "LABEL" {
  bucket = aws_s3_bucket.LABEL.id

  versioning_configuration {
    status = "Enabled"
  }
}

data "aws_iam_policy_document" "LABEL" {
  statement {
    actions   = ["s3:GetBucketAcl"]
    resources = [aws_s3_bucket.LABEL.arn]

    principals {
      type        = "Service"
      identifiers = ["WRITER"]
    }
  }

  statement {
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.LABEL.arn}/AWSLogs/${data.aws_caller_identity.current.account_id}/*"]

    principals {
      type        = "Service"
      identifiers = ["WRITER"]
    }
  }

  statement {
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.LABEL.arn, "${aws_s3_bucket.LABEL.arn}/*"]

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
}

resource "aws_s3_bucket_policy" "LABEL" {
  bucket = aws_s3_bucket.LABEL.id
  policy = data.aws_iam_policy_document.LABEL.json
}
"""

_TRAIL = """
resource "aws_cloudtrail" "account" {
  name                       = "account"
  s3_bucket_name             = aws_s3_bucket.trail.id
  is_multi_region_trail      = true
  enable_log_file_validation = true

  depends_on = [aws_s3_bucket_policy.trail]TAGS
}
"""

_KEY = """
data "aws_iam_policy_document" "LABEL_key" {
  statement {
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"]
    }
  }

  statement {
    actions   = ["kms:GenerateDataKey*", "kms:DescribeKey"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
  }
}

resource "aws_kms_key" "LABEL" {
  description         = "Encrypts the trail LABEL"
  enable_key_rotation = true
  policy              = data.aws_iam_policy_document.LABEL_key.jsonTAGS
}
"""


def trail(files: Files, target: Target) -> dict[str, str]:
    """Have one trail of all regions: the one there is, or a new one with a bucket of its own."""
    there = resources(files, "aws_cloudtrail")
    if len(there) == 1:
        return with_values(files, there[0], (("is_multi_region_trail", "true"),))
    made = _bucket(target, "trail", "account-trail-", "cloudtrail.amazonaws.com")
    return added(_with_caller(files, target), target.file, f"{made}\n{_TRAIL.replace('TAGS', target.tagged)}")


def trail_key(files: Files, target: Target) -> dict[str, str]:
    """Encrypt a trail with a key of one's own, which CloudTrail may use."""
    block = declared(files, ("aws_cloudtrail",), target.names)
    if block is None:
        raise absent(files, ("aws_cloudtrail",), target)
    label = f"{block.labels[1]}_trail"
    edited = with_argument(_with_caller(files, target), block, "kms_key_id", f"aws_kms_key.{label}.arn")
    return added(edited, block.file, _KEY.replace("LABEL", label).replace("TAGS", target.tagged), again(edited, block))


def access_logs(files: Files, target: Target) -> dict[str, str]:
    """Log what a load balancer is asked for, into a bucket of its own."""
    block = declared(files, ("aws_lb", "aws_alb"), target.names)
    if block is None:
        raise absent(files, ("aws_lb", "aws_alb"), target)
    if there := block.inner("access_logs"):
        return with_argument(files, there[0], "enabled", "true")
    label = f"{block.labels[1]}_access_logs"
    edited = with_lines(
        _with_caller(files, target),
        block,
        f"access_logs {{\n  bucket  = aws_s3_bucket.{label}.id\n  enabled = true\n}}",
    )
    writer = "logdelivery.elasticloadbalancing.amazonaws.com"
    return added(edited, block.file, _bucket(target, label, "alb-access-logs-", writer), again(edited, block))


def _bucket(target: Target, label: str, prefix: str, writer: str) -> str:
    made = _BUCKET.replace("LABEL", label).replace("PREFIX", prefix).replace("WRITER", writer)
    return made.replace("TAGS", target.tagged).strip()


def _with_caller(files: Files, target: Target) -> dict[str, str]:
    """Return the files with the data source that knows the account, once."""
    if any('data "aws_caller_identity" "current"' in text for text in files.values()):
        return dict(files)
    return added(files, target.file, _CALLER)


TRAILS = (
    Remedy(
        ("CloudTrail.1", "CloudTrail.3"),
        "Record API calls of all regions",
        "Nobody; the first trail's events are free, its storage costs little.",
        trail,
    ),
    Remedy(
        ("CloudTrail.2",),
        "Encrypt {name} with a key of your own",
        "Whoever reads the trail's files needs kms:Decrypt on the new key.",
        trail_key,
    ),
    Remedy(
        ("ELB.5",),
        "Log what {name} is asked for",
        "Nobody; storage costs by the number of requests.",
        access_logs,
    ),
)
