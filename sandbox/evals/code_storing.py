"""Terraform of what stores data, as teams write it, each piece with something that a control finds wrong."""

TAGS = 'tags = { Service = "shop", Environment = "production", Owner = "platform" }'
BUCKET = f"""
variable "prefix" {{
  type    = string
  default = "acme"
}}

resource "aws_s3_bucket" "receipts" {{
  bucket = "${{var.prefix}}-receipts" # kept for ten years

  {TAGS}
}}
"""
POLICY = (
    BUCKET
    + """
data "aws_iam_policy_document" "receipts" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.receipts.arn}/*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::123456789012:root"]
    }
  }
}

resource "aws_s3_bucket_policy" "receipts" {
  bucket = aws_s3_bucket.receipts.id
  policy = data.aws_iam_policy_document.receipts.json
}
"""
)
HALF_BLOCKED = (
    BUCKET
    + """
resource "aws_s3_bucket_public_access_block" "receipts" {
  bucket            = aws_s3_bucket.receipts.id
  block_public_acls = true
}
"""
)
DATABASE = f"""
resource "aws_db_instance" "orders" {{
  identifier                  = "orders-db"
  engine                      = "postgres"
  engine_version              = "16.3"
  instance_class              = "db.t3.medium"
  allocated_storage           = 100
  storage_encrypted           = true
  username                    = "orders"
  manage_master_user_password = true
  skip_final_snapshot         = false
  final_snapshot_identifier   = "orders-db-last"

  %s

  {TAGS}
}}
"""
SAFE_DATABASE = "backup_retention_period = 14\n  deletion_protection     = true"
CLUSTER = f"""
resource "aws_rds_cluster" "events" {{
  cluster_identifier          = "events"
  engine                      = "aurora-postgresql"
  master_username             = "events"
  manage_master_user_password = true
  storage_encrypted           = true
  backup_retention_period     = 14
  skip_final_snapshot         = false
  final_snapshot_identifier   = "events-last"

  {TAGS}
}}
"""
SNAPSHOT = f"""
resource "aws_db_snapshot" "orders" {{
  db_instance_identifier = "orders-db"
  db_snapshot_identifier = "orders-2026"
  shared_accounts        = ["all"]

  {TAGS}
}}
"""
TABLE = f"""
resource "aws_dynamodb_table" "carts" {{
  name         = "carts"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  deletion_protection_enabled = true

  attribute {{
    name = "id"
    type = "S"
  }}

  {TAGS}
}}
"""
WAREHOUSE = f"""
resource "aws_redshift_cluster" "sales" {{
  cluster_identifier        = "sales"
  node_type                 = "ra3.large"
  master_username           = "sales"
  manage_master_password    = true
  publicly_accessible       = true
  encrypted                 = true
  skip_final_snapshot       = false
  final_snapshot_identifier = "sales-last"

  {TAGS}
}}
"""
QUEUE = f"""
resource "aws_sqs_queue" "orders" {{
  name = "orders"

  {TAGS}
}}
"""
IMAGES = f"""
resource "aws_ecr_repository" "checkout" {{
  name = "checkout"

  {TAGS}
}}
"""
KEY = f"""
resource "aws_kms_key" "orders" {{
  description = "orders"

  {TAGS}
}}

import {{
  to = aws_kms_key.orders
  id = "0b2c1a34-5d6e-4f70-8192-a3b4c5d6e7f8"
}}
"""
