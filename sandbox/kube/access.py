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
    users: tuple[str, ...] = ("*",)

    def covers(self, verb: str, resource: str, namespace: str, user: str) -> bool:
        """Tell whether a request falls under it."""
        asked = (
            (self.verbs, verb),
            (self.resources, resource),
            (self.namespaces, namespace),
            (self.users, user),
        )
        return all("*" in listed or value in listed for listed, value in asked)


SECRETS = Denial(resources=("secrets",))


@dataclass(frozen=True)
class Access:
    """Answers whether a user may do something; `rehearse_only` keeps the bot's own account to dry runs."""

    denials: tuple[Denial, ...] = (SECRETS,)
    rehearse_only: bool = False

    @classmethod
    def read(cls, table: Any) -> Access:
        """Return the access of a world: [[rbac.deny]] with verbs, resources (`deployments/scale`), namespaces, users.

        Raises:
            ValueError: Says what is wrong.
        """
        entries = (table or {}).get("deny", [])
        if not isinstance(entries, list):
            raise ValueError("world.toml: rbac.deny must be tables, written [[rbac.deny]].")  # noqa: TRY004 - a wrong file
        denials = (SECRETS, *(_denial(entry) for entry in entries))
        return cls(denials, rehearse_only=bool((table or {}).get("rehearse_only", False)))

    def allows(self, verb: str, resource: str, namespace: str, user: str = USER) -> bool:
        """Tell whether a request is allowed; `resource` may have a subresource, as in `pods/log`."""
        return not any(denial.covers(verb, resource, namespace, user) for denial in self.denials)

    def check(
        self, verb: str, kind: Kind, namespace: str, name: str, subresource: str = "", *, user: str = USER
    ) -> None:
        """Let a request pass.

        Raises:
            Refusal: It is not allowed.
        """
        resource = f"{kind.plural}/{subresource}" if subresource else kind.plural
        if not self.allows(verb, resource, namespace, user):
            raise denied(verb, kind, namespace, name, resource, user=user)

    def rehearsed(self, kind: Kind, name: str, user: str) -> None:
        """Let a write of a user's pass, dry runs not asked about.

        Raises:
            Refusal: The user is the bot's own account, and that may only rehearse.
        """
        if self.rehearse_only and user == USER:
            policy = (
                "ValidatingAdmissionPolicy 'infra-rehearses-only' with binding 'infra-rehearses-only' denied request"
            )
            raise forbidden(kind, name, f"{policy}: Infra's own account only rehearses changes.")

    def impersonates(self, user: str) -> None:
        """Let the bot's account act as a user.

        Raises:
            Refusal: It may not impersonate.
        """
        if not self.allows("impersonate", "users", ""):
            why = f'User "{USER}" cannot impersonate resource "users" in API group "" at the cluster scope'
            raise forbidden(Kind("", "v1", "User", "users", namespaced=False), user, why)

    def review(self, review: Object) -> Object:
        """Answer a SelfSubjectAccessReview."""
        asked = (review.get("spec") or {}).get("resourceAttributes") or {}
        resource = "/".join(filter(None, (asked.get("resource", ""), asked.get("subresource", ""))))
        allowed = self.allows(asked.get("verb", ""), resource, asked.get("namespace", ""))
        return {**review, "status": {"allowed": allowed}}


def denied(verb: str, kind: Kind, namespace: str, name: str, resource: str, *, user: str) -> Refusal:
    """Return the refusal in the authorizer's words."""
    where = f'in the namespace "{namespace}"' if namespace else "at the cluster scope"
    why = f'User "{user}" cannot {verb} resource "{resource}" in API group "{kind.group}" {where}'
    return forbidden(kind, name, why)


def _denial(entry: Mapping[str, Any]) -> Denial:
    known = {"verbs", "resources", "namespaces", "users"}
    if (
        not isinstance(entry, dict)
        or set(entry) - known
        or not all(isinstance(value, list) for value in entry.values())
    ):
        raise ValueError(f"world.toml: [[rbac.deny]] takes lists named {', '.join(sorted(known))}.")
    return Denial(**{key: tuple(map(str, value)) for key, value in entry.items()})
