"""Read what `terraform show -json` says of a plan, of any version since 0.12, without ever showing a value."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tools.contract import ToolError

_SIGNS = frozenset({"resource_changes", "planned_values", "output_changes", "resource_drift", "prior_state"})
_TAGS = frozenset({"tags", "tags_all", "labels", "effective_labels", "terraform_labels"})


@dataclass(frozen=True)
class Changed:
    """What a plan does to one resource.

    Attributes:
        address: With module path and index, such as `module.db.aws_db_instance.this[0]`.
        kind: The resource's type.
        action: no-op, read, create, update, delete, replace, forget, or Terraform's own words if there are others.
        fields: Names of what differs, sorted; values are never kept.
        deposed: Key of a leftover object that a failed replacement left, empty otherwise.
        moved_from: Its address before, empty if it has not moved.
        imported: Whether it is taken over as it is.
        reason: Terraform's word for why, such as `replace_because_cannot_update`.
        because: The fields that cannot be changed in place.
    """

    address: str
    kind: str
    action: str
    fields: tuple[str, ...] = ()
    deposed: str = ""
    moved_from: str = ""
    imported: bool = False
    reason: str = ""
    because: tuple[str, ...] = ()

    @property
    def destroys(self) -> bool:
        """Whether what is there will be gone afterwards."""
        return "delete" in self.action or self.action == "replace"

    @property
    def tags_only(self) -> bool:
        """Whether nothing but tags differs."""
        return self.action == "update" and bool(self.fields) and _TAGS.issuperset(self.fields)


@dataclass(frozen=True)
class Plan:
    """A plan: what it does to each resource, and how many outputs change."""

    version: str
    changes: tuple[Changed, ...]
    outputs: int = 0
    errored: bool = False

    @property
    def actions(self) -> Mapping[str, int]:
        """Return how many resources see each action."""
        return Counter(change.action for change in self.changes)


def read_plan(text: str | bytes) -> Plan:
    """Read a plan.

    Raises:
        ToolError: It is not a plan as `terraform show -json` prints it.
    """
    told = _parsed(text)
    if not isinstance(told, dict) or not (_SIGNS & told.keys() or {"format_version", "errored"} <= told.keys()):
        raise ToolError("This is not a plan: make one with `terraform plan -out=f` and `terraform show -json f`.")
    changes = tuple(_changed(each) for each in _list(told.get("resource_changes")))
    outputs = sum(_actions(each) != ("no-op",) for each in (told.get("output_changes") or {}).values())
    return Plan(str(told.get("terraform_version") or ""), changes, outputs, bool(told.get("errored")))


def _parsed(text: str | bytes) -> Any:
    """Parse, whichever encoding a shell wrote it in."""
    try:
        plain = text if isinstance(text, str) else text.decode(json.detect_encoding(text))
        return json.loads(plain.lstrip("\ufeff"))
    except (ValueError, RecursionError) as wrong:
        raise ToolError(f"The plan is not JSON ({wrong}); make it with `terraform show -json`.") from wrong


def _list(value: Any) -> Iterator[dict[str, Any]]:
    return (each for each in value or () if isinstance(each, dict))


def _changed(told: dict[str, Any]) -> Changed:
    change = told.get("change") or {}
    action = _word(_actions(change))
    return Changed(
        address=str(told.get("address", "")),
        kind=str(told.get("type", "")),
        action=action,
        fields=_fields(change) if action in {"update", "replace"} else (),
        deposed=str(told.get("deposed") or ""),
        moved_from=str(told.get("previous_address") or ""),
        imported=bool(change.get("importing")),
        reason=str(told.get("action_reason") or ""),
        because=tuple(sorted({str(path[0]) for path in change.get("replace_paths") or () if path})),
    )


def _actions(change: Any) -> tuple[str, ...]:
    return tuple(map(str, (change or {}).get("actions") or ("no-op",)))


def _word(actions: tuple[str, ...]) -> str:
    if set(actions) == {"create", "delete"}:
        return "replace"
    return "+".join(actions)


def _fields(change: dict[str, Any]) -> tuple[str, ...]:
    """Return the names of what differs, and of what only applying will tell."""
    before, after, unknown = (_object(change.get(name)) for name in ("before", "after", "after_unknown"))
    differing = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    return tuple(sorted(differing | {name for name, told in unknown.items() if told is True}))


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
