# An IAM role that one AWS service takes, with the actions that are listed and no others.

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["${var.service}.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "allowed" {
  count = length(var.actions) > 0 ? 1 : 0

  statement {
    actions   = var.actions
    resources = var.resources
  }
}

resource "aws_iam_role" "this" {
  name                 = var.name
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = 3600
  tags                 = var.tags
}

resource "aws_iam_role_policy" "this" {
  count = length(var.actions) > 0 ? 1 : 0

  name   = "allowed"
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.allowed[0].json
}
