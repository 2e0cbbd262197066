"""The cluster's objects and their history, as etcd keeps them: every change gets the next resourceVersion."""

from __future__ import annotations

import copy
import uuid
from collections import deque
from dataclasses import dataclass

from sandbox.kube.kinds import Kind, Object
from sandbox.kube.parts import owner

HISTORY = 20_000
"""Changes kept for watches; who asks for older ones is told 410, as after etcd's compaction."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One change of one object: what a watch tells."""

    version: int
    type: str  # ADDED | MODIFIED | DELETED
    kind: Kind
    object: Object
    before: Object | None


class Store:
    """Objects by kind, namespace and name. What is handed out must not be modified: `edit` gives a copy."""

    def __init__(self) -> None:
        self.version = 1000
        self._objects: dict[Kind, dict[tuple[str, str], Object]] = {}
        self._order: dict[Kind, list[tuple[str, str]]] = {}
        self._owned: dict[tuple[Kind, str], dict[tuple[str, str], None]] = {}
        self._history: deque[Happening] = deque(maxlen=HISTORY)

    def get(self, kind: Kind, namespace: str, name: str) -> Object | None:
        """Return an object."""
        return self._objects.get(kind, {}).get((namespace, name))

    def edit(self, kind: Kind, namespace: str, name: str) -> Object | None:
        """Return a copy of an object that may be modified and put back."""
        return copy.deepcopy(self.get(kind, namespace, name))

    def all(self, kind: Kind, namespace: str = "") -> list[Object]:
        """Return the objects of a kind, all namespaces if none is given, by namespace and name."""
        found = self._objects.get(kind, {})
        if kind not in self._order:
            self._order[kind] = sorted(found)
        return [found[key] for key in self._order[kind] if not namespace or key[0] == namespace]

    def owned(self, kind: Kind, uid: str) -> list[Object]:
        """Return the objects of a kind that an object controls, by name."""
        return [self._objects[kind][key] for key in sorted(self._owned.get((kind, uid), {}))]

    def kinds(self) -> tuple[Kind, ...]:
        """Return the kinds there are objects of."""
        return tuple(self._objects)

    def put(self, kind: Kind, object_: Object) -> Object:
        """Store an object; one that is no different keeps its resourceVersion, as in the real server."""
        meta = object_["metadata"]
        key = (meta.get("namespace", ""), meta["name"])
        before = self._objects.setdefault(kind, {}).get(key)
        if before is not None and _same(before, object_):
            return before
        self.version += 1
        meta["resourceVersion"] = str(self.version)
        meta.setdefault("uid", str(uuid.uuid4()))
        self._objects[kind][key] = object_
        self._index(kind, key, before, object_)
        self._tell("MODIFIED" if before else "ADDED", kind, object_, before)
        return object_

    def remove(self, kind: Kind, namespace: str, name: str) -> Object | None:
        """Remove an object and return it."""
        object_ = self._objects.get(kind, {}).pop((namespace, name), None)
        if object_ is None:
            return None
        self._index(kind, (namespace, name), object_, None)
        self.version += 1
        last = {**object_, "metadata": {**object_["metadata"], "resourceVersion": str(self.version)}}
        self._tell("DELETED", kind, last, object_)
        return last

    def since(self, version: int, kind: Kind) -> list[Happening] | None:
        """Return what happened to a kind after a version, or None if that is no longer known."""
        if self._history and version < self._history[0].version - 1 and len(self._history) == HISTORY:
            return None
        found: list[Happening] = []
        for happening in reversed(self._history):
            if happening.version <= version:
                break
            if happening.kind == kind:
                found.append(happening)
        return found[::-1]

    def _index(self, kind: Kind, key: tuple[str, str], before: Object | None, after: Object | None) -> None:
        if before is None or after is None:
            self._order.pop(kind, None)
        if before is not None:
            self._owned.get((kind, str(owner(before).get("uid"))), {}).pop(key, None)
        if after is not None:
            self._owned.setdefault((kind, str(owner(after).get("uid"))), {})[key] = None

    def _tell(self, type_: str, kind: Kind, object_: Object, before: Object | None) -> None:
        self._history.append(Happening(self.version, type_, kind, object_, before))


def _same(before: Object, after: Object) -> bool:
    meta = {**after["metadata"], "resourceVersion": before["metadata"].get("resourceVersion")}
    return before == {**after, "metadata": meta}
