"""Terraform of what runs, and of an account, as teams write it, each with something that a control finds wrong."""

from sandbox.evals.code_storing import TAGS

GROUP = f"""
resource "aws_vpc" "shop" {{
  cidr_block = "10.20.0.0/16"

  {TAGS}
}}

resource "aws_security_group" "bastion" {{
  name        = "bastion"
  description = "Way in for operators"
  vpc_id      = aws_vpc.shop.id

  {TAGS}

  ingress {{
    description = "the shop's pages"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }}
%s
}}
"""
RULE = """
  ingress {
    description      = "%s"
    from_port        = %d
    to_port          = %d
    protocol         = "tcp"
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }
"""
APART = """
resource "aws_vpc_security_group_ingress_rule" "ssh" {
  security_group_id = aws_security_group.bastion.id
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = "0.0.0.0/0"
}
"""
BALANCER = f"""
resource "aws_lb" "shop" {{
  name               = "shop"
  load_balancer_type = "application"
  subnets            = ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"]

  {TAGS}
}}
"""
EKS = f"""
resource "aws_eks_cluster" "shop" {{
  name     = "shop"
  role_arn = "arn:aws:iam::123456789012:role/eks-shop"

  vpc_config {{
    subnet_ids = ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"]
  }}

  {TAGS}
}}
"""
TRAIL = f"""
resource "aws_cloudtrail" "main" {{
  name                  = "main"
  s3_bucket_name        = "acme-trail"
  is_multi_region_trail = true

  {TAGS}
}}
"""
FUNCTION = f"""
resource "aws_lambda_function" "receipts" {{
  function_name = "receipts"
  role          = "arn:aws:iam::123456789012:role/receipts"
  runtime       = "python3.12"
  handler       = "receipts.handle"
  s3_bucket     = "acme-artifacts"
  s3_key        = "receipts.zip"

  {TAGS}
}}

resource "aws_lambda_permission" "anybody" {{
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.receipts.function_name
  principal     = "*"
}}
"""
FULL = """
data "aws_iam_policy_document" "deploy" {
  statement {
    effect    = "Allow"
    actions   = ["*"]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "deploy" {
  name   = "deploy"
  policy = data.aws_iam_policy_document.deploy.json
}
"""
FULL_WRITTEN = """
resource "aws_iam_policy" "deploy" {
  name = "deploy"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "*"
      Resource = "*"
    }]
  })
}
"""
EMPTY = 'provider "aws" {\n  region = "us-east-1"\n}\n'
SERVER = """
resource "aws_instance" "batch" {
  ami           = "ami-0abc1234def567890"
  instance_type = "t3.small"
  tags          = { Name = "batch", Service = "shop", Environment = "production", Owner = "platform" }

  root_block_device {
    encrypted = true
  }
}
"""
TEMPLATE = """
resource "aws_launch_template" "batch" {
  name          = "batch"
  image_id      = "ami-0abc1234def567890"
  instance_type = "t3.small"
  tags          = { Name = "batch", Service = "shop", Environment = "production", Owner = "platform" }
}
"""
SUBNET = """
resource "aws_subnet" "a" {
  vpc_id                  = "vpc-0abc1234def567890"
  cidr_block              = "10.20.1.0/24"
  map_public_ip_on_launch = true
  tags                    = { Name = "public-a", Service = "shop", Environment = "production", Owner = "platform" }
}
"""
ACCESS_KEY = """
resource "aws_iam_access_key" "ci" {
  user = "ci"
}
"""
