variable "name" {
  description = "Name of the service."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}[a-z0-9]$", var.name))
    error_message = "Write 3 to 40 lowercase letters, digits and hyphens, a letter first."
  }
}

variable "image" {
  description = "Container image with its tag or digest."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9./_-]+(:[0-9]+/[a-z0-9./_-]+)?(:[A-Za-z0-9._-]+|@sha256:[0-9a-f]{64})$", var.image)) && !endswith(var.image, ":latest")
    error_message = "Write an image with a tag or digest; latest is neither."
  }
}

variable "cluster" {
  description = "ECS cluster that it runs in."
  type        = string
  default     = "default"
}

variable "port" {
  description = "Port that the container listens on."
  type        = number
  default     = 8080

  validation {
    condition     = var.port >= 1 && var.port <= 65535
    error_message = "Write 1 to 65535."
  }
}

variable "tasks" {
  description = "How many run at once."
  type        = number
  default     = 2

  validation {
    condition     = var.tasks >= 0 && var.tasks <= 500
    error_message = "Write 0 to 500."
  }
}

variable "cpu" {
  description = "CPU units of a task; 1024 are one vCPU."
  type        = number
  default     = 512

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.cpu)
    error_message = "Write 256, 512, 1024, 2048, 4096, 8192 or 16384."
  }
}

variable "memory" {
  description = "Memory of a task in MiB: two to eight times the CPU units."
  type        = number
  default     = 1024

  validation {
    condition     = var.memory >= 512 && var.memory <= 122880 && var.memory % 512 == 0
    error_message = "Write 512 to 122880 MiB, in steps of 512."
  }
}

variable "log_days" {
  description = "Days that logs are kept for."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731], var.log_days)
    error_message = "Write a number of days that CloudWatch Logs knows, such as 30 or 90."
  }
}

variable "vpc_id" {
  description = "VPC that it runs in."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets that it runs in."
  type        = list(string)
}

variable "tags" {
  description = "Tags beside those that the provider gives everything."
  type        = map(string)
  default     = {}
}
