variable "name" {
  description = "Name of the endpoint."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}[a-z0-9]$", var.name))
    error_message = "Write 3 to 40 lowercase letters, digits and hyphens, a letter first."
  }
}

variable "service" {
  description = "AWS service that is reached, such as s3, dynamodb, ecr.api or secretsmanager."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9.-]{1,40}$", var.service))
    error_message = "Write a service as its endpoint is named, such as ecr.api."
  }
}

variable "vpc_id" {
  description = "VPC that gets the endpoint."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets that reach the service; not used for s3 and dynamodb."
  type        = list(string)
}

variable "route_table_ids" {
  description = "Route tables that lead to it; only for s3 and dynamodb."
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "Tags beside those that the provider gives everything."
  type        = map(string)
  default     = {}
}
