"""Every promise holds, in a few trials; `make promises N=full` measures them in as many as it takes to believe it."""

import pytest

from tests.promises.rows import Row, line
from tests.promises.suite import Promise, promises

PROMISES = promises()


@pytest.mark.parametrize("promise", PROMISES, ids=[promise.test for promise in PROMISES])
def test_the_promise_holds(promise: Promise) -> None:
    """Each figure of a promise was measured and is within its limit."""
    rows = promise.measure(promise.quick)

    assert rows
    assert all(row.passed for row in rows), "\n".join(map(line, rows))


def test_what_was_not_measured_does_not_hold() -> None:
    """A figure of no trials proves nothing."""
    assert not Row("T0", "nothing was tried", 0, 0).passed


def test_more_than_the_limit_does_not_hold() -> None:
    """One effect too many fails the promise, and no bound is claimed for it."""
    row = Row("T0", "executed", 1, 100)

    assert not row.passed
    assert row.bound is None
