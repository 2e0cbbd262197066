"""What AWS Config calls the resources of Terraform, and by which of their attributes it knows one."""

from collections.abc import Mapping
from typing import Any

from tools.contract import Call

KINDS = {
    "aws_autoscaling_group": ("AWS::AutoScaling::AutoScalingGroup", "arn"),
    "aws_db_instance": ("AWS::RDS::DBInstance", "resource_id"),
    "aws_dynamodb_table": ("AWS::DynamoDB::Table", "name"),
    "aws_ebs_volume": ("AWS::EC2::Volume", "id"),
    "aws_eks_cluster": ("AWS::EKS::Cluster", "name"),
    "aws_iam_policy": ("AWS::IAM::Policy", "policy_id"),
    "aws_iam_role": ("AWS::IAM::Role", "unique_id"),
    "aws_iam_user": ("AWS::IAM::User", "unique_id"),
    "aws_instance": ("AWS::EC2::Instance", "id"),
    "aws_kms_key": ("AWS::KMS::Key", "key_id"),
    "aws_lambda_function": ("AWS::Lambda::Function", "function_name"),
    "aws_lb": ("AWS::ElasticLoadBalancingV2::LoadBalancer", "arn"),
    "aws_rds_cluster": ("AWS::RDS::DBCluster", "cluster_resource_id"),
    "aws_route_table": ("AWS::EC2::RouteTable", "id"),
    "aws_s3_bucket": ("AWS::S3::Bucket", "bucket"),
    "aws_secretsmanager_secret": ("AWS::SecretsManager::Secret", "arn"),
    "aws_security_group": ("AWS::EC2::SecurityGroup", "id"),
    "aws_sns_topic": ("AWS::SNS::Topic", "arn"),
    "aws_sqs_queue": ("AWS::SQS::Queue", "url"),
    "aws_subnet": ("AWS::EC2::Subnet", "id"),
    "aws_vpc": ("AWS::EC2::VPC", "id"),
    "aws_vpc_endpoint": ("AWS::EC2::VPCEndpoint", "id"),
}
"""https://docs.aws.amazon.com/config/latest/developerguide/resource-config-reference.html"""


def history(kind: str, real: Mapping[str, Any]) -> Call | None:
    """Return the reading of a resource's recorded history; None for what AWS Config is not known to record."""
    recorded, attribute = KINDS.get(kind, ("", ""))
    name = str(real.get(attribute) or "")[:768]
    return Call("aws_config_history", {"kind": recorded, "resource": name}) if name else None
