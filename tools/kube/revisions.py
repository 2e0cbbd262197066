"""The revisions of a deployment: which is current, what changed between two, and which one to go back to."""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

import yaml

from tools.contract import JsonObject
from tools.kube.fields import created, labels, name_of, namespace_of, number, part, parts, selects, text

REVISION = "deployment.kubernetes.io/revision"
CAUSE = "kubernetes.io/change-cause"
HASH = "pod-template-hash"
RESTARTED = "kubectl.kubernetes.io/restartedAt"


@dataclass(frozen=True)
class Revision:
    """One ReplicaSet of a deployment.

    Attributes:
        number: The revision number that `kubectl rollout history` shows.
        name: The ReplicaSet's name.
        created: When its template was first rolled out; going back to it does not change this.
        template: The pod template, without the hash that Kubernetes adds.
        wanted: Pods it should have now.
        ready: Pods that are ready now.
        cause: What was written as change-cause.
    """

    number: int
    name: str
    created: datetime | None
    template: JsonObject
    wanted: int = 0
    ready: int = 0
    cause: str = ""

    @property
    def images(self) -> tuple[str, ...]:
        """Images of its containers."""
        return images(self.template)


def images(template: JsonObject) -> tuple[str, ...]:
    """Return the images of a pod template's containers."""
    return tuple(text(one, "image") for one in parts(template, "spec", "containers"))


def revisions(deployment: JsonObject, replicasets: Iterable[JsonObject]) -> tuple[Revision, ...]:
    """Return a deployment's revisions, newest first; the first is current."""
    mine = [_revision(one) for one in replicasets if owned_by(one, deployment)]
    wanted = bare(part(deployment, "spec", "template"))
    return tuple(sorted(mine, key=lambda one: (one.template == wanted, one.number), reverse=True))


def owned_by(replicaset: JsonObject, deployment: JsonObject) -> bool:
    """Tell whether the ReplicaSet belongs to the deployment, by owner, or by labels where no owner is written."""
    if namespace_of(replicaset) != namespace_of(deployment):
        return False
    owners = parts(replicaset, "metadata", "ownerReferences")
    if owners:
        return any(text(one, "kind") == "Deployment" and text(one, "name") == name_of(deployment) for one in owners)
    return selects(part(deployment, "spec", "selector"), labels(replicaset, "metadata", "labels"))


def bare(template: JsonObject) -> JsonObject:
    """Return a pod template without the hash label and the empty fields that differ between its copies."""
    meta = part(template, "metadata")
    kept = {
        "labels": {key: one for key, one in part(meta, "labels").items() if key != HASH},
        "annotations": part(meta, "annotations"),
    }
    return {"metadata": {key: one for key, one in kept.items() if one}, "spec": part(template, "spec")}


def good(history: Sequence[Revision]) -> Revision | None:
    """Return the revision to go back to: one that still serves, else the one before; restarts are not a step back."""
    others = [one for one in history if _other(one, history)]
    return max(others, key=lambda one: (one.ready > 0, one.number), default=None)


def began(history: Sequence[Revision]) -> datetime | None:
    """Return when the current template was first rolled out; a restart does not make it newer."""
    if not history:
        return None
    mine = without_restart(history[0].template)
    alike = takewhile(lambda one: without_restart(one.template) == mine, history)
    return min((one.created for one in alike if one.created), default=None)


def gone_back(history: Sequence[Revision]) -> bool:
    """Tell whether the current template is an earlier one put back, for which Kubernetes takes its old ReplicaSet."""
    since = began(history)
    newer = (one.created for one in history if _other(one, history))
    return since is not None and any(one is not None and one > since for one in newer)


def without_restart(template: JsonObject) -> JsonObject:
    """Return a bare template as if it had never been restarted."""
    plain = bare(template)
    meta = part(plain, "metadata")
    notes = {key: one for key, one in part(meta, "annotations").items() if key != RESTARTED}
    kept = {key: one for key, one in (("labels", meta.get("labels")), ("annotations", notes)) if one}
    return {"metadata": kept, "spec": plain["spec"]}


def differences(before: JsonObject, after: JsonObject) -> list[str]:
    """Say what changed between two pod templates but for restarts, a line each: `containers.app.image: a → b`."""
    old, new = _flat(without_restart(before)), _flat(without_restart(after))
    keys = (key for key in sorted(old.keys() | new.keys()) if old.get(key) != new.get(key))
    return [f"{key}: {' → '.join(_apart(key, old.get(key, 'none'), new.get(key, 'none')))}" for key in keys]


def short(image: str) -> str:
    """Return an image without its registry, which is long and says little."""
    return image.rpartition("/")[2] or image


def unified(before: JsonObject, after: JsonObject, *, old: str = "now", new: str = "after") -> str:
    """Return the unified diff of two objects as YAML."""
    lines = difflib.unified_diff(_yaml(before), _yaml(after), fromfile=old, tofile=new, n=2, lineterm="")
    return "\n".join(lines)


def _apart(key: str, old: str, new: str) -> tuple[str, str]:
    """Leave out the registry where it is the same in both images."""
    same = key.endswith(".image") and old.rpartition("/")[0] == new.rpartition("/")[0]
    return (short(old), short(new)) if same else (old, new)


def _other(one: Revision, history: Sequence[Revision]) -> bool:
    return without_restart(one.template) != without_restart(history[0].template)


def _revision(replicaset: JsonObject) -> Revision:
    notes = labels(replicaset, "metadata", "annotations")
    return Revision(
        number=number(notes, REVISION),
        name=name_of(replicaset),
        created=created(replicaset),
        template=bare(part(replicaset, "spec", "template")),
        wanted=number(replicaset, "spec", "replicas"),
        ready=number(replicaset, "status", "readyReplicas"),
        cause=notes.get(CAUSE, ""),
    )


def _flat(of: object, at: str = "") -> dict[str, str]:
    """Return leaves by path; list items go by their name, so an inserted variable does not shift the others."""
    match of:
        case dict():
            found: dict[str, str] = {}
            for key, one in of.items():
                found |= _flat(one, f"{at}.{key}" if at else str(key))
            return found
        case list():
            found = {}
            for index, one in enumerate(of):
                found |= _flat(one, f"{at}.{text(one, 'name') or index}")
            return found
        case _ if at.endswith(".name") or at in {"", "name"}:
            return {}
        case _:
            return {re.sub(r"^(spec|metadata)\.", "", at): str(of)}


def _yaml(of: JsonObject) -> list[str]:
    return yaml.safe_dump(of, sort_keys=True, allow_unicode=True, width=1000).splitlines()
