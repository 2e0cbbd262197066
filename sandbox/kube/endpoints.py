"""Endpoints and EndpointSlices follow the readiness of a service's pods."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.kube.kinds import ENDPOINTS, POD, SERVICE, SLICE, Object
from sandbox.kube.loading import complete
from sandbox.kube.parts import containers, digest, labels, owned_by, place
from sandbox.kube.pods import is_active, is_ready
from sandbox.kube.store import Store


@dataclass
class Endpoints:
    """Keeps addresses of services; what the world wrote stands until a pod of the service changes."""

    store: Store
    _seen: dict[tuple[str, str], str] = field(default_factory=dict)

    def tick(self, at: float) -> None:
        """Bring every service's addresses up to date."""
        for service in self.store.all(SERVICE):
            selector = (service.get("spec") or {}).get("selector")
            if not selector:
                continue
            namespace = place(service)[0]
            pods = [pod for pod in self.store.all(POD, namespace) if selector.items() <= labels(pod).items()]
            self._follow(service, [pod for pod in pods if is_active(pod) and pod["status"].get("podIP")], at)

    def _follow(self, service: Object, pods: list[Object], at: float) -> None:
        now = digest([(pod["metadata"]["uid"], is_ready(pod)) for pod in pods])
        before = self._seen.get(place(service))
        self._seen[place(service)] = now
        if before == now or (before is None and self.store.get(ENDPOINTS, *place(service))):
            return
        self.store.put(ENDPOINTS, complete(ENDPOINTS, _endpoints(service, pods), at))
        slice_ = complete(SLICE, _slice(service, pods), at)
        written = [one for one in self.store.all(SLICE, place(service)[0]) if _belongs(one, service)]
        if written:
            slice_["metadata"] = {**slice_["metadata"], **written[0]["metadata"]}
        self.store.put(SLICE, slice_)


def _belongs(slice_: Object, service: Object) -> bool:
    return labels(slice_).get("kubernetes.io/service-name") == str(service["metadata"]["name"])


def _endpoints(service: Object, pods: list[Object]) -> Object:
    ready = [_address(pod) for pod in pods if is_ready(pod)]
    waiting = [_address(pod) for pod in pods if not is_ready(pod)]
    subset: Object = {"ports": _ports(service, pods)}
    subset |= {"addresses": ready} if ready else {}
    subset |= {"notReadyAddresses": waiting} if waiting else {}
    namespace, name = place(service)
    return {
        "metadata": {"name": name, "namespace": namespace, "labels": labels(service)},
        "subsets": [subset] if pods else [],
    }


def _slice(service: Object, pods: list[Object]) -> Object:
    namespace, name = place(service)
    marked = {
        "kubernetes.io/service-name": name,
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    }
    endpoints = [
        {
            "addresses": [pod["status"]["podIP"]],
            "conditions": {"ready": is_ready(pod), "serving": is_ready(pod), "terminating": False},
            "nodeName": pod["spec"].get("nodeName"),
            "targetRef": _reference(pod),
        }
        for pod in pods
    ]
    meta: Object = {"name": f"{name}-{digest(name)[:5]}", "namespace": namespace, "labels": marked}
    meta["ownerReferences"] = [owned_by(SERVICE, service)]
    return {"metadata": meta, "addressType": "IPv4", "endpoints": endpoints, "ports": _ports(service, pods)}


def _address(pod: Object) -> Object:
    return {"ip": pod["status"]["podIP"], "nodeName": pod["spec"].get("nodeName"), "targetRef": _reference(pod)}


def _reference(pod: Object) -> Object:
    meta = pod["metadata"]
    return {"kind": "Pod", "name": meta["name"], "namespace": meta["namespace"], "uid": meta["uid"]}


def _ports(service: Object, pods: list[Object]) -> list[Object]:
    found = []
    for port in service["spec"].get("ports") or []:
        number = _number(port.get("targetPort", port["port"]), pods)
        if number is not None:
            found.append({"name": port.get("name", ""), "port": number, "protocol": port.get("protocol", "TCP")})
    return found


def _number(target: object, pods: list[Object]) -> int | None:
    """Return a target port's number; a named one is what the pods' containers call so."""
    if isinstance(target, int):
        return target
    named = (port for pod in pods for one in containers(pod) for port in one.get("ports") or [])
    return next((int(port["containerPort"]) for port in named if port.get("name") == target), None)
