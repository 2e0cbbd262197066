"""The verbs that only look: get and list."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

from sandbox.kube.cluster import Cluster
from sandbox.kube.kinds import EVENT, NEW_EVENT, Object
from sandbox.kube.refusals import gone
from sandbox.kube.requests import Answer, Request, existing, viewed
from sandbox.kube.scales import scale_of
from sandbox.kube.selectors import by_fields, by_labels


def get(cluster: Cluster, request: Request) -> Answer:
    """Return one object."""
    object_ = existing(cluster, request)
    return 200, scale_of(object_) if request.subresource == "scale" else viewed(request.kind, object_)


def list_(cluster: Cluster, request: Request) -> Answer:
    """Return a page of objects."""
    stored = EVENT if request.kind is NEW_EVENT else request.kind
    version = cluster.store.version
    start = 0
    if token := request.query.get("continue"):
        version, start = _place_in_list(token)
    found = [one for one in cluster.store.all(stored, request.namespace) if selected(request)(one)]
    limit = int(request.query.get("limit") or 0) or len(found)
    meta: Object = {"resourceVersion": str(version)}
    if start + limit < len(found):
        meta["continue"] = base64.urlsafe_b64encode(json.dumps([version, start + limit]).encode()).decode()
        meta["remainingItemCount"] = len(found) - start - limit
    items = [viewed(request.kind, one) for one in found[start : start + limit]]
    listed = {"kind": f"{request.kind.name}List", "apiVersion": request.kind.api_version, "metadata": meta}
    return 200, {**listed, "items": items}


def selected(request: Request) -> Callable[[Object], bool]:
    """Return the test of a request's selectors."""
    by_label = by_labels(request.query.get("labelSelector", ""))
    by_field = by_fields(request.query.get("fieldSelector", ""))
    return lambda object_: by_label(object_) and by_field(object_)


def _place_in_list(token: str) -> tuple[int, int]:
    try:
        version, start = json.loads(base64.urlsafe_b64decode(token))
    except ValueError as error:
        raise gone(0) from error
    return int(version), int(start)
