# Doors for administrators and databases are not open to the world.
package infra.network

import rego.v1

deny contains sentence if {
	some resource in input.resources
	some rule in inbound(resource)
	open_to_world(rule)
	some port in data.standards.admin_ports
	reaches(rule, port)
	sentence := sprintf("`%s` opens port %d to the whole internet.", [resource.address, port])
}

deny contains sentence if {
	some resource in input.resources
	resource.type in {"aws_db_instance", "aws_rds_cluster_instance", "aws_redshift_cluster", "aws_dms_replication_instance"}
	resource.values.publicly_accessible in {true, "true"}
	sentence := sprintf("`%s` has an address on the internet; set `publicly_accessible = false`.", [resource.address])
}

inbound(resource) := resource.values.ingress if {
	resource.type in {"aws_security_group", "aws_default_security_group"}
	is_array(resource.values.ingress)
}

inbound(resource) := [resource.values] if {
	resource.type == "aws_security_group_rule"
	resource.values.type == "ingress"
}

inbound(resource) := [resource.values] if resource.type == "aws_vpc_security_group_ingress_rule"

open_to_world(rule) if {
	is_array(rule.cidr_blocks)
	some block in rule.cidr_blocks
	block in {"0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1"}
}

open_to_world(rule) if {
	is_array(rule.ipv6_cidr_blocks)
	some block in rule.ipv6_cidr_blocks
	block in {"::/0", "0::/0"}
}

open_to_world(rule) if rule.cidr_ipv4 == "0.0.0.0/0"

open_to_world(rule) if rule.cidr_ipv6 == "::/0"

reaches(rule, _) if object.get(rule, "protocol", object.get(rule, "ip_protocol", "")) in {"-1", "all", -1}

reaches(rule, port) if {
	to_number(rule.from_port) <= port
	to_number(rule.to_port) >= port
}
