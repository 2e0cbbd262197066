output "name" {
  description = "Name of the cluster."
  value       = aws_eks_cluster.this.name
}

output "endpoint" {
  description = "Address of the API server; reached from inside the VPC."
  value       = aws_eks_cluster.this.endpoint
}

output "node_role" {
  description = "Role of the nodes; Karpenter's node classes name it."
  value       = aws_iam_role.node.name
}

output "interruption_queue" {
  description = "Queue that Karpenter is told of interruptions by."
  value       = aws_sqs_queue.interruptions.name
}
