variable "name" {
  description = "Name of the database instance."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}[a-z0-9]$", var.name))
    error_message = "Write 3 to 40 lowercase letters, digits and hyphens, a letter first."
  }
}

variable "engine" {
  description = "Database engine."
  type        = string
  default     = "postgres"

  validation {
    condition     = contains(["postgres", "mysql", "mariadb"], var.engine)
    error_message = "Write postgres, mysql or mariadb."
  }
}

variable "engine_version" {
  description = "Version of the engine; AWS's default of today if null."
  type        = string
  default     = null
}

variable "instance_class" {
  description = "Instance class."
  type        = string
  default     = "db.t4g.medium"

  validation {
    condition     = can(regex("^db\\.[a-z][a-z0-9]*\\.[a-z0-9]+$", var.instance_class))
    error_message = "Write a class such as db.m7g.large."
  }
}

variable "storage_gb" {
  description = "Storage in GiB; it grows by itself to four times that."
  type        = number
  default     = 50

  validation {
    condition     = var.storage_gb >= 20 && var.storage_gb <= 16384
    error_message = "Write 20 to 16384 GiB."
  }
}

variable "multi_az" {
  description = "Keep a standby in another zone."
  type        = bool
  default     = true
}

variable "backup_days" {
  description = "Days that backups are kept for."
  type        = number
  default     = 14

  validation {
    condition     = var.backup_days >= 1 && var.backup_days <= 35
    error_message = "Write 1 to 35 days."
  }
}

variable "performance_insights" {
  description = "Keep a week of what the database waits for; not every instance class can."
  type        = bool
  default     = true
}

variable "vpc_id" {
  description = "VPC that the database is in."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets in two zones or more."
  type        = list(string)
}

variable "client_security_group_ids" {
  description = "Security groups whose members may connect; none can until one is named."
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "Tags beside those that the provider gives everything."
  type        = map(string)
  default     = {}
}
