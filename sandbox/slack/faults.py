"""Faults the page or a test asks for: answers Slack gives on a bad day."""

from dataclasses import dataclass

from sandbox.slack.wire import Body, Unusable

KINDS = frozenset({"429", "500", "drop_after_accept", "error"})


@dataclass
class Fault:
    """The next `times` calls of a method (`*`: of any) go wrong in one way."""

    method: str
    kind: str
    times: int
    error: str = "internal_error"
    retry_after: int = 1


class Faults:
    """What is to go wrong. `redeliver` is how many extra times each event is delivered."""

    def __init__(self) -> None:
        self.redeliver = 0
        self._rules: list[Fault] = []

    def plan(self, rules: list[Body]) -> None:
        """Replace the rules; an empty list heals everything.

        Raises:
            Unusable: For a kind that does not exist.
        """
        self._rules = [_fault(rule) for rule in rules]

    def next(self, method: str) -> Fault | None:
        """Take the fault that strikes this call, if one does."""
        for fault in self._rules:
            if fault.times > 0 and fault.method in {method, "*"}:
                fault.times -= 1
                return fault
        return None


def _fault(rule: Body) -> Fault:
    kind = str(rule.get("kind"))
    if kind not in KINDS:
        raise Unusable(f"A fault's kind is one of {', '.join(sorted(KINDS))}, not {kind!r}.")
    return Fault(
        method=str(rule.get("method", "*")),
        kind=kind,
        times=int(rule.get("times", 1)),
        error=str(rule.get("error", "internal_error")),
        retry_after=int(rule.get("retry_after", 1)),
    )
