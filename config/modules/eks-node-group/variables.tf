variable "name" {
  description = "Name of the node group."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}[a-z0-9]$", var.name))
    error_message = "Write 3 to 40 lowercase letters, digits and hyphens, a letter first."
  }
}

variable "cluster" {
  description = "EKS cluster that it belongs to."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$", var.cluster))
    error_message = "Write the name of an EKS cluster."
  }
}

variable "instance_type" {
  description = "Instance type."
  type        = string
  default     = "m7i.large"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*\\.[a-z0-9]+$", var.instance_type))
    error_message = "Write an instance type such as m7i.large."
  }
}

variable "gpu" {
  description = "The instance type has NVIDIA GPUs: nodes are tainted, and start from an image with the drivers."
  type        = bool
  default     = false
}

variable "arm" {
  description = "The instance type is Graviton's."
  type        = bool
  default     = false
}

variable "spot" {
  description = "Use spot capacity, which AWS takes back with two minutes' notice."
  type        = bool
  default     = false
}

variable "min_nodes" {
  description = "Nodes at least."
  type        = number
  default     = 1

  validation {
    condition     = var.min_nodes >= 0 && var.min_nodes <= 450
    error_message = "Write 0 to 450."
  }
}

variable "max_nodes" {
  description = "Nodes at most."
  type        = number
  default     = 3

  validation {
    condition     = var.max_nodes >= 1 && var.max_nodes <= 450
    error_message = "Write 1 to 450."
  }
}

variable "disk_gb" {
  description = "Disk of a node in GiB."
  type        = number
  default     = 80

  validation {
    condition     = var.disk_gb >= 20 && var.disk_gb <= 16384
    error_message = "Write 20 to 16384 GiB."
  }
}

variable "subnet_ids" {
  description = "Private subnets of the cluster."
  type        = list(string)
}

variable "tags" {
  description = "Tags beside those that the provider gives everything."
  type        = map(string)
  default     = {}
}
