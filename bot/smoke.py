"""`python -m bot smoke`: whether a service is well after a deployment, for a pipeline to go by."""

import json
import sys
from dataclasses import asdict

from tools.ci.smoke import Look, State, smoke, verdict
from tools.contract import ToolError

_STATUS = {State.PASSED: 0, State.FAILED: 1, State.UNKNOWN: 2}
_MARKS = {State.PASSED: "✓", State.FAILED: "✗", State.UNKNOWN: "?"}


def tell_smoke(service: str, minutes: int, *, as_json: bool) -> int:
    """Look at a service and print what there is.

    Returns:
        0 if all is well, 1 if something is not, 2 if that could not be established.
    """
    try:
        looks = smoke(service, minutes)
    except ToolError as wrong:
        sys.stderr.write(f"{wrong}\n")
        return _STATUS[State.UNKNOWN]
    state = verdict(looks)
    sys.stdout.write(_json(service, state, looks) if as_json else _text(service, state, looks))
    return _STATUS[state]


def _json(service: str, state: State, looks: tuple[Look, ...]) -> str:
    told = {"service": service, "state": state, "looks": [asdict(look) for look in looks]}
    return f"{json.dumps(told, ensure_ascii=False, indent=2)}\n"


def _text(service: str, state: State, looks: tuple[Look, ...]) -> str:
    lines = (f"{_MARKS[look.state]} {look.name}: {look.words}\n" for look in looks)
    return f"{service}: {state}\n{''.join(lines)}"
