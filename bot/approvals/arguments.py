"""A rule's condition on what a change would be called with."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Annotated, TypeAlias

from pydantic import Field, StringConstraints

_Pattern = Annotated[str, StringConstraints(min_length=1)]
Wanted: TypeAlias = dict[str, Annotated[tuple[_Pattern, ...], Field(min_length=1)]]
"""Patterns by argument."""


def met(wanted: Mapping[str, tuple[str, ...]], arguments: Mapping[str, object]) -> bool:
    """Tell whether each argument that is named fits one of its patterns; one that is not given fits none.

    Of a list it is enough that one thing in it fits. What has parts of its own, such as files, fits no pattern.
    """
    return all(
        any(fnmatchcase(spelled, pattern) for spelled in _spelled(arguments.get(name)) for pattern in patterns)
        for name, patterns in wanted.items()
    )


def _spelled(value: object) -> tuple[str, ...]:
    """Return a value as policies write it."""
    match value:
        case bool():
            return (str(value).lower(),)
        case str() | int() | float():
            return (str(value),)
        case list() | tuple():
            return tuple(spelled for one in value if not isinstance(one, list | tuple) for spelled in _spelled(one))
        case _:
            return ()
