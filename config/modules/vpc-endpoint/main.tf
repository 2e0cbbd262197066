# A VPC endpoint: an AWS service reached without the internet.

data "aws_region" "here" {}

data "aws_vpc" "this" {
  id = var.vpc_id
}

locals {
  gateway = contains(["s3", "dynamodb"], var.service)
}

resource "aws_security_group" "this" {
  count = local.gateway ? 0 : 1

  name        = "${var.name}-endpoint"
  description = "Who reaches ${var.service} through ${var.name}"
  vpc_id      = var.vpc_id
  tags        = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "tls" {
  count = local.gateway ? 0 : 1

  security_group_id = aws_security_group.this[0].id
  description       = "TLS from inside the VPC"
  cidr_ipv4         = data.aws_vpc.this.cidr_block
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_endpoint" "this" {
  vpc_id              = var.vpc_id
  service_name        = "com.amazonaws.${data.aws_region.here.region}.${var.service}"
  vpc_endpoint_type   = local.gateway ? "Gateway" : "Interface"
  route_table_ids     = local.gateway ? var.route_table_ids : null
  subnet_ids          = local.gateway ? null : var.subnet_ids
  security_group_ids  = local.gateway ? null : [aws_security_group.this[0].id]
  private_dns_enabled = local.gateway ? null : true
  tags                = var.tags
}
