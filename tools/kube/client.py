"""The only way to the Kubernetes API: plain JSON in and out, errors as sentences, writes only for the executor."""

import json
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from tools.acting import grant, sending
from tools.contract import JsonObject, ToolError, Unknown
from tools.instances import cluster_here
from tools.kube.fields import name_of, part, parts, some, text
from tools.kube.impersonation import impersonating
from tools.kube.paths import CLUSTERWIDE, in_scope, path_of
from tools.kube.refusals import Forbidden, Missing, refusal
from tools.once import once
from tools.people import Identity, acting_identity

CONNECT_SECONDS, READ_SECONDS = 2.0, 8.0
READINGS_AT_ONCE = 32
"""Connections kept open; with fewer than a run uses, urllib3 warns and opens new ones."""
WRITE_SECONDS = 6
"""The server gives up on a write before we do, so that a read-back after our time-out is not overtaken by it."""
PAGE = 500
"""https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks"""
ACCOUNT_TOKEN = Path("/var/run/secrets/kubernetes.io/serviceaccount/token")


def reader() -> "Reader":
    """Return a client that can only look."""
    return Reader(_connection(*cluster_here()))


def rehearsal() -> "Rehearsal":
    """Return a client whose every write is a dry run, for previews."""
    return Rehearsal(_connection(*cluster_here()))


def writer() -> "Writer":
    """Return a client that changes the cluster, as the person who approved it.

    Raises:
        Refused: Outside the executor, or for an approver whom people.toml does not map.
    """
    return Writer(replace(_connection(*cluster_here()), acts_as=acting_identity(grant())))


@dataclass(frozen=True)
class Connection:
    """A connection pool to one cluster; `home` is the account's own namespace, `acts_as` whom it impersonates."""

    api: Any
    name: str
    home: str = ""
    acts_as: Identity | None = None

    @property
    def server(self) -> str:
        """The API server's address."""
        return str(self.api.configuration.host)

    def send(
        self, method: str, path: str, doing: str, *, query: tuple[tuple[str, str], ...] = (), body: object = None
    ) -> bytes:
        """Send one request and return the body of a success.

        Raises:
            ToolError: Says what went wrong; `Unknown` where a write may have happened.
        """
        headers = {"Accept": "application/json, */*"}
        if body is not None:
            headers["Content-Type"] = "application/merge-patch+json"
        writing = method != "GET" and ("dryRun", "All") not in query
        request = self.api.param_serialize(
            method, path, query_params=list(query), header_params=headers, body=body, auth_settings=["BearerToken"]
        )
        response = self._answer(impersonating(request, self.acts_as), doing, writing=writing)
        if not 200 <= response.status < 300:  # noqa: PLR2004  the range of success is how HTTP is spoken
            raise refusal(response.status, response.data or b"", doing=doing, writing=writing)
        return bytes(response.data or b"")

    def _answer(self, request: tuple[object, ...], doing: str, *, writing: bool) -> Any:
        from urllib3.exceptions import HTTPError  # noqa: PLC0415  comes with kubernetes, which is slow to import

        try:
            response = self.api.call_api(*request, _request_timeout=(CONNECT_SECONDS, READ_SECONDS))
            response.read()
        except HTTPError as error:
            raise self._lost(error, doing, writing=writing) from error
        return response

    def _lost(self, error: Exception, doing: str, *, writing: bool) -> ToolError:
        """Tell a request that never left from one whose answer was lost."""
        from urllib3.exceptions import MaxRetryError, ProtocolError, ReadTimeoutError  # noqa: PLC0415  as above

        reason = error.reason if isinstance(error, MaxRetryError) else error
        if writing and isinstance(reason, ReadTimeoutError | ProtocolError):
            return Unknown(f"The answer to {doing} was lost, so it may or may not have happened.")
        return ToolError(
            f"The Kubernetes API at {self.server} cannot be reached ({type(reason).__name__}); "
            "check the network and the kubeconfig that KUBECONFIG names."
        )


