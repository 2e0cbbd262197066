variable "name" {
  description = "Name of the role."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}[a-z0-9]$", var.name))
    error_message = "Write 3 to 40 lowercase letters, digits and hyphens, a letter first."
  }
}

variable "service" {
  description = "AWS service that takes the role, such as lambda or ecs-tasks."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9.-]{1,40}$", var.service))
    error_message = "Write a service's principal without .amazonaws.com, such as lambda."
  }
}

variable "actions" {
  description = "Actions that it allows, such as s3:GetObject; none if empty."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for action in var.actions : can(regex("^[a-z0-9-]+:[A-Za-z]+$", action))])
    error_message = "Write actions out, such as s3:GetObject; a wildcard is refused."
  }
}

variable "resources" {
  description = "ARNs that the actions are allowed on."
  type        = list(string)
  default     = []

  validation {
    condition     = !contains(var.resources, "*")
    error_message = "Name the resources; all of them is refused."
  }
}

variable "tags" {
  description = "Tags beside those that the provider gives everything."
  type        = map(string)
  default     = {}
}
