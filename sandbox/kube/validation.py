"""The rules an object must keep to be stored, in the API server's words."""

from __future__ import annotations

import re

from sandbox.kube.kinds import DAEMON_SET, DEPLOYMENT, REPLICA_SET, STATEFUL_SET, Kind, Object
from sandbox.kube.refusals import Refusal, bad_request, invalid

_NAME = re.compile(r"^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$")
_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
    "and must start and end with an alphanumeric character"
)
_WORKLOADS = (DEPLOYMENT, REPLICA_SET, STATEFUL_SET, DAEMON_SET)


def check(kind: Kind, object_: Object, old: Object | None) -> None:
    """Let an object pass.

    Raises:
        Refusal: It breaks a rule.
    """
    name = str(object_["metadata"].get("name", ""))
    causes = [] if _NAME.match(name) else [("metadata.name", f'Invalid value: "{name}": {_RULE}')]
    if kind in _WORKLOADS:
        causes += _workload(object_.get("spec") or {})
        causes += _selector(object_, old)
    if causes:
        raise invalid(kind, name, causes)


def check_shape(kind: Kind, object_: Object) -> None:
    """Let a body pass that says it is what the URL says.

    Raises:
        Refusal: It is another kind, or its replicas are no whole number.
    """
    said = (object_.get("apiVersion") or kind.api_version, object_.get("kind") or kind.name)
    if said != (kind.api_version, kind.name):
        raise bad_request(
            f"the API version or kind in the data ({said[0]}, Kind={said[1]}) does not match the expected one"
            f" ({kind.api_version}, Kind={kind.name})"
        )
    if not isinstance(object_.get("metadata"), dict):
        raise bad_request("the object provided is unrecognized: metadata is missing")
    replicas = (object_.get("spec") or {}).get("replicas")
    if replicas is not None and (isinstance(replicas, bool) or not isinstance(replicas, int)):
        raise Refusal(
            400,
            "BadRequest",
            f'{kind.name} in version "{kind.version}" cannot be handled as a {kind.name}: '
            "json: cannot unmarshal string into Go struct field .spec.replicas of type int32",
        )


def _workload(spec: Object) -> list[tuple[str, str]]:
    causes = []
    replicas = spec.get("replicas", 1)
    if isinstance(replicas, int) and replicas < 0:
        causes.append(("spec.replicas", f"Invalid value: {replicas}: must be greater than or equal to 0"))
    listed = ((spec.get("template") or {}).get("spec") or {}).get("containers")
    if not listed:
        causes.append(("spec.template.spec.containers", "Required value"))
    for index, container in enumerate(listed or []):
        missing = [field for field in ("name", "image") if not container.get(field)]
        causes += [(f"spec.template.spec.containers[{index}].{field}", "Required value") for field in missing]
    return causes


def _selector(object_: Object, old: Object | None) -> list[tuple[str, str]]:
    spec = object_.get("spec") or {}
    if old is not None and (old.get("spec") or {}).get("selector") != spec.get("selector"):
        return [("spec.selector", f"Invalid value: {spec.get('selector')}: field is immutable")]
    wanted = (spec.get("selector") or {}).get("matchLabels") or {}
    given = ((spec.get("template") or {}).get("metadata") or {}).get("labels") or {}
    if not wanted.items() <= given.items():
        return [
            ("spec.template.metadata.labels", f"Invalid value: {given}: `selector` does not match template `labels`")
        ]
    return []
