"""AWS Config's history: what of a resource changed, from what to what, and when."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from tools.aws.client import configuration
from tools.aws.wording import ago
from tools.contract import Call, Finding, Observation, Role
from tools.declare import reads
from tools.scope import require

if TYPE_CHECKING:
    from types_boto3_config import ConfigServiceClient

FINDINGS = {
    "history_changed": "AWS Config recorded a change of the resource: which fields, from what to what.",
    "history_deleted": "AWS Config recorded that the resource was deleted.",
    "history_unchanged": "AWS Config records the resource, and it did not change in the window.",
    "history_unknown": "AWS Config does not record the resource, so its history is not known.",
}

Kind = Annotated[str, Field(pattern=r"^AWS::[A-Za-z0-9]+::[A-Za-z0-9]+$", description="such as AWS::S3::Bucket")]
Resource = Annotated[
    str, Field(min_length=1, max_length=768, description="the resource's id as AWS Config has it, or its name")
]
Days = Annotated[int, Field(ge=1, le=365, description="days")]
STATES, CHANGES, FIELDS, SHOWN = 50, 6, 4, 60
"""States read, changes told, fields told of a change, and characters of a value."""
_GONE = {"ResourceDeleted", "ResourceDeletedNotRecorded"}
_BEFORE_IT = 60
"""Minutes before a state was recorded in which CloudTrail has the change: Config follows it by minutes."""
_DAILY = 1440


@reads(
    needs=(
        "config:DescribeConfigurationRecorderStatus",
        "config:GetResourceConfigHistory",
        "config:ListDiscoveredResources",
    )
)
def aws_config_history(kind: Kind, resource: Resource, days: Days = 30) -> Observation:
    """Say what AWS Config recorded of a resource: which fields changed, from what to what, and when.

    CloudTrail is where it is found out who did it. An account without a recorder says so.
    """
    now = datetime.now(UTC)
    require("databases", resource)  # the widest of the scopes that name AWS's things: unscoped runs see all
    with configuration() as client:
        if silent := _silent(client):
            return _observed(_unrecorded(resource, silent))
        states = _states(client, kind, resource, now - timedelta(days=days))
    if states is None:
        return _observed(_unrecorded(resource, f"AWS Config has not recorded {resource} as {kind}."))
    return _observed(*analyze(states, resource, now, days))


def analyze(states: Sequence[Any], resource: str, now: datetime, days: int) -> tuple[Finding, ...]:
    """Return what changed between the states, the newest first; a first state alone is no change."""
    dated = sorted(states, key=lambda one: one["configurationItemCaptureTime"], reverse=True)
    found = tuple(islice(_changes(dated, resource, now), CHANGES))
    said = f"AWS Config recorded no change of {resource} in {days} days."
    return found or (_finding("history_unchanged", resource, said, Role.HEALTHY),)


def _silent(client: ConfigServiceClient) -> str:
    """Return why nothing is recorded, or an empty text."""
    recorders = client.describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
    if not recorders:
        return "AWS Config has no recorder in this region, so it cannot say what changed; CloudTrail may."
    if not any(one.get("recording") for one in recorders):
        return "AWS Config's recorder is stopped, so it cannot say what changed lately; CloudTrail may."
    return ""


def _states(client: ConfigServiceClient, kind: Any, resource: str, since: datetime) -> list[Any] | None:
    """Return the recorded states of a resource, by its id, else by its name; None if it was never recorded."""
    found = _history(client, kind, resource, since)
    if found is not None:
        return found
    named = client.list_discovered_resources(resourceType=kind, resourceName=resource, includeDeletedResources=True)
    ids = [one["resourceId"] for one in named["resourceIdentifiers"]]
    return _history(client, kind, ids[0], since) if ids else None


def _history(client: ConfigServiceClient, kind: Any, identifier: str, since: datetime) -> list[Any] | None:
    """Return the states of the time, and the one before it that the first of them is compared with."""
    try:
        within = client.get_resource_config_history(
            resourceType=kind, resourceId=identifier, earlierTime=since, limit=STATES
        )["configurationItems"]
        before = client.get_resource_config_history(resourceType=kind, resourceId=identifier, laterTime=since, limit=1)[
            "configurationItems"
        ]
    except client.exceptions.ResourceNotDiscoveredException:
        return None
    return [*within, *(one for one in before if one not in within)]


def _changes(states: Sequence[Any], resource: str, now: datetime) -> Iterator[Finding]:
    """Yield the changes of states that are ordered from the newest on."""
    for after, before in pairwise(states):
        at = ago(after["configurationItemCaptureTime"], now)
        if after.get("configurationItemStatus") in _GONE:
            yield _change("history_deleted", after, resource, f"{resource} was deleted, as AWS Config recorded {at}.")
        elif fields := list(changed(_fields(before), _fields(after))):
            more = f" and {len(fields) - FIELDS} more" if len(fields) > FIELDS else ""
            said = f"{'; '.join(fields[:FIELDS])}{more}"
            yield _change(
                "history_changed", after, resource, f"{resource} changed, as AWS Config recorded {at}: {said}."
            )


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each field, at any depth, that is not what it was; lists count as one value."""
    for path in sorted(set(before) | set(after)):
        if path not in after:
            yield f"`{path}` was taken away, it was {_short(before[path])}"
        elif path not in before:
            yield f"`{path}` was added, it is {_short(after[path])}"
        elif before[path] != after[path]:
            yield f"`{path}` went from {_short(before[path])} to {_short(after[path])}"


def _fields(state: Any) -> dict[str, Any]:
    """Return the leaves of a state: its configuration, what is beside it, and its tags."""
    beside = {name: _json(text) for name, text in (state.get("supplementaryConfiguration") or {}).items()}
    told = _json(state.get("configuration") or "{}")
    own = told if isinstance(told, dict) else {"configuration": told}
    return dict(_leaves({**own, **beside, "tags": state.get("tags") or {}}, ""))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _leaves(each, f"{path}.{name}" if path else str(name))
    else:
        yield path, value


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _change(code: str, state: Any, resource: str, said: str) -> Finding:
    at = state["configurationItemCaptureTime"]
    minutes = _DAILY if state.get("recordingFrequency") == "DAILY" else _BEFORE_IT
    name = str(state.get("resourceName") or resource)[:255]
    who = Call("aws_changes", {"resource": name, "minutes": minutes, "around": at.isoformat()})
    return _finding(code, resource, said, Role.CHANGE, at, (who,))


def _finding(  # noqa: PLR0917 - what a finding is made of
    code: str, resource: str, said: str, role: Role, since: datetime | None = None, leads: tuple[Call, ...] = ()
) -> Finding:
    return Finding(code, f"aws/{resource}", said, "GetResourceConfigHistory", 0.7, role, since, leads)


def _unrecorded(resource: str, said: str) -> Finding:
    return _finding("history_unknown", resource, said, Role.CONTEXT)


def _observed(*findings: Finding) -> Observation:
    return Observation("\n".join(one.observed for one in findings), findings)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
