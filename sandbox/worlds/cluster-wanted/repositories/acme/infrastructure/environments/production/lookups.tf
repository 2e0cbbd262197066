data "aws_vpc" "production" {
  tags = { Environment = "production" }
}
