"""Managed fields: who set what and when, as the API server notes with every write."""

from __future__ import annotations

from typing import Any

from sandbox.kube.kinds import Object
from sandbox.kube.parts import stamp


def with_manager(old: Object | None, new: Object, manager: str, subresource: str, at: float) -> Object:
    """Return an object with a note of the fields this write set; a write that sets nothing leaves none."""
    manager = manager.split("/", maxsplit=1)[0] or "unknown"
    changed = _changed(_set_by_people(old or {}), _set_by_people(new))
    if not changed:
        return new
    entries = [
        entry
        for entry in new["metadata"].get("managedFields") or []
        if (entry.get("manager"), entry.get("subresource", "")) != (manager, subresource)
    ]
    entry = {"manager": manager, "operation": "Update", "apiVersion": new["apiVersion"], "time": stamp(at)}
    entry |= {"fieldsType": "FieldsV1", "fieldsV1": changed} | ({"subresource": subresource} if subresource else {})
    entries.append(entry)
    return {**new, "metadata": {**new["metadata"], "managedFields": entries}}


def _set_by_people(object_: Object) -> Object:
    meta = object_.get("metadata") or {}
    return {
        "metadata": {key: meta.get(key) or {} for key in ("annotations", "labels")},
        **{key: object_[key] for key in ("spec", "data", "status") if key in object_},
    }


def _changed(old: Any, new: Any) -> Any:
    """Return the fields that differ in the shape of FieldsV1, down to the first list."""
    if old == new:
        return {}
    if not isinstance(new, dict):
        return {".": {}}
    found = {}
    for key, value in new.items():
        before = old.get(key) if isinstance(old, dict) else None
        if before != value:
            below = _changed(before or {}, value) if isinstance(value, dict) and value else {}
            found[f"f:{key}"] = below
    return found
