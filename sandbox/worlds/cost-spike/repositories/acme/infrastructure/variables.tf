variable "region" {
  description = "Where the shop runs."
  type        = string
  default     = "us-east-1"
}

variable "prefix" {
  description = "What the shop's buckets begin with."
  type        = string
  default     = "acme"
}
