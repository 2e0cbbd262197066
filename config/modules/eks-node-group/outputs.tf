output "role_arn" {
  description = "Role of the nodes."
  value       = aws_iam_role.this.arn
}
