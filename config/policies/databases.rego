# What holds data in production cannot be deleted by mistake, and comes back after one.
package infra.databases

import rego.v1

protection := {
	"aws_db_instance": "deletion_protection",
	"aws_docdb_cluster": "deletion_protection",
	"aws_dynamodb_table": "deletion_protection_enabled",
	"aws_neptune_cluster": "deletion_protection",
	"aws_rds_cluster": "deletion_protection",
}

deny contains sentence if {
	input.environment == "production"
	some resource in input.resources
	setting := protection[resource.type]
	object.get(resource.values, setting, false) in {false, "false"}
	sentence := sprintf("`%s` can be deleted by mistake; set `%s = true`.", [resource.address, setting])
}

deny contains sentence if {
	input.environment == "production"
	some resource in input.resources
	resource.type in {"aws_db_instance", "aws_docdb_cluster", "aws_neptune_cluster", "aws_rds_cluster"}
	resource.values.skip_final_snapshot in {true, "true"}
	sentence := sprintf("`%s` would be gone without a last snapshot.", [resource.address])
}

deny contains sentence if {
	input.environment == "production"
	some resource in input.resources
	resource.type in {"aws_db_instance", "aws_rds_cluster"}
	resource.values.backup_retention_period in {0, "0"}
	sentence := sprintf("`%s` has no backups.", [resource.address])
}
