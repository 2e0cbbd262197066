resource "aws_vpc" "shop" {
  cidr_block = "10.20.0.0/16"
  tags       = local.tags
}

resource "aws_security_group" "bastion" {
  name        = "bastion"
  description = "Way in for operators"
  vpc_id      = aws_vpc.shop.id
  tags        = local.tags

  ingress {
    description = "SSH"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
