"""How clients learn what the cluster serves: versions, groups, resources, and the OpenAPI they check patches with."""

from __future__ import annotations

from sandbox.kube.kinds import Kind, Object, Registry

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"

VERSION: Object = {
    "major": "1",
    "minor": "32",
    "gitVersion": "v1.32.3-sandbox",
    "gitCommit": "",
    "gitTreeState": "clean",
    "buildDate": "2025-03-11T00:00:00Z",
    "goVersion": "go1.23.6",
    "compiler": "gc",
    "platform": "linux/amd64",
}

REVIEWS = {
    ("authorization.k8s.io", "v1"): ("SelfSubjectAccessReview", "SelfSubjectRulesReview"),
    ("authentication.k8s.io", "v1"): ("SelfSubjectReview",),
}


def discovered(registry: Registry, path: str, accept: str) -> tuple[Object, str] | None:
    """Return the discovery document at a path and its media type, or None if the path is not discovery's."""
    parts = [part for part in path.split("/") if part]
    if "as=APIGroupDiscoveryList" in accept and parts in (["api"], ["apis"]):
        return _aggregated(registry, core=parts == ["api"]), AGGREGATED
    found = _document(registry, parts)
    return None if found is None else (found, "application/json")


def _document(registry: Registry, parts: list[str]) -> Object | None:
    match parts:
        case ["version"]:
            return VERSION
        case ["api"]:
            return {"kind": "APIVersions", "versions": ["v1"]}
        case ["apis"]:
            return _group_list(registry)
        case ["api", version] | ["apis", _, version]:
            return _resource_list(registry, parts[1] if parts[0] == "apis" else "", version)
        case ["openapi", "v3", *rest]:
            return _openapi(registry, "/".join(rest))
        case _:
            return None


def _versions(registry: Registry) -> dict[tuple[str, str], list[Kind]]:
    return registry.groups() | {key: [_review(*key, name) for name in names] for key, names in REVIEWS.items()}


def _review(group: str, version: str, name: str) -> Kind:
    return Kind(group, version, name, f"{name.lower()}s", namespaced=False, verbs=("create",))


def _group_list(registry: Registry) -> Object:
    groups = [
        {
            "name": group,
            "versions": [{"groupVersion": f"{group}/{version}", "version": version}],
            "preferredVersion": {"groupVersion": f"{group}/{version}", "version": version},
        }
        for group, version in _versions(registry)
        if group
    ]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}


def _resource_list(registry: Registry, group: str, version: str) -> Object | None:
    kinds = _versions(registry).get((group, version))
    if kinds is None:
        return None
    resources = [entry for kind in kinds for entry in _resources(kind)]
    name = f"{group}/{version}" if group else version
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": name, "resources": resources}


def _resources(kind: Kind) -> list[Object]:
    whole: Object = {
        "name": kind.plural,
        "singularName": kind.name.lower(),
        "namespaced": kind.namespaced,
        "kind": kind.name,
        "verbs": list(kind.verbs),
        "shortNames": list(kind.short),
        "categories": list(kind.categories),
    }
    parts = [_subresource(kind, name) for name in kind.subresources]
    return [whole, *parts]


def _subresource(kind: Kind, name: str) -> Object:
    scale = {"group": "autoscaling", "version": "v1", "kind": "Scale"} if name == "scale" else {"kind": kind.name}
    verbs = ["get"] if name == "log" else ["get", "patch", "update"]
    path = f"{kind.plural}/{name}"
    return {"name": path, "singularName": "", "namespaced": kind.namespaced, "verbs": verbs} | scale


def _aggregated(registry: Registry, *, core: bool) -> Object:
    items = [
        {
            "metadata": {"name": group, "creationTimestamp": None},
            "versions": [
                {"version": version, "freshness": "Current", "resources": [_aggregate(kind) for kind in kinds]}
            ],
        }
        for (group, version), kinds in _versions(registry).items()
        if (group == "") is core
    ]
    return {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items}


def _aggregate(kind: Kind) -> Object:
    return {
        "resource": kind.plural,
        "responseKind": {"group": kind.group, "version": kind.version, "kind": kind.name},
        "scope": "Namespaced" if kind.namespaced else "Cluster",
        "singularResource": kind.name.lower(),
        "verbs": list(kind.verbs),
        "shortNames": list(kind.short),
        "categories": list(kind.categories),
        "subresources": [_aggregate_part(kind, name) for name in kind.subresources],
    }


def _aggregate_part(kind: Kind, name: str) -> Object:
    scale = {"group": "autoscaling", "version": "v1", "kind": "Scale"}
    own = {"group": kind.group, "version": kind.version, "kind": kind.name}
    verbs = ["get"] if name == "log" else ["get", "patch", "update"]
    return {"subresource": name, "responseKind": scale if name == "scale" else own, "verbs": verbs}


def _openapi(registry: Registry, name: str) -> Object:
    """Say enough for kubectl to know that the server validates fields itself."""
    if not name:
        names = [f"apis/{group}/{version}" if group else f"api/{version}" for group, version in _versions(registry)]
        return {"paths": {name: {"serverRelativeURL": f"/openapi/v3/{name}"} for name in names}}
    group, _, version = name.removeprefix("apis/").removeprefix("api/").rpartition("/")
    kinds = registry.groups().get((group, version), [])
    document = {"openapi": "3.0.0", "info": {"title": "Kubernetes", "version": "v1.32.3"}}
    return document | {"paths": dict(_operation(kind) for kind in kinds), "components": {"schemas": {}}}


def _operation(kind: Kind) -> tuple[str, Object]:
    root = f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"
    where = "/namespaces/{namespace}" if kind.namespaced else ""
    parameters = [
        {"name": name, "in": "query", "schema": {"type": "string", "uniqueItems": True}}
        for name in ("dryRun", "fieldManager", "fieldValidation")
    ]
    known_as = {"group": kind.group, "version": kind.version, "kind": kind.name}
    patch = {"parameters": parameters, "responses": {}, "x-kubernetes-group-version-kind": known_as}
    return f"{root}{where}/{kind.plural}/{{name}}", {"patch": patch}
