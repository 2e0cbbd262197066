"""The three patches of the Kubernetes API: JSON patch, JSON merge patch and strategic merge patch."""

from __future__ import annotations

import copy
from typing import Any

import yaml

from sandbox.kube.kinds import Object
from sandbox.kube.refusals import Refusal, bad_request, unsupported_patch

MERGE_KEYS: dict[str, tuple[str, ...]] = {
    "containers": ("name",),
    "initContainers": ("name",),
    "ephemeralContainers": ("name",),
    "env": ("name",),
    "volumes": ("name",),
    "volumeMounts": ("mountPath",),
    "imagePullSecrets": ("name",),
    "ports": ("containerPort", "port"),
    "conditions": ("type",),
    "ownerReferences": ("uid",),
    "hostAliases": ("ip",),
    "topologySpreadConstraints": ("topologyKey",),
}
"""Lists merged by key: x-kubernetes-patch-merge-key in the API's OpenAPI document, v1.32; others are replaced."""


def patched(object_: Object, patch: Any, content_type: str) -> Object:
    """Return the object with a patch of the given media type applied.

    Raises:
        Refusal: The patch does not fit, or its media type is unknown.
    """
    match content_type:
        case "application/json-patch+json":
            return _json_patch(object_, patch)
        case "application/merge-patch+json":
            return _object(merged(object_, patch))
        case "application/strategic-merge-patch+json" | "application/apply-patch+yaml":
            return _object(strategic(object_, patch))
        case _:
            raise unsupported_patch(content_type)


def read_patch(body: bytes) -> Any:
    """Return the patch in a request's body; YAML, of which JSON is a part, for server-side apply."""
    try:
        return yaml.load(body, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise bad_request(f"the patch cannot be read: {error}") from error


def merged(old: Any, patch: Any) -> Any:
    """Apply a JSON merge patch (RFC 7396)."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    result = dict(old) if isinstance(old, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def strategic(old: Any, patch: Any, key: str = "") -> Any:
    """Apply a strategic merge patch with its $patch, $deleteFromPrimitiveList, $setElementOrder and $retainKeys."""
    if isinstance(patch, list):
        return _merge_list(old if isinstance(old, list) else [], patch, MERGE_KEYS.get(key, ()))
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    if patch.get("$patch") == "replace":
        return {name: value for name, value in patch.items() if name != "$patch"}
    result = dict(old) if isinstance(old, dict) else {}
    if "$retainKeys" in patch:
        result = {name: value for name, value in result.items() if name in patch["$retainKeys"]}
    for name, value in patch.items():
        _merge_field(result, name, value)
    return result


def _merge_field(result: Object, name: str, value: Any) -> None:
    if name.startswith("$deleteFromPrimitiveList/"):
        target = name.partition("/")[2]
        result[target] = [item for item in result.get(target, []) if item not in value]
    elif name.startswith("$"):
        return
    elif value is None:
        result.pop(name, None)
    else:
        result[name] = strategic(result.get(name), value, name)


def _merge_list(old: list[Any], patch: list[Any], keys: tuple[str, ...]) -> list[Any]:
    key = next((key for key in keys if all(isinstance(item, dict) and key in item for item in patch)), None)
    if key is None:
        return copy.deepcopy([item for item in patch if not (isinstance(item, dict) and "$patch" in item)])
    result = list(old)
    for item in patch:
        at = next((index for index, there in enumerate(result) if there.get(key) == item[key]), None)
        if item.get("$patch") == "delete":
            result = [there for there in result if there.get(key) != item[key]]
        elif at is None:
            result.append(strategic({}, item))
        else:
            result[at] = strategic(result[at], item)
    return result


def _json_patch(object_: Object, patch: Any) -> Object:
    if not isinstance(patch, list):
        raise bad_request("a JSON patch is a list of operations")
    result = copy.deepcopy(object_)
    for operation in patch:
        try:
            _operate(result, operation)
        except (KeyError, IndexError, ValueError, TypeError, AttributeError) as error:
            path = operation.get("path") if isinstance(operation, dict) else operation
            raise Refusal(
                422, "Invalid", f"the server rejected our request due to an error in our request: {path}"
            ) from error
    return result


def _operate(document: Object, operation: Object) -> None:
    match operation["op"]:
        case "add" | "replace":
            _set(document, operation["path"], operation["value"], insert=operation["op"] == "add")
        case "remove":
            _take(document, operation["path"])
        case "test":
            if _at(document, operation["path"]) != operation["value"]:
                raise ValueError(operation["path"])
        case "move":
            _set(document, operation["path"], _take(document, operation["from"]), insert=True)
        case "copy":
            _set(document, operation["path"], copy.deepcopy(_at(document, operation["from"])), insert=True)
        case unknown:
            raise ValueError(unknown)


def _parts(path: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]


def _at(document: Any, path: str) -> Any:
    for part in _parts(path):
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


def _set(document: Any, path: str, value: Any, *, insert: bool) -> None:
    *parents, last = _parts(path)
    for part in parents:
        document = document[int(part)] if isinstance(document, list) else document[part]
    if not isinstance(document, list):
        if not insert and last not in document:
            raise KeyError(path)
        document[last] = value
    elif insert:
        document.insert(len(document) if last == "-" else int(last), value)
    else:
        document[int(last)] = value


def _take(document: Any, path: str) -> Any:
    *parents, last = _parts(path)
    for part in parents:
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document.pop(int(last) if isinstance(document, list) else last)


def _object(value: Any) -> Object:
    if not isinstance(value, dict):
        raise bad_request("a patch of an object is an object")
    return value
