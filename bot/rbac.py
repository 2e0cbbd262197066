"""The Kubernetes roles Infra needs, as manifests: its own account looks and rehearses, people change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tools.contract import JsonObject
from tools.needs import KubeNeed
from tools.people import Identity, Kubernetes

NAMESPACE = ACCOUNT = "infra"
USER = f"system:serviceaccount:{NAMESPACE}:{ACCOUNT}"
RBAC = "rbac.authorization.k8s.io"
OPERATIONS = {"patch": "UPDATE", "update": "UPDATE", "create": "CREATE", "delete": "DELETE"}


def manifests(needs: Sequence[KubeNeed], people: Kubernetes) -> Iterator[JsonObject]:
    """Return the objects to apply.

    A dry run asks for the same permission as the change itself
    (https://kubernetes.io/docs/reference/using-api/api-concepts/#authorization-for-dry-run), so Infra's account may
    patch; where changes are made as people, an admission policy keeps that to dry runs.
    """
    looks, writes = [one for one in needs if one.looks], [one for one in needs if not one.looks]
    yield _role("infra-reader", _rules(looks))
    yield _binding("infra-reader")
    if writes:
        yield _role("infra-changer", _rules(writes))
        yield _binding("infra-changer")
    somebody = [*people.people.values(), *([people.nobody] if people.nobody else [])]
    if somebody:
        yield _role("infra-impersonator", _impersonation(somebody))
        yield _binding("infra-impersonator")
        yield _admission(writes)
        yield _admission_binding()


def _rules(needs: Sequence[KubeNeed]) -> list[JsonObject]:
    """Return one rule for the resources of a group that take the same verbs."""
    verbs: dict[tuple[str, str], list[str]] = {}
    for one in needs:
        verbs.setdefault((one.group, one.resource), []).append(one.verb)
    rules: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (group, resource), taken in verbs.items():
        rules.setdefault((group, tuple(sorted(taken))), []).append(resource)
    return [
        {"apiGroups": [group], "resources": sorted(resources), "verbs": list(taken)}
        for (group, taken), resources in sorted(rules.items())
    ]


def _impersonation(people: Sequence[Identity]) -> list[JsonObject]:
    """Return rules for exactly these users and groups.

    https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
    """
    users = sorted({one.user for one in people})
    groups = sorted({group for one in people for group in one.groups})
    rules: list[JsonObject] = [
        {"apiGroups": [""], "resources": ["users"], "verbs": ["impersonate"], "resourceNames": users}
    ]
    if groups:
        rules.append({"apiGroups": [""], "resources": ["groups"], "verbs": ["impersonate"], "resourceNames": groups})
    return rules


def _role(name: str, rules: list[JsonObject]) -> JsonObject:
    return {"apiVersion": f"{RBAC}/v1", "kind": "ClusterRole", "metadata": {"name": name}, "rules": rules}


def _binding(name: str) -> JsonObject:
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": name},
        "subjects": [{"kind": "ServiceAccount", "name": ACCOUNT, "namespace": NAMESPACE}],
    }


def _admission(writes: Sequence[KubeNeed]) -> JsonObject:
    """Return the policy that refuses what Infra's own account writes, dry runs excepted.

    https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
    """
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": "infra-rehearses-only"},
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": {"resourceRules": _watched(writes)},
            "matchConditions": [{"name": "infra-itself", "expression": f"request.userInfo.username == '{USER}'"}],
            "validations": [
                {
                    "expression": "has(request.dryRun) && request.dryRun",
                    "message": "Infra's own account only rehearses changes.",
                }
            ],
        },
    }


def _watched(writes: Sequence[KubeNeed]) -> list[JsonObject]:
    """Return what the admission policy looks at: whatever a tool of ours may write."""
    return [
        {
            "apiGroups": [group],
            "apiVersions": ["*"],
            "operations": sorted({OPERATIONS[one.verb] for one in writes if one.group == group}),
            "resources": sorted({one.resource for one in writes if one.group == group}),
        }
        for group in sorted({one.group for one in writes})
    ]


def _admission_binding() -> JsonObject:
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": "infra-rehearses-only"},
        "spec": {"policyName": "infra-rehearses-only", "validationActions": ["Deny"]},
    }
