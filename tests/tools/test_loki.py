"""What a workload's logs in Loki say, and which of it is news."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from config.settings import settings
from sandbox.company import running
from tools.contract import Role, ToolError
from tools.loki.callers import loki_caller_errors
from tools.loki.readings import loki_errors
from tools.scope import OutOfScope, Scope, within

WORLD = Path(__file__).parents[2] / "sandbox" / "worlds" / "logs-in-loki"


@pytest.fixture(scope="module", autouse=True)
def company() -> Iterator[None]:
    """Point the tools at a company whose logs are in Loki alone."""
    with running(WORLD) as served, pytest.MonkeyPatch.context() as patch:
        for name, value in served.environment().items():
            patch.setenv(name, value)
        settings.cache_clear()
        yield
    settings.cache_clear()


def test_a_new_message_is_understood_as_in_a_pods_own_log() -> None:
    """What came as often before is told, and is not the finding."""
    seen = loki_errors.call(namespace="shop", workload="checkout")

    [found] = seen.findings
    assert (found.code, found.role) == ("certificate_bad", Role.CAUSE)
    assert found.since
    assert "retrying" in seen.text
    assert "retrying" not in found.observed


def test_what_said_nothing_wrong_is_quiet() -> None:
    """Its lines are there, and none of them is an error."""
    assert [one.code for one in loki_errors.call(namespace="shop", workload="catalog").findings] == ["loki_quiet"]


def test_a_time_before_the_trouble_has_known_noise_only() -> None:
    """Warnings that came as often in the time before are no news."""
    [found] = loki_errors.call(namespace="shop", workload="checkout").findings
    assert found.since
    earlier = found.since - timedelta(minutes=25)

    seen = loki_errors.call(namespace="shop", workload="checkout", minutes=30, around=earlier.isoformat())

    assert [one.code for one in seen.findings] == ["loki_usual"]


def test_a_workload_without_a_stream_is_not_called_quiet() -> None:
    """Nothing collected is nothing known."""
    assert not loki_errors.call(namespace="shop", workload="payments").findings


def test_what_callers_say_of_a_workload_is_evidence_about_it() -> None:
    """It has no stream of its own, and who calls it says that its certificate has expired."""
    [found] = loki_caller_errors.call(namespace="shop", workload="payments").findings

    assert (found.code, found.subject) == ("certificate_refused", "deployment/shop/payments")
    assert found.observed.startswith("checkout says of payments")


def test_what_callers_always_say_is_no_news() -> None:
    """Warnings about a workload that came as often before are not held against it."""
    assert not loki_caller_errors.call(namespace="shop", workload="catalog").findings


def test_out_of_scope_nothing_is_read() -> None:
    """A scope's namespaces hold for Loki as well."""
    with within((Scope("this channel", namespaces=("media",)),)), pytest.raises(OutOfScope):
        loki_errors.call(namespace="shop", workload="checkout")


def test_a_token_that_is_not_accepted_is_said_to_be() -> None:
    """With the setting that holds it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOKI_TOKEN", "wrong")
        settings.cache_clear()
        with pytest.raises(ToolError, match="check LOKI_TOKEN"):
            loki_errors.call(namespace="shop", workload="checkout")
    settings.cache_clear()
