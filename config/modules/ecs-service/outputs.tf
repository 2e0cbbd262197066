output "security_group_id" {
  description = "Security group of the tasks; name it where they are to be let in."
  value       = aws_security_group.this.id
}

output "task_role_name" {
  description = "Role of the tasks; attach what they may do."
  value       = aws_iam_role.task.name
}
