"""A failed job's log is told in a category, a reason and at most sixty lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.ci_logs import failures, log_of
from tools.ci.lines import clean
from tools.ci.log import Told
from tools.ci.signs import Category
from tools.ci.triage import suspicious, triage

CASES = [pytest.param(*one, id=f"{one[0]}: {one[1]}") for one in failures()]


@pytest.mark.parametrize(("kind", "command", "said", "printed"), CASES)
def test_the_words_of_each_tool_tell_what_kind_of_failure_it_is(
    kind: Category, command: str, said: str, printed: str
) -> None:
    """What a tool prints when it fails has its category, and the excerpt has the words that say why."""
    told = triage(log_of(command, printed))

    assert told.category == kind
    assert any(said in text for _, text in told.excerpt)
    assert command in told.step


def test_errors_that_a_green_run_printed_too_are_no_reason() -> None:
    """A line that the last green run has as well gives way to the one that is new."""
    noise = "\n".join(f"error: cannot reach telemetry {number}" for number in range(9))
    green = suspicious(log_of("make", noise))

    told = triage(log_of("make", f"{noise}\nMakefile:3: fatal error: no rule"), green=green)

    assert "no rule" in told.reason


def test_a_network_error_of_a_test_that_passed_is_not_the_reason() -> None:
    """What is printed far from any failed test is another test's business."""
    passed = "--- PASS: TestRetry (0.0s)\n    dial: Connection reset by peer, retrying\n"
    filler = "=== RUN   TestOther\n--- PASS: TestOther (0.00s)\n" * 80

    told = triage(log_of("go test -v ./...", f"{passed}{filler}--- FAIL: TestTotal (0.0s)\n    cart_test.go:9: got 3"))

    assert told.category is Category.TEST


def test_a_failure_that_no_tool_explains_stays_unknown() -> None:
    """Nothing is made up where the log does not say why."""
    told = triage(log_of("./deploy", "deploying\nhm"))

    assert told.category is Category.UNKNOWN
    assert any("No known tool" in one for one in told.unknown)


def test_a_gate_that_ends_a_job_by_itself_is_configuration() -> None:
    """A script that only looks at other jobs and exits says so by its own words."""
    told = triage(log_of('[[ "failure" == "success" ]] || \nexit 1', ""))

    assert told.category in {Category.CONFIGURATION, Category.UNKNOWN}


def test_secrets_in_a_log_do_not_leave_it() -> None:
    """A key in the lines that explain a failure is masked."""
    key = "AKIA" + "IOSFODNN7EXAMPLA"

    told = triage(log_of("aws s3 ls", f"error: An error occurred (AccessDenied) for {key}"))

    assert key not in f"{told}"


@given(st.lists(st.text(max_size=80), max_size=80))
def test_any_log_gets_a_diagnosis_of_at_most_sixty_lines_in_order(lines: list[str]) -> None:
    """Whatever is printed, the excerpt is short, its lines are in order and were in the log."""
    told = triage(log_of("make", "\n".join(lines)))

    numbers = [number for number, _ in told.excerpt]
    assert len(numbers) <= 60
    assert numbers == sorted(set(numbers)) or set(numbers) == {0}


@given(st.text(max_size=200))
def test_a_cleaned_line_has_no_control_characters(text: str) -> None:
    """Nothing that moves a cursor or colors a terminal is left."""
    assert not any(letter < " " for letter in clean(text) if letter not in "\t\n")


@pytest.mark.parametrize(
    "told",
    [Told("Run pytest"), Told("Unit tests", "2026-11-02T10:00:10", "2026-11-02T10:00:20")],
    ids=["by its name", "by when it ran"],
)
def test_a_step_that_may_fail_does_not_mislead(told: Told) -> None:
    """A linter that may fail leaves an error in the log; GitHub says that it was another step, and that one is read."""
    linted = log_of("ruff check .", "app.py:1:8: F401 [*] `os` imported but unused")
    tested = [line.replace("T10:00:0", "T10:00:1") for line in log_of("pytest", "FAILED test_prices.py::test_total")]

    assert triage([*linted, *tested]).step == "Run ruff check ."
    assert triage([*linted, *tested], failed=(told,)).step == "Run pytest"
