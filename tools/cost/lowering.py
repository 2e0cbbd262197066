"""The pull request that lowers what a Deployment requests of CPU, in the manifest of its service's repository."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

import yaml

from tools.contract import Call, JsonObject, ToolError
from tools.cost.requests import Reserved
from tools.github.client import Reader, reader
from tools.github.code import file_at
from tools.github.names import below
from tools.knowledge.services import services
from tools.kube.fields import namespace_of, parts, text
from tools.security.homes import homes

BRANCH, MOST_FILES = "main", 20
CONTAINERS = ("spec", "template", "spec", "containers")
REQUESTED = ("resources", "requests", "cpu")


def lowering(one: Reserved, millicores: int, why: str) -> Call:
    """Return the pull request that has each replica request so much.

    Raises:
        ToolError: No repository is known, or no manifest there says what it requests; says what a person should do.
    """
    place = (one.namespace, one.name)
    known = (told for told in services().values() if (told.namespace, told.deployment) == place)
    repository = next((told.repository for told in known if told.repository), "")
    if not repository:
        raise ToolError("services.yaml names no repository for it, so a person has to set it where it is made.")
    path, after = _found(reader(), repository, one, millicores)
    title = f"Lower the CPU request of {one.name} to {millicores}m"
    args = {"repository": repository, "title": title, "body": f"{why}\n", "files": {path: after}}
    return Call("github_pull_request", {**args, "labels": ["cost"], "reviewers": list(homes().reviewers)})


def scaled_by_cpu(scaler: JsonObject, one: Reserved) -> bool:
    """Tell whether an autoscaler goes by the share of its request that a Deployment uses: its target moves with it."""
    aims = {(text(metric, "resource", "name"), text(metric, "type")) for metric in parts(scaler, "spec", "metrics")}
    target = text(scaler, "spec", "scaleTargetRef", "name")
    return (namespace_of(scaler), target) == (one.namespace, one.name) and ("cpu", "Resource") in aims


def lowered(manifest: str, namespace: str, name: str, millicores: int) -> str:
    """Return a manifest with another CPU request of a Deployment, all else as it was; empty if it has no such one.

    With several containers that request CPU it is not known whose is too large, so that is left alone, too.
    """
    try:
        documents = list(yaml.compose_all(manifest, Loader=yaml.SafeLoader))
    except yaml.YAMLError:
        return ""
    found = [one for document in documents if _is(document, namespace, name) for one in _requests(document)]
    if len(found) != 1:
        return ""
    start, end = found[0].start_mark.index, found[0].end_mark.index
    return f"{manifest[:start]}{millicores}m{manifest[end:]}"


def _found(api: Reader, repository: str, one: Reserved, millicores: int) -> tuple[str, str]:
    told = api.get(f"{below(repository, 'git', 'trees')}/{BRANCH}", f"list {repository}", {"recursive": "1"})
    paths = [text(each, "path") for each in parts(told, "tree")]
    listed = (path for path in paths if PurePosixPath(path).suffix in {".yaml", ".yml"})
    likely = sorted(listed, key=lambda path: (one.name not in path, "deploy" not in path, path))
    for path in likely[:MOST_FILES]:
        if after := lowered(file_at(api, repository, path, BRANCH).text, one.namespace, one.name, millicores):
            return path, after
    raise ToolError(f"No manifest in {repository} says what one container of it requests; set it where it is made.")


def _is(document: yaml.Node | None, namespace: str, name: str) -> bool:
    named = _value(document, "kind"), _value(document, "metadata", "name")
    return named == ("Deployment", name) and _value(document, "metadata", "namespace") in {"", namespace}


def _requests(document: yaml.Node) -> Iterator[yaml.Node]:
    listed = _at(document, *CONTAINERS)
    for container in listed.value if isinstance(listed, yaml.SequenceNode) else ():
        if isinstance(found := _at(container, *REQUESTED), yaml.ScalarNode):
            yield found


def _value(node: yaml.Node | None, *path: str) -> str:
    found = _at(node, *path)
    return str(found.value) if isinstance(found, yaml.ScalarNode) else ""


def _at(node: yaml.Node | None, *path: str) -> yaml.Node | None:
    for name in path:
        held = node.value if isinstance(node, yaml.MappingNode) else []
        node = next((value for key, value in held if key.value == name), None)
    return node
