"""The service catalogue: which deployment, database, logs and alarms belong to a service, and who owns it."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from config.settings import settings
from tools.contract import ToolError
from tools.instances import instances
from tools.scope import sees

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", max_length=253)]


class Requests(BaseModel):
    """The CloudWatch metric whose sum counts a service's requests."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    namespace: str = Field(min_length=1)
    name: str = Field(min_length=1)
    dimensions: Mapping[str, str] = Field(default_factory=dict)


class Service(BaseModel):
    """One service.

    Attributes:
        name: What it is called, also in other services' `depends_on`.
        summary: A sentence on what it does.
        namespace: Kubernetes namespace; empty if it does not run in Kubernetes.
        deployment: Kubernetes deployment.
        database: RDS instance that it uses, or that it is.
        log_group: CloudWatch log group.
        alarms: Names of CloudWatch alarms.
        repository: owner/name on GitHub.
        cluster: Name in instances.toml of the cluster it runs in; the first if left out.
        account: Name in instances.toml of its AWS account; the first if left out.
        owners: Handles of Slack user groups.
        environment: Such as `production`; the policy decides by it.
        depends_on: Names of services it calls.
        also: Other words people use for it.
        requests: Metric of its requests; what 1,000 of them cost is told where it is named.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    summary: str = ""
    namespace: Name | None = None
    deployment: Name | None = None
    database: str = ""
    log_group: str = ""
    alarms: tuple[str, ...] = ()
    repository: str = Field("", pattern=r"^([\w.-]+/[\w.-]+)?$")
    cluster: str = ""
    account: str = ""
    owners: tuple[str, ...] = ()
    environment: str = ""
    depends_on: tuple[Name, ...] = ()
    also: tuple[str, ...] = ()
    requests: Requests | None = None

    @model_validator(mode="after")
    def _placed(self) -> "Service":
        if (self.namespace is None) != (self.deployment is None):
            raise ValueError("namespace and deployment belong together; name both or neither")
        return self


def services() -> MappingProxyType[str, Service]:
    """Return the catalogue by name, as far as the run may see it; read once.

    Raises:
        ToolError: Names file, key and fix where services.yaml is not right.
    """
    found = read_services(settings().infra_config / "services.yaml")
    return MappingProxyType({name: one for name, one in found.items() if _in_scope(one)})


@cache
def read_services(file: Path) -> MappingProxyType[str, Service]:
    """Return the catalogue in a file; a missing file is an empty catalogue.

    Raises:
        ToolError: Names file, key and fix.
    """
    found = {name: _service(file, name, entry) for name, entry in _entries(file).items()}
    for service in found.values():
        for other in service.depends_on:
            if other not in found:
                raise ToolError(
                    f"{file}: services.{service.name}.depends_on names {other}, which is not a service there."
                )
    return MappingProxyType(found)


def service_of(namespace: str, deployment: str, cluster: str = "") -> Service | None:
    """Return the service that a deployment belongs to; `cluster` says which, where there are several."""
    here = (namespace, deployment)
    found = (one for one in services().values() if (one.namespace, one.deployment) == here)
    return next((one for one in found if not cluster or _cluster(one) == cluster), None)


def service_placed(args: Mapping[str, object]) -> Service | None:
    """Return the service that a call is about, for where it runs; None where services disagree about that."""
    found = [one for one in services().values() if _is_about(one, args)]
    places = {(one.cluster, one.account) for one in found}
    return found[0] if len(places) == 1 else None


def service_in(repository: str) -> Service | None:
    """Return the service whose code a repository holds."""
    return next((one for one in services().values() if one.repository and one.repository == repository), None)


def service_for(words: str) -> Service | None:
    """Return the service that the words are most plainly about."""
    return next(iter(services_in(words)), None)


def services_in(words: str) -> list[Service]:
    """Return the services that the words name, the plainest first: by name, then alarm, then other words for it.

    `why is checkout slow?` names checkout; `checkout-5xx` does so by being its alarm; a service whose name is part of a
    longer one (`orders` in `orders-db`) is not meant where the longer one fits.
    """
    ranked = [(rank, place, one) for one in services().values() for rank, place in [_fit(one, words)] if rank]
    ranked.sort(key=lambda item: (item[0], item[1], item[2].name))
    best = min((rank for rank, _, _ in ranked), default=0)
    return [one for rank, _, one in ranked if rank == best]


def clients_of(database: str) -> list[Service]:
    """Return the services that run somewhere and use a database."""
    return [one for one in services().values() if one.database == database and one.deployment]


def mentions(words: str, name: str) -> int:
    """Return where a name stands in the words as whole words of its own, -1 if it does not.

    `orders` does not stand in `orders-db`, because people write names with dashes.
    """
    hit = re.search(rf"(?<![a-z0-9-]){re.escape(name.lower())}(?![a-z0-9]|-[a-z0-9])", words.lower())
    return hit.start() if hit else -1


def contains(words: str, name: str) -> int:
    """Return where a longer name has this one as a part, as `prod-checkout-5xx` or `CheckoutErrors` has, else -1."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", words).lower()
    hit = re.search(rf"(?<![a-z0-9]){re.escape(name.lower())}(?![a-z0-9])", apart)
    return hit.start() if hit else -1


def _cluster(service: Service) -> str:
    return service.cluster or next((one.name for one in instances().cluster), "")


def _is_about(service: Service, args: Mapping[str, object]) -> bool:
    """Tell whether a call names what belongs to a service."""
    if (namespace := args.get("namespace")) and namespace == service.namespace:
        return (args.get("deployment") or args.get("workload") or service.deployment) == service.deployment
    named = {"instance": service.database, "log_group": service.log_group, "repository": service.repository}
    return (
        any(value and args.get(name) == value for name, value in named.items()) or args.get("alarm") in service.alarms
    )


def _in_scope(service: Service) -> bool:
    """Tell whether the run may see where a service runs, or the database that it is."""
    return sees("namespaces", service.namespace) if service.namespace else sees("databases", service.database)


def _fit(service: Service, words: str) -> tuple[int, int]:
    """Return how plainly the words name the service (1 is plainest, 0 is not at all), and where."""
    for rank, names in enumerate(((service.name, service.deployment), service.alarms, (_spoken(service.name),)), 1):
        places = [mentions(words, one) for one in names if one]
        if any(place >= 0 for place in places):
            return rank, min(place for place in places if place >= 0)
    if (place := contains(words, service.name)) >= 0:
        return 4, place
    places = [place for one in service.also if (place := mentions(words, one)) >= 0]
    return (5, min(places)) if places else (0, 0)


def _spoken(name: str) -> str:
    """Return a name as people say it: `orders-db` is `orders db`."""
    return name.replace("-", " ").replace(".", " ")


def _entries(file: Path) -> dict[str, object]:
    try:
        written = yaml.safe_load(file.read_text("utf-8")) if file.exists() else {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ToolError(f"{file} is not YAML: {' '.join(str(error).split())}") from error
    entries = (written or {}).get("services", {}) if isinstance(written or {}, dict) else None
    if not isinstance(entries, dict):
        raise ToolError(f"{file}: `services` must be a map of service names to what belongs to them.")
    return {str(name): entry for name, entry in entries.items()}


def _service(file: Path, name: str, entry: object) -> Service:
    if not isinstance(entry, dict):
        raise ToolError(f"{file}: services.{name} must be a map such as `namespace: shop`.")
    try:
        return Service.model_validate({**entry, "name": name})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in ("services", name, *first["loc"]))
        raise ToolError(f"{file}: {where}: {first['msg']}.") from error
