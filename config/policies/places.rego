# Where things may run, and on what.
package infra.places

import rego.v1

deny contains sentence if {
	some provider in input.providers
	provider.type == "aws"
	region := provider.values.region
	regex.match(`^[a-z]{2}(-[a-z]+)+-\d$`, region)
	not region in data.standards.regions
	sentence := sprintf("region `%s` is not one of the regions in config/policies/standards.json.", [region])
}

deny contains sentence if {
	some resource in input.resources
	some kind in kinds(resource)
	family := split(trim_prefix(kind, "db."), ".")[0]
	regex.match(`^[a-z]+\d+[a-z0-9-]*$`, family)
	not family in data.standards.instance_families
	sentence := sprintf("`%s` uses `%s`, a family that is not on the list.", [resource.address, kind])
}

kinds(resource) := [resource.values.instance_type] if resource.type in {"aws_instance", "aws_launch_template"}

kinds(resource) := [resource.values.instance_class] if resource.type in {"aws_db_instance", "aws_rds_cluster_instance"}

kinds(resource) := resource.values.instance_types if resource.type == "aws_eks_node_group"
