"""CloudWatch's alarms: which fire, which did, and what they have done before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field

from tools.aws.alarm_habits import Habit, habit
from tools.aws.alarm_records import Alarm, Transition, alarms, metric_reading, resource_readings, transitions
from tools.aws.client import cloudwatch
from tools.aws.composites import composed
from tools.aws.wording import ago, clock, duration, shortened
from tools.contract import Call, Finding, Observation, Role, ToolError
from tools.declare import Minutes, reads

FINDINGS = {
    "alarm_firing": "A CloudWatch alarm is in state ALARM.",
    "alarm_recovered": "An alarm fired in the window and is OK again.",
    "alarm_flapping": "An alarm fired three times or more in the window: its threshold is too tight, or load swings.",
    "alarm_recurring": "An alarm fires at regular intervals (hourly, daily …): a scheduled job or a cycle is likely.",
    "alarm_no_data": "An alarm has no data to judge by.",
    "alarms_quiet": "No alarm that was looked at is firing, and none fired in the last hour.",
}

State = Literal["", "ALARM", "OK", "INSUFFICIENT_DATA"]
AlarmName = Annotated[str, Field(min_length=1, max_length=255, description="name of a CloudWatch alarm")]
Part = Annotated[str, Field(max_length=255, description="part of the alarm's name; empty for all")]

RECENTLY = timedelta(hours=1)
FLAPPING = 3
"""Firing so often in a window is flapping; twice may be one incident with a lull."""

HABITS = timedelta(days=1)
"""How far back the list of alarms looks for habits; the history of one alarm looks back LOOKBACK."""

LOOKBACK = timedelta(days=14)
"""https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html: kept for 30 days."""

ROWS = 40


@reads(needs=("cloudwatch:DescribeAlarms", "cloudwatch:DescribeAlarmHistory"))
def aws_alarms(name_contains: Part = "", state: State = "") -> Observation:
    """List CloudWatch alarms: firing ones first, then those that fired in the last hour.

    Narrow by part of the name, by state, or both.
    """
    now = datetime.now(UTC)
    with cloudwatch() as client:
        everything = alarms(client)
        history = transitions(client, now - HABITS, now + timedelta(minutes=1))
    recent = [each for each in history if each.at >= now - RECENTLY]
    found = [each for each in everything if name_contains.lower() in each.name.lower() and state in {"", each.state}]
    if name_contains and not found:
        raise ToolError(_nothing(name_contains, state, everything))
    judged = tuple(finding for alarm in found for finding in history_findings(alarm, history, recent, now))
    findings = judged + tuple(finding for alarm in found for finding in composed(alarm, everything))
    if everything and not any(each.code in {"alarm_firing", "alarm_recovered", "alarm_flapping"} for each in findings):
        findings += (_quiet(found, name_contains),)
    return Observation(_list(found, recent, now), findings)


@reads(needs=("cloudwatch:DescribeAlarms", "cloudwatch:DescribeAlarmHistory"))
def aws_alarm_history(alarm: AlarmName, minutes: Minutes = 180) -> Observation:
    """Tell what an alarm did: when it fired, for how long, how often, and whether it does so every day."""
    now = datetime.now(UTC)
    with cloudwatch() as client:
        everything = alarms(client)
        told = next((each for each in everything if each.name == alarm), None)
        if told is None:
            raise ToolError(f"There is no alarm {alarm}: aws_alarms lists those that exist.")
        history = transitions(client, now - LOOKBACK, now + timedelta(minutes=1), alarm)
    recent = [each for each in history if each.at >= now - timedelta(minutes=minutes)]
    found = (*history_findings(told, history, recent, now), *composed(told, everything))
    return Observation(_story(told, recent, minutes, now), found)


def history_findings(
    alarm: Alarm, history: Sequence[Transition], recent: Sequence[Transition], now: datetime
) -> tuple[Finding, ...]:
    """Return what an alarm's history means; `recent` is the part of it to judge, the rest shows habits."""
    own = [each for each in history if each.alarm in {alarm.name, ""}]
    found = _state_findings(alarm, recent, now)
    regular = habit([each.at for each in own if each.after == "ALARM"])
    if not regular or not found:
        return tuple(found)
    # A habit is not trouble of today, so the firing explains nothing; and it is not flapping either.
    judged = [_as_habit(each) for each in found if each.code != "alarm_flapping"]
    return (*judged, _recurring(alarm, regular))


def _as_habit(finding: Finding) -> Finding:
    if finding.code != "alarm_firing":
        return finding
    return replace(finding, role=Role.CONTEXT, confidence=0.6)


def _recurring(alarm: Alarm, regular: Habit) -> Finding:
    return Finding(
        code="alarm_recurring",
        subject=f"alarm/{alarm.name}",
        observed=f"{alarm.name} fires every {duration(regular.minutes)}, {regular.times} times by now: a job or cycle.",
        pointer=f"DescribeAlarmHistory, {alarm.name}, StateUpdate",
        confidence=0.75,
        role=Role.CONTEXT,
        since=regular.since,
        advice="Move the threshold above what that job or cycle needs, or exclude its hours.",
    )


def _state_findings(alarm: Alarm, recent: Sequence[Transition], now: datetime) -> list[Finding]:
    own = [each for each in recent if each.alarm in {alarm.name, ""}]
    fired = [each.at for each in own if each.after == "ALARM"]
    found = []
    if alarm.state == "ALARM":
        found.append(_firing(alarm, now))
    elif alarm.state == "OK" and (fired or any(each.before == "ALARM" for each in own)):
        found.append(_recovered(alarm, own, now))
    elif alarm.state == "INSUFFICIENT_DATA":
        found.append(_no_data(alarm))
    if len(fired) >= FLAPPING:
        found.append(_flapping(alarm, fired))
    return found


