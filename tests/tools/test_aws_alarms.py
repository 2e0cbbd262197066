"""Readings of CloudWatch's alarms."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.aws_account import Account, at, looked_at
from tools.aws.alarm_habits import habit
from tools.aws.alarm_records import Alarm, Transition, read
from tools.aws.alarm_rules import Term, terms
from tools.aws.alarms import aws_alarm_history, aws_alarms, history_findings
from tools.aws.composites import composed
from tools.contract import Observation, Role, ToolError

ALARM = {
    "Namespace": "AWS/RDS",
    "MetricName": "DatabaseConnections",
    "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": "orders-db"}],
    "Statistic": "Average",
    "Period": 60,
    "EvaluationPeriods": 3,
    "Threshold": 90,
    "ComparisonOperator": "GreaterThanThreshold",
}


def update(alarm: str, minutes: float, before: str, after: str) -> dict[str, object]:
    """Return a StateUpdate item."""
    summary = f"Alarm updated from {before} to {after}"
    return {"AlarmName": alarm, "Timestamp": at(minutes), "HistoryItemType": "StateUpdate", "HistorySummary": summary}


DOCUMENTS = {
    "cloudwatch/alarms.json": {
        "MetricAlarms": [
            {**ALARM, "AlarmName": "orders-db-connections", "StateValue": "ALARM", "StateUpdatedTimestamp": at(-12)},
            {**ALARM, "AlarmName": "orders-db-latency", "StateValue": "OK", "StateUpdatedTimestamp": at(-20)},
            {"AlarmName": "quiet", "StateValue": "OK", "StateUpdatedTimestamp": at(-9000)},
            {"AlarmName": "silent", "StateValue": "INSUFFICIENT_DATA", "StateUpdatedTimestamp": at(-9000)},
        ],
        "AlarmHistoryItems": [
            update("orders-db-latency", -25, "OK", "ALARM"),
            update("orders-db-latency", -20, "ALARM", "OK"),
        ],
    }
}


@pytest.fixture(scope="module", autouse=True)
def account() -> Iterator[Account]:
    """Point the tools at an account with four alarms."""
    with looked_at(DOCUMENTS) as served:
        yield served


def codes(seen: Observation) -> dict[str, str]:
    """Return what was found, by subject."""
    return {finding.subject: finding.code for finding in seen.findings}


def test_alarms_are_told_by_state() -> None:
    """Each alarm that fires, fired a while ago or lacks data is a finding; a quiet one is not."""
    seen = aws_alarms.call()

    assert codes(seen) == {
        "alarm/orders-db-connections": "alarm_firing",
        "alarm/orders-db-latency": "alarm_recovered",
        "alarm/silent": "alarm_no_data",
    }
    assert seen.text.startswith("1 of 4 alarms fire.\nALARM orders-db-connections since ")


def test_a_firing_alarm_leads_to_its_database() -> None:
    """An alarm on a database leads to that database's readings, and says since when it fires."""
    finding = aws_alarms.call(state="ALARM").findings[0]

    assert {"aws_rds_health", "aws_metric", "aws_alarm_history"} <= {call.tool for call in finding.leads_to}
    assert finding.since is not None
    assert timedelta(minutes=11) < datetime.now(UTC) - finding.since < timedelta(minutes=13)


def test_quiet_alarms_are_healthy() -> None:
    """Alarms that did not fire are a healthy finding."""
    finding = aws_alarms.call(name_contains="quiet").findings[0]

    assert (finding.code, finding.role) == ("alarms_quiet", Role.HEALTHY)


def test_an_unknown_name_tells_what_exists() -> None:
    """A name that no alarm has is an error that lists alarms."""
    with pytest.raises(ToolError, match="orders-db-connections"):
        aws_alarms.call(name_contains="nowhere")


def test_history_of_a_recovered_alarm() -> None:
    """An alarm that is OK again is healthy, and its history says how long it fired."""
    seen = aws_alarm_history.call(alarm="orders-db-latency")

    assert [(finding.code, finding.role) for finding in seen.findings] == [("alarm_recovered", Role.HEALTHY)]
    assert "after 5 min" in seen.findings[0].observed


def test_history_of_no_alarm() -> None:
    """An alarm that does not exist is an error that says what to do."""
    with pytest.raises(ToolError, match="aws_alarms lists"):
        aws_alarm_history.call(alarm="nowhere")


def firings(minutes: list[float], lasting: float = 5) -> list[Transition]:
    """Return the history of an alarm that fired so many minutes ago."""
    now = datetime.now(UTC)
    fired = [Transition("a", now - timedelta(minutes=each), "OK", "ALARM") for each in minutes]
    ended = [Transition("a", each.at + timedelta(minutes=lasting), "ALARM", "OK") for each in fired]
    return sorted(fired + ended, key=lambda each: each.at)


def test_firing_three_times_is_flapping() -> None:
    """An alarm that fires and recovers thrice in the window flaps."""
    history = firings([40, 25, 9])

    found = history_findings(Alarm("a", "OK"), history, history, datetime.now(UTC))

    assert [each.code for each in found] == ["alarm_recovered", "alarm_flapping"]


@pytest.mark.parametrize("minutes", [60.0, 1440.0])
def test_firing_by_the_clock_is_recurring(minutes: float) -> None:
    """An alarm that fires every hour or every night is a habit, and explains nothing."""
    now = datetime.now(UTC)
    history = firings([3 * minutes + 2, 2 * minutes + 1, minutes + 3, 2])

    found = history_findings(Alarm("a", "ALARM", since=now), history, history[-2:], now)

    assert [(each.code, each.role) for each in found] == [
        ("alarm_firing", Role.CONTEXT),
        ("alarm_recurring", Role.CONTEXT),
    ]


@given(st.lists(st.datetimes(datetime(2026, 1, 1), datetime(2026, 2, 1), timezones=st.just(UTC))))  # noqa: DTZ001 - hypothesis adds the zone
def test_any_firings_have_a_habit_or_none(fired: list[datetime]) -> None:
    """A habit has three firings or more, no more than there were, and a length."""
    found = habit(fired)

    assert found is None or (3 <= found.times <= len(fired) and found.minutes >= 20 and found.since in fired)


@given(st.lists(st.tuples(st.sampled_from(["ALARM", "OK"]), st.from_regex(r"[a-z][a-z0-9 /_-]{0,30}", fullmatch=True))))
def test_every_alarm_of_a_rule_is_read(named: list[tuple[str, str]]) -> None:
    """A rule's alarms come out as they were written, by name or by ARN, whatever stands between them."""
    arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:"
    rule = " AND NOT ".join(f'({state} ( "{arn if at % 2 else ""}{name}" ))' for at, (state, name) in enumerate(named))

    found = terms(rule)

    assert found == tuple(dict.fromkeys(Term(name, state) for state, name in named))


def test_a_composite_alarm_tells_which_alarms_make_it_fire() -> None:
    """Those in the state that the rule asks for make it fire, and their histories are looked at next."""
    whole = read(
        {"AlarmName": "journey", "StateValue": "ALARM", "AlarmRule": "ALARM(slow) OR (ALARM('down') AND OK(lull))"}
    )
    parts = [Alarm("slow", "OK"), Alarm("down", "ALARM"), Alarm("lull", "OK")]

    (found,) = composed(whole, [whole, *parts])

    assert "down (fires), lull (is OK) make it fire; slow (is OK)." in found.observed
    assert [call.args["alarm"] for call in found.leads_to] == ["down", "lull"]
