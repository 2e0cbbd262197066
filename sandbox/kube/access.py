"""Who may do what: everything but reading secrets, less what [rbac] in world.toml denies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.kube.kinds import Kind, Object
from sandbox.kube.refusals import Refusal, forbidden

USER = "system:serviceaccount:infra:infra"


@dataclass(frozen=True)
class Denial:
    """Something that is not allowed; `*` in a field means all."""

    verbs: tuple[str, ...] = ("*",)
    resources: tuple[str, ...] = ("*",)
    namespaces: tuple[str, ...] = ("*",)

    def covers(self, verb: str, resource: str, namespace: str) -> bool:
        """Tell whether a request falls under it."""
        asked = ((self.verbs, verb), (self.resources, resource), (self.namespaces, namespace))
        return all("*" in listed or value in listed for listed, value in asked)


SECRETS = Denial(resources=("secrets",))


@dataclass(frozen=True)
class Access:
    """Answers whether the one user may do something."""

    denials: tuple[Denial, ...] = (SECRETS,)

    @classmethod
    def read(cls, table: Any) -> Access:
        """Return the access of a world: [[rbac.deny]] with verbs, resources (`deployments/scale`) and namespaces.

        Raises:
            ValueError: Says what is wrong.
        """
        entries = (table or {}).get("deny", [])
        if not isinstance(entries, list):
            raise ValueError("world.toml: rbac.deny must be tables, written [[rbac.deny]].")  # noqa: TRY004 - a wrong file
        return cls((SECRETS, *(_denial(entry) for entry in entries)))

    def allows(self, verb: str, resource: str, namespace: str) -> bool:
        """Tell whether a request is allowed; `resource` may have a subresource, as in `pods/log`."""
        return not any(denial.covers(verb, resource, namespace) for denial in self.denials)

    def check(self, verb: str, kind: Kind, namespace: str, name: str, subresource: str = "") -> None:
        """Let a request pass.

        Raises:
            Refusal: It is not allowed.
        """
        resource = f"{kind.plural}/{subresource}" if subresource else kind.plural
        if not self.allows(verb, resource, namespace):
            raise denied(verb, kind, namespace, name, resource)

    def review(self, review: Object) -> Object:
        """Answer a SelfSubjectAccessReview."""
        asked = (review.get("spec") or {}).get("resourceAttributes") or {}
        resource = "/".join(filter(None, (asked.get("resource", ""), asked.get("subresource", ""))))
        allowed = self.allows(asked.get("verb", ""), resource, asked.get("namespace", ""))
        return {**review, "status": {"allowed": allowed}}


def denied(verb: str, kind: Kind, namespace: str, name: str, resource: str) -> Refusal:
    """Return the refusal in the authorizer's words."""
    where = f'in the namespace "{namespace}"' if namespace else "at the cluster scope"
    why = f'User "{USER}" cannot {verb} resource "{resource}" in API group "{kind.group}" {where}'
    return forbidden(kind, name, why)


def _denial(entry: Mapping[str, Any]) -> Denial:
    known = {"verbs", "resources", "namespaces"}
    if (
        not isinstance(entry, dict)
        or set(entry) - known
        or not all(isinstance(value, list) for value in entry.values())
    ):
        raise ValueError(f"world.toml: [[rbac.deny]] takes lists named {', '.join(sorted(known))}.")
    return Denial(**{key: tuple(map(str, value)) for key, value in entry.items()})
