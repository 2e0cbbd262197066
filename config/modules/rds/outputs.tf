output "address" {
  description = "Host name of the database."
  value       = aws_db_instance.this.address
}

output "secret_arn" {
  description = "Where Secrets Manager keeps the owner's password."
  value       = aws_db_instance.this.master_user_secret[0].secret_arn
}

output "security_group_id" {
  description = "Security group of the database."
  value       = aws_security_group.this.id
}
