resource "aws_instance" "search" {
  ami           = var.search_ami
  instance_type = "m7i.2xlarge"
  subnet_id     = var.search_subnet

  metadata_options {
    http_tokens = "required"
  }

  root_block_device {
    encrypted = true
  }

  tags = {
    Name        = "search"
    Owner       = "platform"
    Service     = "search"
    Environment = "production"
  }
}

resource "aws_ebs_volume" "search" {
  availability_zone = "us-east-1a"
  size              = 400
  type              = "gp2"
  encrypted         = true

  tags = {
    Name        = "search-data"
    Owner       = "platform"
    Service     = "search"
    Environment = "production"
  }
}

variable "search_ami" {
  type        = string
  description = "Image of the search server"
}

variable "search_subnet" {
  type        = string
  description = "Subnet of the search server"
}
