# Nobody may do everything to everything.
package infra.identity

import rego.v1

deny contains sentence if {
	some [address, statement] in statements
	effect(statement) == "Allow"
	"*" in listed(statement, "Action", "actions")
	"*" in listed(statement, "Resource", "resources")
	sentence := sprintf("`%s` allows every action on every resource.", [address])
}

deny contains sentence if {
	some [address, statement] in statements
	effect(statement) == "Allow"
	trusts_everybody(statement)
	not conditioned(statement)
	sentence := sprintf("`%s` allows everybody, of any account.", [address])
}

deny contains sentence if {
	some resource in input.resources
	resource.type in {"aws_iam_role_policy_attachment", "aws_iam_user_policy_attachment", "aws_iam_group_policy_attachment", "aws_iam_policy_attachment"}
	endswith(resource.values.policy_arn, ":policy/AdministratorAccess")
	sentence := sprintf("`%s` makes an administrator of it.", [resource.address])
}

# Of policies written out or made by jsonencode(), of roles' inline policies, and of policy documents.
statements contains [item.address, statement] if {
	some item in input.resources
	some field in ["policy", "assume_role_policy"]
	some statement in as_list(item.values[field].Statement)
}

statements contains [item.address, statement] if {
	some item in input.resources
	some inline in item.values.inline_policy
	some statement in as_list(inline.policy.Statement)
}

statements contains [item.address, statement] if {
	some item in input.data
	item.type == "aws_iam_policy_document"
	some statement in item.values.statement
}

effect(statement) := object.get(statement, "Effect", object.get(statement, "effect", "Allow"))

listed(statement, upper_name, lower_name) := as_list(object.get(statement, upper_name, object.get(statement, lower_name, [])))

trusts_everybody(statement) if statement.Principal == "*"

trusts_everybody(statement) if "*" in as_list(statement.Principal.AWS)

trusts_everybody(statement) if {
	some principal in as_list(statement.principals)
	principal.type in {"*", "AWS"}
	"*" in as_list(principal.identifiers)
}

conditioned(statement) if statement.Condition

conditioned(statement) if statement.condition

as_list(value) := value if is_array(value)

as_list(value) := [value] if not is_array(value)
