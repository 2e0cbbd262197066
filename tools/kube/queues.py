"""Which workloads work on which SQS queues, as their environment says; pure."""

import re
from collections.abc import Iterable, Iterator

from tools.contract import Call, Finding, JsonObject, Role
from tools.kube.fields import name_of, namespace_of, parts, text

FINDINGS = {
    "uses_queue": "A workload names an SQS queue in its environment, so what ails it can keep messages waiting."
}

_QUEUE = re.compile(r"(?:https?://[^/\s]*(?:sqs|queue)[^/\s]*/\d{12}/|arn:aws[\w-]*:sqs:[\w-]+:\d{12}:)([\w.-]+)")


def used(workloads: Iterable[JsonObject]) -> Iterator[Finding]:
    """Yield a finding for each queue that a workload names by its URL or ARN."""
    for one in workloads:
        for queue, variable in _named(one).items():
            here: JsonObject = {"namespace": namespace_of(one), "workload": name_of(one)}
            said = f"{name_of(one)} uses queue {queue} (it is in {variable})."
            yield Finding(
                "uses_queue",
                f"queue/{queue}",
                said,
                f"env {variable} of {name_of(one)}",
                0.7,
                Role.CONTEXT,
                leads_to=(Call("kube_pods", here),),
            )


def _named(workload: JsonObject) -> dict[str, str]:
    """Return the queues that its containers' variables name, each with the variable."""
    containers = parts(workload, "spec", "template", "spec", "containers")
    variables = [(text(it, "value"), text(it, "name")) for one in containers for it in parts(one, "env")]
    return {found[1]: name for value, name in variables if (found := _QUEUE.search(value))}
