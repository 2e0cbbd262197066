"""What a log says in the end, in whatever language the program is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.kube_objects import NOW, at, crashing, pod
from tools.contract import Call, Role
from tools.kube.logs import analyze
from tools.kube.logwords import host, is_error, last_exception, lines_of, read

PYTHON = """\
2026-01-02T11:59:00.123456789Z INFO checkout starting
2026-01-02T11:59:01.000000000Z Traceback (most recent call last):
2026-01-02T11:59:01.000000000Z   File "/app/main.py", line 3, in <module>
2026-01-02T11:59:01.000000000Z     url = os.environ["PAYMENTS_URL"]
2026-01-02T11:59:01.000000000Z KeyError: 'PAYMENTS_URL'
"""
JAVA = """\
2026-01-02T11:59:01Z ERROR o.a.Pool - giving up
2026-01-02T11:59:01Z java.lang.IllegalStateException: no pool
2026-01-02T11:59:01Z \tat com.acme.Pool.take(Pool.java:12)
2026-01-02T11:59:01Z Caused by: java.net.ConnectException: Connection refused to orders-db:5432
2026-01-02T11:59:01Z \tat java.net.Socket.connect(Socket.java:633)
"""
UNNAMED = """\
Traceback (most recent call last):
  File "/app/cache.py", line 18, in warm
    raise refused
psycopg.errors.UndefinedColumn: column plan.tenant does not exist
LINE 1: SELECT plan.tenant
"""
RUST = """\
thread 'main' panicked at src/main.rs:4:5:
no route table
note: run with `RUST_BACKTRACE=1`
"""
GO = """\
2026-01-02T11:59:01Z panic: dial tcp: lookup orders-db.internal: no such host
2026-01-02T11:59:01Z --
2026-01-02T11:59:01Z goroutine 1 [running]:
2026-01-02T11:59:01Z main.main()
"""


@pytest.mark.parametrize(
    ("log", "exception", "code"),
    [
        (PYTHON, "KeyError: 'PAYMENTS_URL'", "config_missing"),
        (JAVA, "Caused by: java.net.ConnectException: Connection refused to orders-db:5432", "dependency_down"),
        (GO, "panic: dial tcp: lookup orders-db.internal: no such host", "name_unresolved"),
        (UNNAMED, "psycopg.errors.UndefinedColumn: column plan.tenant does not exist", "log_exception"),
        (RUST, "no route table", "log_exception"),
        ("Traceback (most recent call last):\nKeyError: 'discount'\n", "KeyError: 'discount'", "log_exception"),
        ("FATAL: sorry, too many clients already\n", "", "database_full"),
        (
            "java.lang.OutOfMemoryError: Java heap space\n",
            "java.lang.OutOfMemoryError: Java heap space",
            "memory_exhausted",
        ),
        ('{"level":"error","msg":"x509: certificate has expired"}\n', "", "certificate_bad"),
        ("ERROR something odd\n", "", "log_errors"),
        ("INFO 0 errors\nlevel=info msg=ok\n", "", "log_calm"),
        ("", "", "log_calm"),
    ],
)
def test_the_last_exception_and_what_it_means_are_found(log: str, exception: str, code: str) -> None:
    """The line that names the error, and its class."""
    seen = read(lines_of(log))

    assert (seen.exception, seen.code) == (exception, code)


def test_alike_errors_are_counted_together() -> None:
    """Ids, numbers and times do not make another error of it."""
    log = "".join(f"ERROR POST /orders/{n} failed after {n * 3} ms\n" for n in range(1, 30))

    seen = read(lines_of(log))

    assert seen.errors == (("ERROR POST /orders/29 failed after 87 ms", 29),)


@pytest.mark.parametrize(
    ("log", "said"),
    [
        (UNNAMED, "psycopg.errors.UndefinedColumn: column plan.tenant does not exist"),
        (RUST, "no route table"),
        ("Traceback (most recent call last):\nINFO went on\n", "Traceback (most recent call last):"),
    ],
)
def test_a_heading_gives_way_to_what_was_raised(log: str, said: str) -> None:
    """A heading says nothing; it is told only where what it announces is missing."""
    seen = read(lines_of(log))

    assert [words for words, _ in seen.errors] == [said]
    assert seen.telling == said


def test_a_missing_setting_is_a_cause_and_an_unreachable_host_a_symptom_to_follow() -> None:
    """A program that cannot reach its database points to the database."""
    one = pod("checkout-8-x", 8, crashing())

    missing = analyze(one, "app", read(lines_of(PYTHON)), lines_of(PYTHON), NOW)
    down = analyze(one, "app", read(lines_of(JAVA)), lines_of(JAVA), NOW)

    assert (missing.role, down.role) == (Role.CAUSE, Role.SYMPTOM)
    assert missing.subject == "deployment/shop/checkout"
    assert down.leads_to == (Call("service_lookup", {"words": "orders-db"}),)


def test_errors_of_yesterday_are_context() -> None:
    """What the log said long ago explains nothing that happens now."""
    log = f"{at(1500)} KeyError: 'PAYMENTS_URL'\n"

    found = analyze(pod("checkout-8-x", 8), "app", read(lines_of(log)), lines_of(log), NOW)

    assert found.role is Role.CONTEXT


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("could not connect to server: host=orders-db port=5432", "orders-db"),
        ("GET http://payments.shop.svc:8080/pay timed out", "payments.shop.svc"),
        ("it timed out", ""),
    ],
)
def test_the_host_that_cannot_be_reached_is_named(sentence: str, name: str) -> None:
    """The name leads to the service behind it."""
    assert host(sentence) == name


@given(st.text(max_size=400))
def test_any_log_is_read(log: str) -> None:
    """Programs write what they like."""
    lines = lines_of(log)

    seen = read(lines)

    assert sum(count for _, count in seen.errors) <= sum(is_error(one.words) for one in lines)
    assert len(last_exception(lines)) <= 300
