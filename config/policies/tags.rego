# Everything that can carry tags says whose it is; the provider's default_tags count.
package infra.tags

import rego.v1

taggable := {
	"aws_db_instance", "aws_dynamodb_table", "aws_ecs_service", "aws_efs_file_system", "aws_eks_cluster",
	"aws_eks_node_group", "aws_elasticache_replication_group", "aws_instance", "aws_kms_key", "aws_lambda_function",
	"aws_lb", "aws_rds_cluster", "aws_s3_bucket", "aws_sns_topic", "aws_sqs_queue",
}

deny contains sentence if {
	some resource in input.resources
	resource.type in taggable
	not computed(resource)
	some tag in data.standards.tags
	not resource.values.tags[tag]
	not input.default_tags[tag]
	sentence := sprintf("`%s` lacks the tag `%s`.", [resource.address, tag])
}

# Tags made by a function are known only to a plan.
computed(resource) if is_string(resource.values.tags)

computed(_) if is_string(input.default_tags)
