"""What findings and calls are about, in one spelling, such as `deployment/shop/checkout` or `rds/orders-db`."""

import re

from tools.contract import Call

_POD = re.compile(r"^(?P<owner>.+?)(?:-[a-z0-9]{6,10}-[a-z0-9]{5}|-[a-z0-9]{5}|-\d+)$")
_OF_A_WORKLOAD = frozenset({"statefulset", "daemonset", "replicaset", "hpa", "service", "endpoints"})
_OF_THE_ACCOUNT = {"aws_network_changes": "network/account", "aws_quotas": "quota/{service}"}
_BY_ARGUMENT = {"instance": "rds", "alarm": "alarm", "log_group": "log_group"}


def family(subject: str) -> str:
    """Return the workload that a pod, a ReplicaSet, an HPA or a service belongs to by its name; else the subject."""
    kind, _, rest = subject.partition("/")
    namespace, _, name = rest.partition("/")
    if kind in _OF_A_WORKLOAD and name:
        return f"deployment/{namespace}/{name}"
    pod = _POD.match(name) if kind == "pod" else None
    return f"deployment/{namespace}/{pod['owner']}" if pod else subject


def subject_of(call: Call) -> str:
    """Return the subject a call looks at, empty if it is about nothing in particular."""
    args = call.args
    workload = args.get("deployment") or args.get("workload")
    if workload and args.get("namespace"):
        return f"deployment/{args['namespace']}/{workload}"
    if args.get("pod") and args.get("namespace"):
        return family(f"pod/{args['namespace']}/{args['pod']}")
    if call.tool == "aws_ecs_service":
        return f"container_service/{args.get('service', '')}"
    if call.tool in _OF_THE_ACCOUNT:
        return _OF_THE_ACCOUNT[call.tool].format(**args)
    if args.get("kind") and args.get("name"):
        return f"{args['kind']}/{args['name']}"
    return next((f"{kind}/{args[name]}" for name, kind in _BY_ARGUMENT.items() if args.get(name)), "")
