"""Make what a world wrote into what the service's model says: types converted, unknown members dropped, gaps named."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.aws.wire import model

LATEST_SECONDS = 100_000_000_000
"""A bare number above this counts milliseconds: as seconds it would be the year 5138."""


def conform(service: str, shape: str, value: object) -> Any:
    """Return a value in the shape of a service's model, timestamps as UTC datetimes.

    Raises:
        ValueError: Names the member that cannot be read as what the model says.
    """
    return _conform(model(service).shape_for(shape), value, shape)


def moment(value: object) -> datetime:
    """Read a time: ISO 8601 text, or seconds or milliseconds since the epoch. No zone means UTC.

    Raises:
        ValueError: It is none of these.
    """
    if isinstance(value, datetime):
        found = value
    elif isinstance(value, int | float):
        found = datetime.fromtimestamp(value / 1000 if value > LATEST_SECONDS else value, UTC)
    else:
        found = datetime.fromisoformat(str(value).strip())
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _conform(shape: Any, value: object, where: str) -> Any:
    try:
        return _converted(shape, value, where)
    except (TypeError, ValueError, OverflowError) as error:
        if str(error).startswith(where):
            raise
        raise ValueError(f"{where}: {error}") from error


def _converted(shape: Any, value: object, where: str) -> Any:
    match shape.type_name:
        case "structure":
            return _structure(shape, value, where)
        case "list":
            return [_conform(shape.member, each, f"{where}[{at}]") for at, each in enumerate(_list(value))]
        case "map":
            return {str(key): _conform(shape.value, each, f"{where}.{key}") for key, each in _mapping(value).items()}
        case kind:
            return SCALARS.get(kind, str)(value)


def _structure(shape: Any, value: object, where: str) -> dict[str, Any]:
    given = _mapping(value)
    wanted = {name: given[name] for name in shape.members if given.get(name) is not None}
    return {name: _conform(shape.members[name], each, f"{where}.{name}") for name, each in wanted.items()}


def _whole(value: object) -> int:
    """Read a whole number; where CloudWatch Logs counts milliseconds, a written time will do."""
    if isinstance(value, datetime) or (isinstance(value, str) and "-" in value.lstrip("-")):
        return int(moment(value).timestamp() * 1000)
    return int(float(str(value)))


SCALARS: dict[str, Callable[[Any], Any]] = {
    "timestamp": moment,
    "boolean": lambda value: str(value).lower() == "true",
    "double": float,
    "float": float,
    "integer": _whole,
    "long": _whole,
}


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"expected a list, found {type(value).__name__}")
    return value


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"expected an object, found {type(value).__name__}")
    return value
