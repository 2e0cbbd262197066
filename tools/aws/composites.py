"""What a composite alarm rests on: which of the alarms that its rule names make it fire, and which do not."""

from collections.abc import Sequence

from tools.aws.alarm_records import Alarm
from tools.aws.alarm_rules import Term
from tools.contract import Call, Finding, Role

FINDINGS = {"alarm_composite": "Which of the alarms that a composite alarm is made of make it fire, and which do not."}
STATES = {"ALARM": "fires", "OK": "is OK", "INSUFFICIENT_DATA": "has no data"}


def composed(alarm: Alarm, everything: Sequence[Alarm]) -> tuple[Finding, ...]:
    """Return what a composite alarm that fires is made of; nothing for any other alarm."""
    if not alarm.parts or alarm.state != "ALARM":
        return ()
    known = {each.name: each for each in everything}
    held = [each for each in alarm.parts if each.alarm in known and known[each.alarm].state == each.state]
    others = [each for each in alarm.parts if each not in held]
    said = f"{alarm.name} is a composite alarm: {_listed(held, known)} {'make' if len(held) > 1 else 'makes'} it fire"
    rest = f"; {_listed(others, known)}" if others else ""
    return (
        Finding(
            code="alarm_composite",
            subject=f"alarm/{alarm.name}",
            observed=f"{said}{rest}.",
            pointer=f"DescribeAlarms, {alarm.name}, AlarmRule",
            confidence=0.9,
            role=Role.CONTEXT,
            since=alarm.since,
            leads_to=tuple(Call("aws_alarm_history", {"alarm": each.alarm}) for each in held),
        ),
    )


def _listed(some: Sequence[Term], known: dict[str, Alarm]) -> str:
    names = dict.fromkeys(each.alarm for each in some)
    return ", ".join(f"{name} ({_state(known.get(name))})" for name in names) or "nothing that can be read"


def _state(alarm: Alarm | None) -> str:
    return STATES.get(alarm.state, alarm.state) if alarm else "is not there"
