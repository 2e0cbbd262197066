output "arn" {
  description = "ARN of the queue."
  value       = aws_sqs_queue.this.arn
}

output "url" {
  description = "URL of the queue."
  value       = aws_sqs_queue.this.id
}

output "failed_arn" {
  description = "ARN of the queue of what nobody could process."
  value       = aws_sqs_queue.failed.arn
}
