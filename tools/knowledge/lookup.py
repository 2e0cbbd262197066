"""Find what a question is about: in the catalogue first, then among the deployments of the cluster."""

from collections.abc import Iterable, Sequence
from typing import Annotated

from pydantic import Field

from tools.contract import Call, Finding, JsonObject, Observation, Role, ToolError
from tools.declare import reads
from tools.knowledge.services import Service, clients_of, contains, mentions, services, services_in
from tools.kube.client import reader
from tools.kube.fields import labels, name_of, namespace_of, some

FINDINGS = {
    "service_known": "The words name a service of the catalogue; these are its parts.",
    "service_found": "The words name a deployment of the cluster that is not in the catalogue.",
    "shares_database": "Another service uses the same database, so it can exhaust what both need.",
}
NAMES = ("app.kubernetes.io/name", "app.kubernetes.io/instance", "app", "k8s-app", "app.kubernetes.io/part-of")
SYSTEM = {"kube-system", "kube-public", "kube-node-lease"}

Words = Annotated[str, Field(max_length=2000, description="a question, an alarm's name, a host, or a service's name")]


@reads(needs=("apps/deployments:list",))
def service_lookup(words: Words) -> Observation:
    """Find the service that words are about: where it runs, its database, logs, alarms, owners and dependencies."""
    deployments, note = _deployments()
    known, found = services_in(words), discovered(words, deployments)
    here = [_where_it_runs(one, deployments) for one in known if _runs(one, deployments)]
    if here or (known and not found):
        lines = [line for one in here or known for line in _card(one)]
        return Observation("\n".join([*lines, *note]), tuple(_findings(here or known)))
    if found:
        lines = [f"deployment {namespace_of(one)}/{name_of(one)}, in no catalogue" for one in found]
        return Observation("\n".join([*lines, *note]), tuple(_discovery(one) for one in found))
    return Observation("\n".join([*_nothing(deployments), *note]))


def discovered(words: str, deployments: Iterable[JsonObject]) -> list[JsonObject]:
    """Return the deployments that the words name, by name or by the usual labels; the cluster's own are left out."""
    own = [one for one in deployments if namespace_of(one) not in SYSTEM]
    for names, fits in ((_names, mentions), (_labels, mentions), (_names, contains), (_families, contains)):
        found = [one for one in own if any(fits(words, name) >= 0 for name in names(one))]
        if found:
            return found
    return []


def _nothing(deployments: Sequence[JsonObject]) -> list[str]:
    there = some((f"{namespace_of(one)}/{name_of(one)}" for one in deployments), 40) or "none"
    return ["The words name no service.", f"Catalogue: {some(services(), 40) or 'empty'}.", f"Deployments: {there}."]


def _runs(service: Service, deployments: Sequence[JsonObject]) -> bool:
    """Tell whether the service is one of this company's: a catalogue may know what this cluster does not run."""
    return not service.deployment or not deployments or any(name_of(one) == service.deployment for one in deployments)


def _names(deployment: JsonObject) -> list[str]:
    name = name_of(deployment)
    return [name, name.replace("-", " ")] if name else []


def _labels(deployment: JsonObject) -> list[str]:
    mine = labels(deployment, "metadata", "labels")
    return [mine[key] for key in NAMES if mine.get(key)]


def _families(deployment: JsonObject) -> list[str]:
    """Return what is left of a name without the ending that says what kind of thing it is."""
    stem, _, ending = name_of(deployment).rpartition("-")
    return [stem] if stem and ending in {"service", "svc", "api", "app", "server", "deployment", "web"} else []


def _deployments() -> tuple[list[JsonObject], list[str]]:
    """Return the cluster's deployments; without a cluster the catalogue still answers."""
    try:
        return reader().every("deployments"), []
    except ToolError as error:
        return [], [f"The cluster could not be asked: {error}"]


def _where_it_runs(service: Service, deployments: Sequence[JsonObject]) -> Service:
    """Correct the namespace where the deployment has moved; the cluster knows better than a file."""
    there = [namespace_of(one) for one in deployments if name_of(one) == service.deployment]
    if not service.deployment or not there or service.namespace in there:
        return service
    return service.model_copy(update={"namespace": there[0], "environment": ""})


def _card(service: Service) -> list[str]:
    runs = f"deployment {service.namespace}/{service.deployment}" if service.deployment else "not in Kubernetes"
    facts = {
        "environment": service.environment,
        "runs as": runs,
        "database": service.database,
        "log group": service.log_group,
        "alarms": some(service.alarms),
        "depends on": some(name for name in service.depends_on if name in services()),
        "repository": service.repository,
        "owners": some(service.owners),
    }
    return [f"{service.name}: {service.summary}", *(f"  {name}: {fact}" for name, fact in facts.items() if fact)]


def _findings(known: Sequence[Service]) -> Iterable[Finding]:
    for service in known:
        said = f"{service.name}: {service.summary} {service.environment or 'no environment known'}."
        yield _context("service_known", _subject(service), said, (*_parts(service), *_dependencies(service)))
    named = {one.name for one in known}
    for database in dict.fromkeys(one.database for one in known if one.database):
        for client in clients_of(database):
            if client.name not in named:
                said = f"{client.name} uses {database} as well."
                yield _context("shares_database", _subject(client), said, (_pods(client), _health(database)))


def _discovery(deployment: JsonObject) -> Finding:
    namespace, name = namespace_of(deployment), name_of(deployment)
    calls = (
        Call("kube_pods", {"namespace": namespace, "workload": name}),
        Call("kube_rollout_history", {"namespace": namespace, "deployment": name}),
        Call("aws_alarms", {"name_contains": name}),
    )
    said = f"{name} runs as a deployment in {namespace}; the catalogue does not know it."
    return _context("service_found", f"deployment/{namespace}/{name}", said, calls)


def _context(code: str, subject: str, said: str, calls: tuple[Call, ...]) -> Finding:
    pointer = "service catalogue" if code != "service_found" else "deployments of the cluster"
    return Finding(code, subject, said, pointer, 0.9, Role.CONTEXT, None, calls)


def _subject(service: Service) -> str:
    if service.deployment:
        return f"deployment/{service.namespace}/{service.deployment}"
    return f"rds/{service.database}" if service.database else f"service/{service.name}"


def _parts(service: Service) -> Iterable[Call]:
    """Yield the readings of what belongs to a service."""
    if service.deployment:
        yield _pods(service)
        yield Call("kube_rollout_history", {"namespace": service.namespace, "deployment": service.deployment})
    if service.database:
        yield _health(service.database)
    if service.log_group:
        yield Call("aws_log_errors", {"log_group": service.log_group})


def _dependencies(service: Service) -> Iterable[Call]:
    """Yield the readings of what a service calls."""
    for other in [services()[name] for name in service.depends_on if name in services()]:
        if other.deployment:
            yield _pods(other)
        elif other.database and other.database != service.database:
            yield _health(other.database)


def _pods(service: Service) -> Call:
    return Call("kube_pods", {"namespace": service.namespace, "workload": service.deployment})


def _health(database: str) -> Call:
    return Call("aws_rds_health", {"instance": database})
