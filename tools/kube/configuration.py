"""ConfigMaps that were changed lately, and the workloads that read them: a change no rollout shows."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from tools.contract import Call, Finding, JsonObject, Observation, Role
from tools.declare import reads
from tools.kube.client import reader
from tools.kube.events import Everywhere
from tools.kube.fields import (
    ago,
    created,
    moment,
    name_of,
    namespace_of,
    part,
    parts,
    some,
    subject,
    text,
    within,
)

FINDINGS = {
    "config_changed": "A ConfigMap that a workload reads was changed in the last day.",
    "config_unchanged": "No ConfigMap was changed in the last day.",
}
DAY = timedelta(days=1)
OWN = {"kube-root-ca.crt"}
"""Kept by the cluster itself."""


@reads(needs=("core/configmaps:list", "apps/deployments:list"))
def kube_config_changes(namespace: Everywhere = "") -> Observation:
    """List the ConfigMaps changed in the last day: when, by whom, and which workloads read them. Values stay unread."""
    api, now = reader(), datetime.now(UTC)
    maps = [one for one in api.any("configmaps", namespace) if name_of(one) not in OWN]
    found = analyze(maps, api.any("deployments", namespace), now)
    return Observation("\n".join([*(one.observed for one in found), *api.unseen]), found)


def analyze(maps: Iterable[JsonObject], deployments: Sequence[JsonObject], now: datetime) -> tuple[Finding, ...]:
    """Return the recent changes, newest first, or that there is none."""
    recent = [one for one in maps if within(changed(one)[0], now, DAY)]
    found = [each for one in recent for each in _findings(one, deployments, now)]
    said = "No ConfigMap was changed in the last day."
    none = Finding("config_unchanged", "cluster", said, "metadata.managedFields", 0.5, Role.HEALTHY)
    return tuple(sorted(found, key=lambda one: one.since or now, reverse=True)) or (none,)


def changed(one: JsonObject) -> tuple[datetime | None, str]:
    """Return when an object was last written, and by which program."""
    writes = [(moment(each, "time"), text(each, "manager")) for each in parts(one, "metadata", "managedFields")]
    dated = [(at, who) for at, who in writes if at]
    return max(dated, key=lambda write: write[0], default=(created(one), ""))


def _findings(one: JsonObject, deployments: Sequence[JsonObject], now: datetime) -> list[Finding]:
    since, who = changed(one)
    readers = [each for each in deployments if namespace_of(each) == namespace_of(one) and _reads(each, name_of(one))]
    by = f" by {who}" if who else ""
    said = f"ConfigMap {name_of(one)} was changed {ago(since, now)}{by}"
    names = some(map(name_of, readers))
    told = f"{said}; {names} reads it." if readers else f"{said}; no deployment reads it."
    role, sure = (Role.CHANGE, 0.6) if readers else (Role.CONTEXT, 0.4)
    subjects = [subject("deployment", each) for each in readers] or [subject("configmap", one)]
    at, look = "metadata.managedFields", (Call("kube_log_errors", _here(readers[0])),) if readers else ()
    return [Finding("config_changed", where, told, at, sure, role, since, look) for where in subjects]


def _here(deployment: JsonObject) -> JsonObject:
    return {"namespace": namespace_of(deployment), "workload": name_of(deployment)}


def _reads(deployment: JsonObject, name: str) -> bool:
    template = part(deployment, "spec", "template", "spec")
    mounted = {text(one, "configMap", "name") for one in parts(template, "volumes")}
    containers = parts(template, "containers") + parts(template, "initContainers")
    whole = {text(one, "configMapRef", "name") for each in containers for one in parts(each, "envFrom")}
    single = {text(one, "valueFrom", "configMapKeyRef", "name") for each in containers for one in parts(each, "env")}
    return name in mounted | whole | single
