"""Plain orders such as `scale checkout to 5`: the engine proposes exactly that, and people decide as always."""

import re
from dataclasses import dataclass

from agents.contract import AskKind
from agents.runbook.case import Case
from agents.runbook.facts import Facts
from agents.runbook.moves import Move
from tools.contract import Call, JsonObject

_NAME = r"(?:deployment[ /]|deploy/|the )?`?(?P<name>[a-z0-9][a-z0-9./-]*)`?"
_ORDERS = tuple(
    (tool, re.compile(rf"^(?:please |can you |could you |kindly )*{pattern}\W*$", re.IGNORECASE))
    for tool, pattern in (
        (
            "kube_scale",
            rf"scale (?:up |down )?{_NAME} (?:from \d+ )?(?:back )?to (?P<replicas>\d{{1,3}})(?: replicas?| pods?)?",
        ),
        ("kube_restart", rf"(?:restart|bounce) {_NAME}"),
        ("kube_rollback", rf"(?:roll ?back|undo) {_NAME}(?: to (?:revision )?(?P<revision>\d{{1,6}}))?"),
    )
)
_PEOPLE = frozenset({AskKind.MENTION, AskKind.SLASH, AskKind.MESSAGE})


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asked to have done, and to what, by the name they used."""

    tool: str
    name: str
    args: JsonObject


def order_of(text: str) -> Order | None:
    """Return the order in the words, None if they are none."""
    for tool, pattern in _ORDERS:
        if found := pattern.match(text.strip()):
            numbers = {key: int(value) for key, value in found.groupdict().items() if key != "name" and value}
            return Order(tool, found["name"].rstrip("."), dict(numbers))
    return None


def carry(case: Case, facts: Facts) -> Move | None:
    """Return the next move for an order, None if the ask is none."""
    order = order_of(case.ask.text) if case.ask.kind in _PEOPLE else None
    if order is None or order.tool not in case.tools:
        return None
    if not case.rounds:
        looks = (Call("service_lookup", {"words": order.name}), Call("kube_workloads", {}))
        return Move(calls=tuple(call for call in looks if call.tool in case.tools))
    targets = [name for name in _known(case, facts) if name == order.name or name.endswith(f"/{order.name}")]
    if len(targets) != 1:
        return Move(_which(order, targets))
    return _proposed(case, order, targets[0])


def _proposed(case: Case, order: Order, target: str) -> Move:
    if case.has("conclude"):
        return Move(_told(case))
    namespace, _, name = target.partition("/")
    why: JsonObject = {
        "reason": f"Asked for: {case.ask.text.strip()}",
        "evidence": [look.evidence for look in case.looks],
    }
    change = Call(order.tool, {"namespace": namespace, "deployment": name, **order.args, **why})
    return Move(calls=(change, Call("conclude", {"health": "unknown", "service": name})))


def _told(case: Case) -> str:
    offer = case.offers[-1] if case.offers else None
    if offer and offer.proposal:
        return f"Proposed as you asked: {offer.proposal.preview.summary} It needs a yes; nothing has been changed."
    return f"I could not propose that: {offer.refused if offer else 'the arguments do not fit the tool.'}"


def _which(order: Order, targets: list[str]) -> str:
    if not targets:
        return f"I find no deployment named `{order.name}`. Check the name, or write it as `namespace/name`."
    return f"There are several: {', '.join(f'`{name}`' for name in targets)}. Write it as `namespace/name`."


def _known(case: Case, facts: Facts) -> list[str]:
    seen = {
        finding.subject.partition("/")[2] for finding, _ in case.findings() if finding.subject.startswith("deployment/")
    }
    return sorted(seen | set(facts.named("deployment")))
