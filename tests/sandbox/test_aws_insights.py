"""The Logs Insights queries that the sandbox answers."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.aws.errors import AwsError
from sandbox.aws.estate import LogEvent
from sandbox.aws.insights import run

START = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


def event(minute: int, message: str, stream: str = "pod") -> tuple[str, LogEvent]:
    """Return an event of a log group, so many minutes on."""
    at = int((START + timedelta(minutes=minute)).timestamp() * 1000)
    return "/shop", LogEvent(at, stream, message, f"{minute:04}")


EVENTS = [
    event(0, json.dumps({"level": "info", "ms": 10, "http": {"path": "/a"}})),
    event(1, json.dumps({"level": "error", "ms": 900, "http": {"path": "/b"}})),
    event(6, json.dumps({"level": "error", "ms": 1100, "http": {"path": "/b"}}), "other"),
    event(7, "plain ERROR user=ana took 30 ms"),
]


BY_LEVEL = [{"level": "error", "n": "2"}, {"n": "1"}, {"level": "info", "n": "1"}]
ANA = [{"who": "ana", "took": "30"}]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("stats count(*)", [{"count(*)": "4"}]),
        ("stats count(*) as n by level | sort n desc, level asc", BY_LEVEL),
        (
            "filter level = 'error' | stats avg(ms) as a, max(ms) as b, pct(ms, 50) as c",
            [{"a": "1000", "b": "1100", "c": "1000"}],
        ),
        ("filter ms > 500 and http.path = '/b' | stats count(*) as n", [{"n": "2"}]),
        ("filter @message like /(?i)error/ | stats count(*) as n", [{"n": "3"}]),
        ("filter @message like 'ERROR' or ms < 20 | stats count(*) as n", [{"n": "2"}]),
        ("filter @message not like /error/ | stats count(*) as n", [{"n": "2"}]),
        ("filter not (level = 'info') | stats count(*) as n", [{"n": "3"}]),
        ("filter level in ['info', 'warn'] | stats count(*) as n", [{"n": "1"}]),
        ("filter ispresent(level) | stats count_distinct(http.path) as n", [{"n": "2"}]),
        (
            "stats count(*) as n by bin(5m) as t | sort t",
            [{"t": "2026-03-02 14:00:00.000", "n": "2"}, {"t": "2026-03-02 14:05:00.000", "n": "2"}],
        ),
        ("parse @message 'user=* took * ms' as who, took | filter ispresent(who) | display who, took", ANA),
        (r"parse @message /took (?<took>\d+)/ | filter took > 20 | display took", [{"took": "30"}]),
        ("filter ms = 10 | fields level, ms | display level", [{"level": "info"}]),
        ("sort ms desc | limit 1 | display ms # the slowest", [{"ms": "1100"}]),
        ("fields @logStream | dedup @logStream | display @logStream", [{"@logStream": "pod"}, {"@logStream": "other"}]),
        ("filter ms > 5000 | stats count(*) as n", [{"n": "0"}]),
    ],
)
def test_queries(query: str, rows: list[dict[str, str]]) -> None:
    """Each command does what AWS's page says it does."""
    found, _ = run(query, EVENTS)

    assert found == rows


def test_the_newest_comes_first() -> None:
    """Without a sort the newest event is first, with its time and message."""
    found, matched = run("fields @timestamp, @message", EVENTS, limit=1)

    assert matched == 4
    assert found[0]["@timestamp"] == "2026-03-02 14:07:00.000"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "select 1",
        "filter",
        "stats level",
        "limit many",
        "fields @message |",
        "filter @message like /(/",
        "stats foo(ms)",
        "fields a ; b",
        "fields a ;",
    ],
)
def test_what_is_not_the_language_is_refused(query: str) -> None:
    """A query that cannot be read is the service's own error, never an empty result."""
    with pytest.raises(AwsError, match="MalformedQueryException"):
        run(query, EVENTS)


def code_of(query: str) -> str:
    """Return the error code that a query is refused with; empty if it is answered."""
    try:
        run(query, EVENTS)
    except AwsError as error:
        return error.code
    return ""


WORDS = ["fields", "filter", "stats", "sort", "parse", "limit", "count", "bin", "by", "as", "and", "not"]
SIGNS = ["level", "ms", "=", "3", "5m", "'x'", "/x/", "|", "|", "|", "(", ")", "*", ","]


@given(st.lists(st.sampled_from([*WORDS, *SIGNS])))
def test_any_words_are_answered_or_refused(words: list[str]) -> None:
    """Whatever is asked, the answer is rows or the service's error."""
    assert code_of(" ".join(words)) in {"", "MalformedQueryException"}


@given(st.text())
def test_any_text_is_answered_or_refused(text: str) -> None:
    """No text breaks the parser."""
    assert code_of(f"filter {text}") in {"", "MalformedQueryException"}
