locals {
  tags = {
    Service     = "shop"
    Environment = "production"
    Owner       = "platform"
  }
}

# Receipts of the last ten years, as PDF.
resource "aws_s3_bucket" "receipts" {
  bucket = "${var.prefix}-receipts"
  tags   = local.tags
}

resource "aws_sqs_queue" "invoices" {
  name                       = "invoices"
  visibility_timeout_seconds = 120
  tags                       = local.tags
}
