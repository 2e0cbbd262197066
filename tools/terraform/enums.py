"""The values that AWS allows, taken from botocore's models where a service names them, from AWS's pages elsewhere."""

from functools import cache

# Resource type and argument to the service and the shape that lists its values.
_MODELED: dict[tuple[str, str], tuple[str, str]] = {
    ("aws_lambda_function", "runtime"): ("lambda", "Runtime"),
    ("aws_lambda_function", "package_type"): ("lambda", "PackageType"),
    ("aws_lambda_function", "architectures"): ("lambda", "Architecture"),
    ("aws_lambda_layer_version", "compatible_runtimes"): ("lambda", "Runtime"),
    ("aws_route53_record", "type"): ("route53", "RRType"),
    ("aws_route53_health_check", "type"): ("route53", "HealthCheckType"),
    ("aws_dynamodb_table", "billing_mode"): ("dynamodb", "BillingMode"),
    ("aws_dynamodb_table", "attribute.type"): ("dynamodb", "ScalarAttributeType"),
    ("aws_dynamodb_table", "stream_view_type"): ("dynamodb", "StreamViewType"),
    ("aws_dynamodb_table", "table_class"): ("dynamodb", "TableClass"),
    ("aws_dynamodb_table", "global_secondary_index.projection_type"): ("dynamodb", "ProjectionType"),
    ("aws_dynamodb_table", "local_secondary_index.projection_type"): ("dynamodb", "ProjectionType"),
    ("aws_s3_bucket_ownership_controls", "rule.object_ownership"): ("s3", "ObjectOwnership"),
    ("aws_s3_bucket_object_lock_configuration", "default_retention.mode"): ("s3", "ObjectLockRetentionMode"),
    ("aws_s3_bucket_lifecycle_configuration", "rule.status"): ("s3", "ExpirationStatus"),
    ("aws_s3_bucket_lifecycle_configuration", "transition.storage_class"): ("s3", "TransitionStorageClass"),
    ("aws_lb", "load_balancer_type"): ("elbv2", "LoadBalancerTypeEnum"),
    ("aws_lb", "ip_address_type"): ("elbv2", "IpAddressType"),
    ("aws_lb_target_group", "target_type"): ("elbv2", "TargetTypeEnum"),
    ("aws_lb_target_group", "protocol"): ("elbv2", "ProtocolEnum"),
    ("aws_lb_listener", "protocol"): ("elbv2", "ProtocolEnum"),
    ("aws_ecs_service", "launch_type"): ("ecs", "LaunchType"),
    ("aws_ecs_service", "scheduling_strategy"): ("ecs", "SchedulingStrategy"),
    ("aws_ecs_task_definition", "network_mode"): ("ecs", "NetworkMode"),
    ("aws_ecs_task_definition", "requires_compatibilities"): ("ecs", "Compatibility"),
    ("aws_eks_node_group", "ami_type"): ("eks", "AMITypes"),
    ("aws_eks_node_group", "capacity_type"): ("eks", "CapacityTypes"),
    ("aws_kms_key", "key_usage"): ("kms", "KeyUsageType"),
    ("aws_kms_key", "customer_master_key_spec"): ("kms", "CustomerMasterKeySpec"),
    ("aws_kinesis_stream", "encryption_type"): ("kinesis", "EncryptionType"),
    ("aws_kinesis_stream", "stream_mode_details.stream_mode"): ("kinesis", "StreamMode"),
    ("aws_codebuild_project", "environment.compute_type"): ("codebuild", "ComputeType"),
    ("aws_codebuild_project", "environment.type"): ("codebuild", "EnvironmentType"),
    ("aws_codebuild_project", "source.type"): ("codebuild", "SourceType"),
    ("aws_codebuild_project", "artifacts.type"): ("codebuild", "ArtifactsType"),
    ("aws_cloudwatch_metric_alarm", "comparison_operator"): ("cloudwatch", "ComparisonOperator"),
    ("aws_cloudwatch_metric_alarm", "statistic"): ("cloudwatch", "Statistic"),
    ("aws_ssm_parameter", "type"): ("ssm", "ParameterType"),
    ("aws_ssm_parameter", "tier"): ("ssm", "ParameterTier"),
    ("aws_sfn_state_machine", "type"): ("stepfunctions", "StateMachineType"),
    ("aws_sagemaker_notebook_instance", "instance_type"): ("sagemaker", "InstanceType"),
    ("aws_chime_voice_connector", "aws_region"): ("chime-sdk-voice", "VoiceConnectorAwsRegion"),
    ("aws_wafv2_web_acl", "scope"): ("wafv2", "Scope"),
    ("aws_wafv2_ip_set", "scope"): ("wafv2", "Scope"),
    ("aws_wafv2_ip_set", "ip_address_version"): ("wafv2", "IPAddressVersion"),
    ("aws_guardduty_detector", "finding_publishing_frequency"): ("guardduty", "FindingPublishingFrequency"),
    ("aws_backup_selection", "selection_tag.type"): ("backup", "ConditionType"),
}
_OTHERS: dict[tuple[str, str], frozenset[str]] = {
    key: frozenset(values.split())
    for key, values in {
        ("aws_security_group_rule", "type"): "ingress egress",
        ("aws_s3_bucket_acl", "acl"): "private public-read public-read-write authenticated-read aws-exec-read "
        "bucket-owner-read bucket-owner-full-control log-delivery-write",
        ("aws_s3_bucket_versioning", "versioning_configuration.status"): "Enabled Suspended Disabled",
        ("aws_vpc", "instance_tenancy"): "default dedicated",
        ("aws_ebs_volume", "type"): "standard gp2 gp3 io1 io2 sc1 st1",
        ("aws_instance", "root_block_device.volume_type"): "standard gp2 gp3 io1 io2 sc1 st1",
        ("aws_instance", "ebs_block_device.volume_type"): "standard gp2 gp3 io1 io2 sc1 st1",
        ("aws_eip", "domain"): "vpc standard",
        ("aws_vpc_endpoint", "vpc_endpoint_type"): "Gateway GatewayLoadBalancer Interface Resource ServiceNetwork",
        ("aws_rds_cluster", "engine"): "aurora-mysql aurora-postgresql mysql postgres",
        ("aws_rds_cluster", "engine_mode"): "global multimaster parallelquery provisioned serverless",
        ("aws_elasticache_cluster", "engine"): "memcached redis valkey",
        ("aws_elasticache_cluster", "az_mode"): "single-az cross-az",
        ("aws_elasticache_user", "engine"): "redis valkey REDIS VALKEY",
        ("aws_elasticache_user_group", "engine"): "redis valkey REDIS VALKEY",
        ("aws_api_gateway_integration", "type"): "HTTP AWS MOCK HTTP_PROXY AWS_PROXY",
        ("aws_api_gateway_method", "http_method"): "ANY DELETE GET HEAD OPTIONS PATCH POST PUT",
        ("aws_apigatewayv2_api", "protocol_type"): "HTTP WEBSOCKET",
        ("aws_acm_certificate", "validation_method"): "DNS EMAIL NONE",
        ("aws_cloudfront_distribution", "price_class"): "PriceClass_All PriceClass_200 PriceClass_100 None",
        ("aws_cloudfront_distribution", "viewer_protocol_policy"): "allow-all https-only redirect-to-https",
        ("aws_cloudfront_distribution", "default_cache_behavior.viewer_protocol_policy"): "allow-all https-only "
        "redirect-to-https",
        ("aws_autoscaling_policy", "policy_type"): "SimpleScaling StepScaling TargetTrackingScaling PredictiveScaling",
        ("aws_efs_file_system", "performance_mode"): "generalPurpose maxIO",
        ("aws_efs_file_system", "throughput_mode"): "bursting provisioned elastic",
        ("aws_iam_access_key", "status"): "Active Inactive",
        ("aws_iam_policy_document", "statement.effect"): "Allow Deny",
        (
            "aws_cloudwatch_log_group",
            "retention_in_days",
        ): "0 1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653",
        ("aws_db_instance", "storage_type"): "standard gp2 gp3 io1 io2",
        ("aws_placement_group", "strategy"): "cluster partition spread",
        ("aws_neptune_cluster", "engine"): "neptune",
        ("aws_docdb_cluster", "engine"): "docdb",
        ("aws_msk_cluster", "enhanced_monitoring"): "DEFAULT PER_BROKER PER_TOPIC_PER_BROKER PER_TOPIC_PER_PARTITION",
    }.items()
}


@cache
def allowed(kind: str, path: str) -> frozenset[str]:
    """Return the values that an argument takes, empty if any."""
    if written := _OTHERS.get((kind, path)):
        return written
    service, shape = _MODELED.get((kind, path), ("", ""))
    return _modeled(service, shape) if shape else frozenset()


@cache
def _modeled(service: str, shape: str) -> frozenset[str]:
    """Return the values that botocore's model of a service lists; newer ones than the provider knows may be there."""
    import botocore.session  # noqa: PLC0415 - half a second that only Terraform needs

    found = botocore.session.get_session().get_service_model(service).shape_for(shape)
    return frozenset(getattr(found, "enum", ()))
