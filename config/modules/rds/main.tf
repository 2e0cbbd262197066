# An RDS database: encrypted, backed up, in private subnets, its password kept by Secrets Manager.

locals {
  ports = { postgres = 5432, mysql = 3306, mariadb = 3306 }
  logs  = { postgres = ["postgresql", "upgrade"], mysql = ["error", "slowquery"], mariadb = ["error", "slowquery"] }
}

resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
  tags       = var.tags
}

resource "aws_security_group" "this" {
  name        = "${var.name}-database"
  description = "Who may connect to ${var.name}"
  vpc_id      = var.vpc_id
  tags        = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  for_each = toset(var.client_security_group_ids)

  security_group_id            = aws_security_group.this.id
  description                  = "Clients of ${var.name}"
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = local.ports[var.engine]
  to_port                      = local.ports[var.engine]
}

resource "aws_db_instance" "this" {
  # checkov:skip=CKV_AWS_118:Performance Insights says what a database waits for
  # checkov:skip=CKV_AWS_129:which logs are exported depends on the engine
  # checkov:skip=CKV_AWS_354:AWS's own key encrypts the counters
  # checkov:skip=CKV2_AWS_30:logging every query costs more than it tells
  identifier                          = var.name
  engine                              = var.engine
  engine_version                      = var.engine_version
  instance_class                      = var.instance_class
  allocated_storage                   = var.storage_gb
  max_allocated_storage               = var.storage_gb * 4
  storage_type                        = "gp3"
  storage_encrypted                   = true
  multi_az                            = var.multi_az
  username                            = "owner"
  manage_master_user_password         = true
  iam_database_authentication_enabled = true
  db_subnet_group_name                = aws_db_subnet_group.this.name
  vpc_security_group_ids              = [aws_security_group.this.id]
  publicly_accessible                 = false
  backup_retention_period             = var.backup_days
  copy_tags_to_snapshot               = true
  deletion_protection                 = true
  skip_final_snapshot                 = false
  final_snapshot_identifier           = "${var.name}-final"
  auto_minor_version_upgrade          = true
  performance_insights_enabled        = var.performance_insights
  enabled_cloudwatch_logs_exports     = local.logs[var.engine]
  tags                                = var.tags
}
