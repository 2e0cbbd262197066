"""Routes into the cluster: whether each Ingress and HTTPRoute leads to a service, a port and a ready pod."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tools.contract import Call, Finding, JsonObject, Observation, Role
from tools.declare import reads
from tools.kube.ailments import ready
from tools.kube.client import reader
from tools.kube.events import Everywhere
from tools.kube.fields import condition, first, name_of, namespace_of, part, parts, some, subject, text
from tools.kube.services import chosen

FINDINGS = {
    "route_without_service": "A route leads to a service that does not exist, so its requests fail (503, or 404).",
    "route_wrong_port": "A route leads to a port that the service does not have.",
    "route_without_endpoints": "A route leads to a service without a ready pod.",
    "route_refused": "The gateway does not accept an HTTPRoute, or cannot resolve what it refers to.",
    "routes_fine": "Every route leads to a service with ready pods.",
    "no_routes": "No Ingress or HTTPRoute.",
}
WORKLOADS = 4


@dataclass(frozen=True)
class Backend:
    """Where one rule of a route leads: a service and its port, by number or name."""

    route: JsonObject
    kind: str
    service: str
    port: str

    @property
    def words(self) -> str:
        """How a sentence names the route."""
        return f"{'Ingress' if self.kind == 'ingress' else 'HTTPRoute'} {name_of(self.route)}"


@dataclass(frozen=True)
class Ground:
    """What routes lead to."""

    services: Sequence[JsonObject]
    pods: Sequence[JsonObject]
    deployments: Sequence[JsonObject]


@reads(
    needs=(
        "networking.k8s.io/ingresses:list",
        "gateway.networking.k8s.io/httproutes:list",
        "core/services:list",
        "core/pods:list",
        "apps/deployments:list",
    )
)
def kube_routes(namespace: Everywhere = "") -> Observation:
    """Follow each Ingress and HTTPRoute to its service, port and ready pods, and say where one leads nowhere."""
    api = reader()
    ingresses, routes = api.any("ingresses", namespace), api.any("httproutes", namespace, custom=True)
    ground = Ground(api.any("services", namespace), api.any("pods", namespace), api.any("deployments", namespace))
    found = analyze(ingresses, routes, ground)
    rows = [f"{one.words} → service {one.service}:{one.port}" for one in _backends(ingresses, routes)]
    return Observation("\n".join([*(dict.fromkeys(rows) or ["No route."]), *api.unseen]), found)


def analyze(ingresses: Sequence[JsonObject], routes: Sequence[JsonObject], ground: Ground) -> tuple[Finding, ...]:
    """Return what is wrong with each route, or that all lead to ready pods."""
    backends = _backends(ingresses, routes)
    found = [each for one in routes for each in _refused(one, ground)]
    found += [each for one in backends if (each := _standing(one, ground))]
    if found:
        return tuple({repr(one): one for one in found}.values())
    if not backends:
        return (Finding("no_routes", "routes/all", "No Ingress or HTTPRoute.", "the list", 0.6, Role.CONTEXT),)
    names = some(dict.fromkeys(one.words for one in backends), 4)
    said = f"{names}: every rule leads to a service with ready pods."
    return (Finding("routes_fine", _subject(backends[0]), said, "spec.rules", 0.7, Role.HEALTHY),)


def _backends(ingresses: Iterable[JsonObject], routes: Iterable[JsonObject]) -> list[Backend]:
    found = [each for one in ingresses for each in _of_ingress(one)]
    return found + [each for one in routes for each in _of_route(one)]


def _of_ingress(one: JsonObject) -> Iterator[Backend]:
    paths = [part(path, "backend") for rule in parts(one, "spec", "rules") for path in parts(rule, "http", "paths")]
    for backend in [part(one, "spec", "defaultBackend"), *paths]:
        if name := text(backend, "service", "name"):
            port = text(backend, "service", "port", "number") or text(backend, "service", "port", "name")
            yield Backend(one, "ingress", name, port)


def _of_route(one: JsonObject) -> Iterator[Backend]:
    for rule in parts(one, "spec", "rules"):
        for backend in parts(rule, "backendRefs"):
            here = text(backend, "kind") in {"", "Service"} and text(backend, "namespace") in {"", namespace_of(one)}
            if here and text(backend, "weight") != "0":  # without weight nothing is sent there
                yield Backend(one, "httproute", text(backend, "name"), text(backend, "port"))


def _standing(one: Backend, ground: Ground) -> Finding | None:
    here = namespace_of(one.route)
    service = next((it for it in ground.services if (namespace_of(it), name_of(it)) == (here, one.service)), None)
    if service is None:
        there = some((name_of(it) for it in ground.services if namespace_of(it) == here), 6) or "none"
        said = f"{one.words} routes to service {one.service}, which does not exist in {here}; there is {there}."
        return _wrong(one, "route_without_service", said, "Correct the backend's name, or create the service.", ground)
    ports = parts(service, "spec", "ports")
    if one.port and not any(one.port in {text(it, "port"), text(it, "name")} for it in ports):
        has = some(text(it, "port") for it in ports)
        said = f"{one.words} routes to port {one.port} of service {one.service}, which has only port {has}."
        return _wrong(one, "route_wrong_port", said, "Correct the port of the backend or of the service.", ground)
    if part(service, "spec", "selector") and not any(map(ready, chosen(service, ground.pods))):
        said = f"{one.words} routes to service {one.service}, which has no ready endpoint."
        look = (Call("kube_services", {"namespace": here}), *_behind(one, ground))
        where = subject("service", service)
        return Finding("route_without_endpoints", where, said, "endpoints", 0.8, Role.SYMPTOM, None, look)
    return None


def _refused(route: JsonObject, ground: Ground) -> Iterator[Finding]:
    for parent in parts(route, "status", "parents"):
        for kind in ("Accepted", "ResolvedRefs"):
            state = condition({"status": parent}, kind)
            if text(state, "status") == "False":
                reason, why = text(state, "reason"), first(text(state, "message"), 200)
                said = f"HTTPRoute {name_of(route)} is not {kind} by its gateway ({reason}): {why}"
                one = next(_of_route(route), Backend(route, "httproute", "", ""))
                yield _wrong(one, "route_refused", said, "Correct the route, or the gateway's listener.", ground)


def _wrong(one: Backend, code: str, said: str, advice: str, ground: Ground) -> Finding:
    leads = _behind(one, ground)
    return Finding(code, _subject(one), said, "spec.rules", 0.85, Role.CAUSE, None, leads, advice=advice)


def _subject(one: Backend) -> str:
    return subject(one.kind, one.route)


def _behind(one: Backend, ground: Ground) -> tuple[Call, ...]:
    """Return looks at the workloads that the route is for: by the service's or the route's name."""
    here, names = namespace_of(one.route), {one.service, name_of(one.route)}
    mine = [name_of(it) for it in ground.deployments if namespace_of(it) == here]
    meant = [it for it in mine if any(it == name or name.startswith(f"{it}-") or it.startswith(name) for name in names)]
    own = [name for name in meant if name in names] or meant or mine
    return tuple(Call("kube_pods", {"namespace": here, "workload": name}) for name in own[:WORKLOADS])