@dataclass
class Reader:
    """Looks at objects. `unseen` collects sentences on what could not be looked at."""

    connection: Connection
    unseen: list[str] = field(default_factory=list)

    @property
    def cluster(self) -> str:
        """Which cluster this is, in a form that tells two clusters apart."""
        return f"{self.connection.name} at {self.connection.server}"

    def every(self, kind: str, namespace: str = "") -> list[JsonObject]:
        """Return all objects of a kind, in one namespace or in all; in the account's own if it may not see all.

        Raises:
            ToolError: When they cannot be listed.
        """
        path, home = path_of(kind, namespace), self.connection.home
        doing = f"list {kind} in {namespace or 'all namespaces'}"
        try:
            listed = once((self.connection, path), lambda: self._items(path, doing))
            return [one for one in listed if in_scope(kind, one)]
        except Forbidden as error:
            if namespace or not home or kind in CLUSTERWIDE:
                raise
            self.unseen.append(f"Only {kind} of namespace {home} are seen. {error}")
            return self.every(kind, home)

    def any(self, kind: str, namespace: str = "", *, custom: bool = False) -> list[JsonObject]:
        """Return all objects of a kind, or none and a note in `unseen`; a custom kind need not be served."""
        try:
            return self.every(kind, namespace)
        except (Forbidden, Missing) as error:
            self.unseen += [] if custom and isinstance(error, Missing) else [str(error)]
            return []

    def one(self, kind: str, namespace: str, name: str) -> JsonObject:
        """Return one object.

        Raises:
            Missing: Says which ones there are instead.
        """
        try:
            return _json(
                self.connection.send("GET", path_of(kind, namespace, name), f"get {kind} {name} in {namespace}")
            )
        except Missing as error:
            raise Missing(self._instead(kind, namespace, name)) from error

    def log(self, namespace: str, pod: str, container: str, *, previous: bool, lines: int) -> str:
        """Return the end of a container's log, with times.

        Raises:
            ToolError: When there is no log.
        """
        query = (("container", container), ("tailLines", str(lines)), ("timestamps", "true"))
        doing = f"read the log of {container} in pod {pod} in {namespace}"
        asked = (*query, ("previous", "true")) if previous else query
        return self.connection.send("GET", f"{path_of('pods', namespace, pod)}/log", doing, query=asked).decode(
            "utf-8", "replace"
        )

    def _items(self, path: str, doing: str, more: str = "") -> list[JsonObject]:
        query = (("limit", str(PAGE)), *((("continue", more),) if more else ()))
        page = _json(self.connection.send("GET", path, doing, query=query))
        rest = text(page, "metadata", "continue")
        return parts(page, "items") + (self._items(path, doing, rest) if rest else [])

    def _instead(self, kind: str, namespace: str, name: str) -> str:
        there = sorted(name_of(one) for one in self.any(kind, namespace))
        alike = [one for one in there if name.partition("-")[0] in one] or there
        if not there:
            return f"There are no {kind} in namespace {namespace}, so no {name}."
        return f"There is no {name} among the {kind} of namespace {namespace}; there is {some(alike, 10)}."


@dataclass
class Rehearsal(Reader):
    """Looks, and asks the server what a change would come to."""

    def patched(self, kind: str, namespace: str, name: str, patch: JsonObject) -> JsonObject:
        """Return what the object would become; nothing is changed.

        Raises:
            ToolError: When the server would refuse.
        """
        doing = f"try out a patch of {kind} {name} in {namespace}"
        query = (("dryRun", "All"),)
        return _json(self.connection.send("PATCH", path_of(kind, namespace, name), doing, query=query, body=patch))


@dataclass
class Writer(Reader):
    """Changes objects; made by `writer()` only, so only the executor has one."""

    def patch(self, kind: str, namespace: str, name: str, patch: JsonObject) -> JsonObject:
        """Apply a JSON merge patch, once, and return the object as the server has it now.

        Raises:
            Stale: The object moved; nothing was done.
            Unknown: It may or may not have happened.
            ToolError: The server refused; nothing was done.
        """
        sending()
        doing = f"patch {kind} {name} in {namespace}"
        query = (("timeout", f"{WRITE_SECONDS}s"), ("fieldManager", "infra"))
        return _json(self.connection.send("PATCH", path_of(kind, namespace, name), doing, query=query, body=patch))


@cache
def _connection(kubeconfig: str, context: str) -> Connection:
    from urllib3 import Retry  # noqa: PLC0415  comes with kubernetes

    # Over half a second, paid by the first reading only; imported by name because it carries no types.
    client, config = import_module("kubernetes.client"), import_module("kubernetes.config")
    target = client.Configuration()
    target.connection_pool_maxsize = READINGS_AT_ONCE
    # GETs are tried twice; urllib3 never repeats a PATCH that may have been received.
    target.retries = Retry(total=1, redirect=0, status=0, backoff_factor=0.1)
    try:
        if not kubeconfig and not context and ACCOUNT_TOKEN.exists():
            config.load_incluster_config(client_configuration=target)
            home = ACCOUNT_TOKEN.with_name("namespace").read_text("utf-8")
            return Connection(_named(client.ApiClient(target)), "in-cluster", home)
        known, active = config.list_kube_config_contexts(config_file=kubeconfig or None)
        active = next((one for one in known if text(one, "name") == context), {"name": context}) if context else active
        told = {"config_file": kubeconfig or None, "context": context or None}
        config.load_kube_config(**told, client_configuration=target, persist_config=False)
    except (config.ConfigException, OSError, ValueError) as error:
        raise ToolError(f"The kubeconfig {kubeconfig or '~/.kube/config'} cannot be used: {error}") from error
    return Connection(_named(client.ApiClient(target)), text(active, "name"), text(active, "context", "namespace"))


def _named(api: Any) -> Any:
    api.user_agent = "infra"
    return api


def _json(body: bytes) -> JsonObject:
    try:
        return part(json.loads(body))
    except ValueError as error:
        raise ToolError("The Kubernetes API answered something that is not JSON; is a proxy in between?") from error
