"""Logs of the workloads that call another one: what they say of it."""

from datetime import UTC, datetime

from tools.contract import JsonObject, Observation
from tools.declare import KubeName, reads
from tools.knowledge.services import service_of, services
from tools.kube.blaming import Callee, blaming, callee, callers
from tools.kube.client import Reader, reader
from tools.kube.crowd import lines_said, speakers
from tools.kube.fields import name_of, namespace_of, some
from tools.kube.logwords import Line
from tools.kube.owners import scene

MOST = 4
"""So many callers are heard; their pods are a request each."""


@reads(needs=("apps/deployments:list", "core/services:list", "core/pods:list", "core/pods/log:get"))
def kube_caller_errors(namespace: KubeName, workload: KubeName) -> Observation:
    """Read what a workload's callers say of it: their error lines of the last hour that name it.

    Callers are the deployments that have its address among their variables and arguments, and those that the service
    catalogue says depend on it.
    """
    api, now = reader(), datetime.now(UTC)
    deployments = api.every("deployments")
    of = callee(namespace, workload, deployments, api.any("services", namespace))
    known = _catalogued(of) | {_placed(one) for one in callers(of, deployments)}
    there = [one for one in deployments if _placed(one) in known][:MOST]
    said = {_named(one, of): _against(api, one, of, now) for one in there}
    head = f"{some(said)} call {workload}." if said else f"Nothing is known to call {workload}."
    rows = [f"{name}: {len(each)} error lines of the last hour name it." for name, each in said.items()]
    return Observation("\n".join([head, *rows, *api.unseen]), blaming(of, said, f"logs of {some(said)}", now))


def _catalogued(of: Callee) -> set[tuple[str | None, str | None]]:
    """Return where the services run that depend on it by the catalogue."""
    service = service_of(of.namespace, of.workload)
    users = (one for one in services().values() if service and service.name in one.depends_on)
    return {(one.namespace, one.deployment) for one in users}


def _placed(deployment: JsonObject) -> tuple[str, str]:
    return namespace_of(deployment), name_of(deployment)


def _named(caller: JsonObject, of: Callee) -> str:
    namespace = namespace_of(caller)
    return name_of(caller) if namespace == of.namespace else f"{namespace}/{name_of(caller)}"


def _against(api: Reader, caller: JsonObject, of: Callee, now: datetime) -> list[Line]:
    namespace = namespace_of(caller)
    there = scene(pods=api.any("pods", namespace), deployments=[caller])
    mine = speakers(pod for pod in there.pods if there.owner(pod).name == name_of(caller))
    inside = namespace == of.namespace
    return [one for one in lines_said(api, mine, now) if of.blamed(one.words, inside=inside)]
