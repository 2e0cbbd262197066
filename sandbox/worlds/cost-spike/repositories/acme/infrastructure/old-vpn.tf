resource "aws_eip" "old_vpn" {
  domain = "vpc"

  tags = {
    Name        = "old-vpn"
    Owner       = "platform"
    Service     = "vpn"
    Environment = "production"
  }
}
