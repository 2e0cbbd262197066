variable "region" {
  description = "Where the shop runs."
  type        = string
  default     = "us-east-1"
}

variable "orders_db_class" {
  description = "Instance class of orders-db."
  type        = string
  default     = "db.m6g.large"
}
