"""What version 5 of the provider took and 6 does not: refused only where a module asks for 6.

A module that names no version may be planned with either. From the provider's upgrade guide to version 6
(registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/version-6-upgrade).
"""

import re

_REMOVED: dict[str, frozenset[str]] = {
    "aws_api_gateway_deployment": frozenset({"stage_name", "stage_description", "canary_settings"}),
    "aws_ecs_task_definition": frozenset({"inference_accelerator"}),
    "aws_eip": frozenset({"vpc"}),
    "aws_eks_addon": frozenset({"resolve_conflicts"}),
    "aws_flow_log": frozenset({"log_group_name"}),
    "aws_instance": frozenset({"cpu_core_count", "cpu_threads_per_core"}),
    "aws_launch_template": frozenset({"elastic_gpu_specifications", "elastic_inference_accelerator"}),
    "aws_networkmanager_core_network": frozenset({"base_policy_region"}),
    "aws_redshift_cluster": frozenset({"logging", "snapshot_copy"}),
    "aws_ssm_association": frozenset({"instance_id"}),
}


def was_taken(kind: str, name: str, versions: str) -> bool:
    """Return whether version 5 took an argument or block, and the module does not ask for a later one.

    Args:
        kind: The resource's type.
        name: The argument or block.
        versions: The constraint on the provider's version, empty if there is none.
    """
    return name in _REMOVED.get(kind, ()) and not re.search(r"(>=|~>|=|^)\s*v?([6-9]|\d\d)\b", versions.strip())
