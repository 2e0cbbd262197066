"""What a run may see: allow-lists of names, set around each tool of a run and asked by every client that reads."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal, TypeAlias

from tools.contract import ToolError

Kind: TypeAlias = Literal["namespaces", "databases", "log_groups", "alarms", "repositories", "clusters", "accounts"]

_SINGULAR: dict[Kind, str] = {
    "namespaces": "Namespace",
    "databases": "Database",
    "log_groups": "Log group",
    "alarms": "Alarm",
    "repositories": "Repository",
    "clusters": "Cluster",
    "accounts": "AWS account",
}


ARGUMENTS: dict[str, Kind] = {
    "namespace": "namespaces",
    "instance": "databases",
    "log_group": "log_groups",
    "alarm": "alarms",
    "repository": "repositories",
    "cluster": "clusters",
    "account": "accounts",
}
"""Arguments by which changes name their target."""


class OutOfScope(ToolError):
    """The thing may be there or not: this run is not to know."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be seen, by name or pattern (`*`, `?`); a kind that is left out is not seen at all.

    Attributes:
        of: Whose scope this is, such as `this channel`.
        namespaces: Kubernetes namespaces.
        databases: RDS instances.
        log_groups: CloudWatch log groups.
        alarms: CloudWatch alarms.
        repositories: GitHub repositories, as `owner/name`.
        clusters: Clusters that instances.toml names; asked where it names any.
        accounts: AWS accounts that instances.toml names; asked where it names any.
    """

    of: str
    namespaces: tuple[str, ...] = ()
    databases: tuple[str, ...] = ()
    log_groups: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()

    def holds(self, kind: Kind, name: str) -> bool:
        """Tell whether a thing is in it."""
        allowed: tuple[str, ...] = getattr(self, kind)
        return any(fnmatchcase(name, pattern) for pattern in allowed)


Scopes: TypeAlias = tuple[Scope, ...]
"""All of them have to hold a thing for it to be seen; none at all means that everything is."""

_current: ContextVar[Scopes] = ContextVar("scopes", default=())


@contextmanager
def within(scopes: Scopes) -> Iterator[None]:
    """See only what all these scopes hold, within the block."""
    token = _current.set(scopes)
    try:
        yield
    finally:
        _current.reset(token)


def sees(kind: Kind, name: str) -> bool:
    """Tell whether a thing may be seen now."""
    return all(scope.holds(kind, name) for scope in _current.get())


def limited() -> bool:
    """Tell whether there may be things that are not to be seen now."""
    return bool(_current.get())


def require(kind: Kind, name: str) -> None:
    """Check that a thing may be seen now.

    Raises:
        OutOfScope: Says whose scope it is not in, and what is.
    """
    for scope in _current.get():
        if not scope.holds(kind, name):
            raise OutOfScope(refusal(scope, kind, name))


def refusal(scope: Scope, kind: Kind, name: str) -> str:
    """Return the sentence for somebody who asked for what is not in their scope."""
    allowed = ", ".join(getattr(scope, kind)) or "none"
    return (
        f"{_SINGULAR[kind]} {name} is not in the scope of {scope.of} ({kind.replace('_', ' ')} there: {allowed}); "
        "ask where it is, or have config/scopes.toml changed."
    )


def limits(scopes: Scopes) -> str:
    """Return a sentence for readers on what is left out within these scopes, empty if they are none."""
    whose = " and of ".join(scope.of for scope in scopes)
    return f"I see only what is in the scope of {whose}; what is elsewhere was not looked at." if scopes else ""


def outside(scopes: Scopes, args: Mapping[str, object]) -> str:
    """Return why a change with these arguments is not in the scopes, in one sentence; empty if it is."""
    for name, kind in ARGUMENTS.items():
        for scope in scopes:
            if name in args and not scope.holds(kind, str(args[name])):
                return refusal(scope, kind, str(args[name]))
    return ""
