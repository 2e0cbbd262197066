"""Tables as `kubectl get` prints them: the server chooses the columns."""

from __future__ import annotations

from sandbox.kube.columns import Column, generic
from sandbox.kube.columns_surroundings import SURROUNDINGS
from sandbox.kube.columns_workloads import WORKLOADS
from sandbox.kube.kinds import Object
from sandbox.kube.requests import Request


def as_table(request: Request, object_: Object, accept: str, now: float) -> Object:
    """Return an object or list as the client wants it: as a Table, metadata only, or as it is."""
    if object_.get("kind") == "Status":
        return object_
    if "as=Table" in accept:
        return _table(request, object_, now)
    return object_


def _table(request: Request, object_: Object, now: float) -> Object:
    items = object_.get("items", [object_])
    columns = (WORKLOADS | SURROUNDINGS).get(request.kind.name, generic)(now)
    meta = {"resourceVersion": str((object_.get("metadata") or {}).get("resourceVersion", ""))}
    if "continue" in (object_.get("metadata") or {}):
        meta["continue"] = object_["metadata"]["continue"]
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": meta,
        "columnDefinitions": [_definition(column) for column in columns],
        "rows": [_row(request, item, columns) for item in items],
    }


def _definition(column: Column) -> Object:
    return {
        "name": column.name,
        "type": column.type,
        "format": "name" if column.name == "Name" else "",
        "description": column.name,
        "priority": 1 if column.wide else 0,
    }


def _row(request: Request, item: Object, columns: list[Column]) -> Object:
    cells = [_cell(column, item) for column in columns]
    include = request.query.get("includeObject", "Metadata")
    meta = {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": item["metadata"]}
    return {"cells": cells, "object": item if include == "Object" else None if include == "None" else meta}


def _cell(column: Column, item: Object) -> object:
    """Return a cell; a world's object may lack what a column is made of."""
    try:
        return column.value(item)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        return "<unknown>"
