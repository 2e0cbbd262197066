"""Readings of CloudWatch's logs: errors by message, and any query."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.aws_account import NOW, Account, at, looked_at
from tools.aws.log_queries import aws_logs_insights
from tools.aws.log_templates import Line, pattern, severity, templates
from tools.aws.log_topics import topic_of
from tools.aws.logs import aws_log_errors
from tools.contract import Finding, Role, ToolError


def line(minutes: float, text: str) -> dict[str, object]:
    """Return a log event."""
    return {"timestamp": int((NOW + timedelta(minutes=minutes)).timestamp() * 1000), "message": f"{at(minutes)} {text}"}


EVENTS = [
    *(line(-number, f"WARN slow response of {number * 7} ms") for number in range(1, 110, 4)),
    *(line(-number, f"ERROR retry {number} of job 4711 failed: connection reset") for number in range(1, 118, 3)),
    *(line(-number / 4, f"ERROR too many connections for role orders, 10.0.3.{number}") for number in range(1, 30)),
    *(line(-number, "INFO finished with 0 errors") for number in range(1, 60)),
]
DOCUMENTS = {
    "logs/checkout.json": {"logGroupName": "/shop/checkout", "events": EVENTS},
    "logs/catalog.json": {"logGroupName": "/shop/catalog", "events": [line(-5, "INFO served 20 requests, errors=0")]},
    "logs/old.json": {"logGroupName": "/shop/old", "events": [line(-5000, "ERROR long ago")]},
}


@pytest.fixture(scope="module", autouse=True)
def account() -> Iterator[Account]:
    """Point the tools at an account with three log groups."""
    with looked_at(DOCUMENTS) as served:
        yield served


def found(log_group: str) -> list[Finding]:
    """Return what the reading found."""
    return list(aws_log_errors.call(log_group=log_group).findings)


def test_a_new_error_is_told_first() -> None:
    """A message that did not occur before comes first, with its topic, count and time."""
    first = found("/shop/checkout")[0]

    assert (first.code, first.role) == ("log_database_connections", Role.SYMPTOM)
    assert "29 x" in first.observed
    assert first.since is not None
    assert timedelta(minutes=7) < datetime.now(UTC) - first.since < timedelta(minutes=8)


def test_usual_noise_is_context() -> None:
    """A message that came as often before explains nothing new."""
    usual = next(finding for finding in found("/shop/checkout") if "retry" in finding.observed)

    assert (usual.code, usual.role) == ("log_errors_usual", Role.CONTEXT)


def test_no_errors_is_healthy() -> None:
    """A group with lines but no errors is in order; `errors=0` is no error."""
    assert [(finding.code, finding.role) for finding in found("/shop/catalog")] == [("log_quiet", Role.HEALTHY)]


def test_no_lines_is_not_healthy() -> None:
    """A group without lines says nothing, which is not good news."""
    assert [(finding.code, finding.role) for finding in found("/shop/old")] == [("log_silent", Role.CONTEXT)]


def test_an_unknown_group_names_the_like() -> None:
    """A log group that does not exist is an error that names groups like it."""
    with pytest.raises(ToolError, match="/shop/checkout"):
        aws_log_errors.call(log_group="/aws/eks/checkout")


def test_a_query_returns_its_table() -> None:
    """A Logs Insights query comes back as a table."""
    seen = aws_logs_insights.call(
        log_group="/shop/checkout",
        query="filter @message like /ERROR/ | parse @message 'ERROR * *' as word, rest "
        "| stats count(*) as lines by word | sort lines desc",
    )

    assert seen.text.splitlines()[1:] == ["word | lines", "too | 29", "retry | 20"]


def test_a_bad_query_is_an_error() -> None:
    """A query that AWS cannot read is told in AWS's words."""
    with pytest.raises(ToolError, match="MalformedQueryException"):
        aws_logs_insights.call(log_group="/shop/checkout", query="select * from logs")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ERROR user 17 not found", "ERROR user 2094 not found"),
        ("2026-01-01T00:00:00Z ERROR x took 17ms", "2026-01-02T10:11:12.123Z ERROR x took 2ms"),
        ("ERROR 10.0.0.1:5432 refused", "ERROR 10.9.8.7:5433 refused"),
        ("ERROR pod checkout-7f9c6d5b4-x2x4z died", "ERROR pod checkout-66b8f7d9c5-abcde died"),
        ('{"level":"error","msg":"no row 5","n":1}', '{"level":"error","msg":"no row 6","n":2}'),
    ],
)
def test_lines_that_say_the_same_are_one_message(one: str, other: str) -> None:
    """Numbers, ids, times, addresses and pods do not make another message."""
    assert pattern(one) == pattern(other)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("2026-01-01T00:00:00Z ERROR x", "error"),
        ("FATAL:  sorry, too many clients already", "fatal"),
        ("INFO retrying after TimeoutError", ""),
        ('{"level":"info","msg":"ERROR rate is low"}', ""),
        ('{"level":"WARNING","msg":"slow"}', "warning"),
        ("java.lang.NullPointerException: x", "error"),
        ("finished, 0 errors", ""),
        ("GET /health 200", ""),
    ],
)
def test_severity_is_the_lines_own(text: str, level: str) -> None:
    """A level that the line names decides; words only where it names none."""
    assert severity(text) == level


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("FATAL: remaining connection slots are reserved", "log_database_connections"),
        ("KeyError: 'PAYMENT_URL'", "log_missing_setting"),
        ("environment variable PAYMENT_URL is not set", "log_missing_setting"),
        ("dial tcp 10.0.0.5:443: connect: connection refused", "log_not_reachable"),
        ("java.lang.OutOfMemoryError: Java heap space", "log_out_of_memory"),
        ("could not extend file: No space left on device", "log_disk_full"),
        ("deadlock detected", "log_locks"),
        ("AccessDenied: not allowed", "log_denied"),
    ],
)
def test_topics(text: str, code: str) -> None:
    """What goes wrong everywhere is known by its words."""
    topic = topic_of(text)

    assert topic is not None
    assert topic.code == code


START = datetime(2026, 1, 1, tzinfo=UTC)
LINES = st.lists(
    st.builds(Line, st.integers(-60, 60).map(lambda minute: START + timedelta(minutes=minute)), st.text(max_size=80)),
    max_size=30,
)


@given(LINES, st.randoms())
def test_clusters_do_not_depend_on_order(lines: list[Line], random: object) -> None:
    """Whatever the lines and their order, the messages are the same."""
    shuffled = list(lines)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a Random

    assert templates(shuffled, START) == templates(lines, START)
