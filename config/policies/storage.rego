# Nothing stored is public, and what is stored is encrypted.
package infra.storage

import rego.v1

deny contains sentence if {
	some resource in input.resources
	resource.type in {"aws_s3_bucket", "aws_s3_bucket_acl"}
	resource.values.acl in {"public-read", "public-read-write", "authenticated-read", "website"}
	sentence := sprintf("`%s` lets everybody read the bucket (acl `%s`).", [resource.address, resource.values.acl])
}

deny contains sentence if {
	some resource in input.resources
	resource.type in {"aws_s3_bucket_public_access_block", "aws_s3_account_public_access_block"}
	some setting in ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"]
	object.get(resource.values, setting, false) == false
	sentence := sprintf("`%s` does not set `%s`, so the bucket can be made public.", [resource.address, setting])
}

encrypted := {
	"aws_db_instance": "storage_encrypted",
	"aws_docdb_cluster": "storage_encrypted",
	"aws_ebs_volume": "encrypted",
	"aws_efs_file_system": "encrypted",
	"aws_elasticache_replication_group": "at_rest_encryption_enabled",
	"aws_neptune_cluster": "storage_encrypted",
	"aws_rds_cluster": "storage_encrypted",
	"aws_redshift_cluster": "encrypted",
}

deny contains sentence if {
	some resource in input.resources
	setting := encrypted[resource.type]
	object.get(resource.values, setting, false) in {false, "false"}
	not inherits(resource)
	sentence := sprintf("`%s` is not encrypted at rest; set `%s = true`.", [resource.address, setting])
}

# A replica or a copy is encrypted as its source is.
inherits(resource) if resource.values.replicate_source_db

inherits(resource) if resource.values.snapshot_identifier
