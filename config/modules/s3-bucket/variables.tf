variable "name" {
  description = "Name of the bucket; unique among all of AWS."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.name))
    error_message = "Write 3 to 63 lowercase letters, digits and hyphens."
  }
}

variable "versioning" {
  description = "Keep what is overwritten or deleted."
  type        = bool
  default     = true
}

variable "old_version_days" {
  description = "Days that old versions are kept for."
  type        = number
  default     = 90

  validation {
    condition     = var.old_version_days >= 1 && var.old_version_days <= 3650
    error_message = "Write 1 to 3650 days."
  }
}

variable "tags" {
  description = "Tags beside those that the provider gives everything."
  type        = map(string)
  default     = {}
}