def _firing(alarm: Alarm, now: datetime) -> Finding:
    since = f" since {ago(alarm.since, now)}" if alarm.since else ""
    around = alarm.since.strftime("%Y-%m-%dT%H:%M:%SZ") if alarm.since and now - alarm.since > RECENTLY else ""
    history = Call("aws_alarm_history", {"alarm": alarm.name})
    return Finding(
        code="alarm_firing",
        subject=f"alarm/{alarm.name}",
        observed=f"{alarm.name} fires{since}: {_because(alarm)}",
        pointer=f"DescribeAlarms, {alarm.name}, StateReason",
        confidence=0.95,
        role=Role.SYMPTOM,
        since=alarm.since,
        leads_to=(*resource_readings(alarm, around), *metric_reading(alarm, around), history),
    )


def _because(alarm: Alarm) -> str:
    """Return what makes an alarm fire and what CloudWatch says of it; an alarm of elsewhere may have neither."""
    said = (part.strip().rstrip(".") for part in (alarm.condition, shortened(alarm.reason, 240)))
    return f"{'. '.join(filter(None, said)) or 'no reason given'}."


def _recovered(alarm: Alarm, own: Sequence[Transition], now: datetime) -> Finding:
    ended = max((each.at for each in own if each.before == "ALARM"), default=alarm.since or now)
    began = max((each.at for each in own if each.after == "ALARM" and each.at <= ended), default=None)
    lasted = f" after {duration((ended - began).total_seconds() / 60)}" if began else ""
    return Finding(
        code="alarm_recovered",
        subject=f"alarm/{alarm.name}",
        observed=f"{alarm.name} went back to OK{lasted}, {ago(ended, now)}. {shortened(alarm.reason, 200)}".strip(),
        pointer=f"DescribeAlarmHistory, {alarm.name}, StateUpdate",
        confidence=0.95,
        role=Role.HEALTHY,
        since=began or ended,
        leads_to=(*resource_readings(alarm), *metric_reading(alarm)),
    )


def _flapping(alarm: Alarm, fired: Sequence[datetime]) -> Finding:
    return Finding(
        code="alarm_flapping",
        subject=f"alarm/{alarm.name}",
        observed=f"{alarm.name} fired {len(fired)} times between {clock(min(fired))} and {clock(max(fired))}.",
        pointer=f"DescribeAlarmHistory, {alarm.name}, StateUpdate",
        confidence=0.85,
        role=Role.CONTEXT,
        since=min(fired),
        advice="Ask more datapoints of the alarm (M of N) or move its threshold out of the usual range.",
    )


def _no_data(alarm: Alarm) -> Finding:
    return Finding(
        code="alarm_no_data",
        subject=f"alarm/{alarm.name}",
        observed=f"{alarm.name} has no data: {shortened(alarm.reason, 200) or 'its metric is not being reported'}.",
        pointer=f"DescribeAlarms, {alarm.name}, StateValue",
        confidence=0.8,
        role=Role.CONTEXT,
        since=alarm.since,
        leads_to=metric_reading(alarm),
        advice="See whether what reports the metric still runs.",
    )


def _quiet(found: Sequence[Alarm], part: str) -> Finding:
    which = f"with {part} in the name " if part else ""
    return Finding(
        code="alarms_quiet",
        subject=f"alarm/{part or '*'}",
        observed=f"None of the {len(found)} alarms {which}fires, and none fired in the last hour.",
        pointer="DescribeAlarms and DescribeAlarmHistory",
        confidence=0.9,
        role=Role.HEALTHY,
    )


def _nothing(part: str, state: str, everything: Sequence[Alarm]) -> str:
    some = ", ".join(sorted(each.name for each in everything)[:12]) or "none"
    return f"No alarm has {part} in its name{f' and state {state}' if state else ''}; there are: {some}."


def _list(found: Sequence[Alarm], recent: Sequence[Transition], now: datetime) -> str:
    order = {"ALARM": 0, "INSUFFICIENT_DATA": 1, "OK": 2}
    touched = {each.alarm for each in recent}
    ranked = sorted(found, key=lambda each: (order.get(each.state, 3), each.name not in touched, each.name))
    firing = sum(each.state == "ALARM" for each in found)
    rows = [_row(each, now) for each in ranked[:ROWS]]
    more = [f"… and {len(ranked) - ROWS} more"] if len(ranked) > ROWS else []
    return "\n".join([f"{firing} of {len(found)} alarms fire.", *rows, *more])


def _row(alarm: Alarm, now: datetime) -> str:
    since = f" since {ago(alarm.since, now)}" if alarm.since else ""
    about = ", ".join(f"{name}={value}" for name, value in alarm.dimensions.items())
    reason = f"\n    {shortened(alarm.reason, 240)}" if alarm.state == "ALARM" and alarm.reason else ""
    return f"{alarm.state:<5} {alarm.name}{since}: {alarm.condition}{f' ({about})' if about else ''}{reason}"


def _story(alarm: Alarm, recent: Sequence[Transition], minutes: int, now: datetime) -> str:
    lines = [_row(alarm, now), f"Changes of state in the last {duration(minutes)}: {len(recent) or 'none'}"]
    return "\n".join([*lines, *(f"{clock(each.at)}  {each.before} → {each.after}" for each in recent[-ROWS:])])
