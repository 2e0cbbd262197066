variable "name" {
  description = "Name of the queue."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}[a-z0-9]$", var.name))
    error_message = "Write 3 to 40 lowercase letters, digits and hyphens, a letter first."
  }
}

variable "fifo" {
  description = "Keep messages in order, each once."
  type        = bool
  default     = false
}

variable "visibility_seconds" {
  description = "Seconds that a message is hidden while somebody works on it: six times what the work takes at most."
  type        = number
  default     = 180

  validation {
    condition     = var.visibility_seconds >= 0 && var.visibility_seconds <= 43200
    error_message = "Write 0 to 43200 seconds."
  }
}

variable "retention_days" {
  description = "Days that a message waits at most."
  type        = number
  default     = 4

  validation {
    condition     = var.retention_days >= 1 && var.retention_days <= 14
    error_message = "Write 1 to 14 days."
  }
}

variable "attempts" {
  description = "How often a message is tried before it is set aside."
  type        = number
  default     = 5

  validation {
    condition     = var.attempts >= 1 && var.attempts <= 1000
    error_message = "Write 1 to 1000."
  }
}

variable "tags" {
  description = "Tags beside those that the provider gives everything."
  type        = map(string)
  default     = {}
}
