resource "aws_eks_node_group" "shop" {
  cluster_name    = "acme-shop"
  node_group_name = "shop-workers"
  node_role_arn   = "arn:aws:iam::123456789012:role/acme-shop-node"
  subnet_ids      = ["subnet-0a1b2c3d4e5f60718", "subnet-0b1c2d3e4f5a60719"]
  instance_types  = ["m7i.xlarge"]

  scaling_config {
    min_size     = 3
    desired_size = 5
    max_size     = 6
  }
}
