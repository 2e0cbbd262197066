"""What Prometheus says: of a workload, of its own alerts, and to a query that somebody asks for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import settings
from sandbox.company import running
from tools.contract import Role, ToolError
from tools.prometheus.asking import prometheus_alerts, prometheus_query
from tools.prometheus.naming import is_safe
from tools.prometheus.readings import prometheus_service
from tools.scope import Scope, within
from tools.signals.reading import service_signal

WORLD = Path(__file__).parents[2] / "sandbox" / "worlds" / "cpu-throttled"


@pytest.fixture(scope="module", autouse=True)
def company() -> Iterator[None]:
    """Point the tools at a company whose numbers are in Prometheus alone."""
    with running(WORLD) as served, pytest.MonkeyPatch.context() as patch:
        for name, value in served.environment().items():
            patch.setenv(name, value)
        settings.cache_clear()
        yield
    settings.cache_clear()


def test_a_cpu_limit_that_holds_back_is_a_cause() -> None:
    """Slow requests are its symptom, and both say since when."""
    seen = prometheus_service.call(namespace="shop", workload="checkout")

    assert {one.code: one.role for one in seen.findings} == {
        "metrics_slow": Role.SYMPTOM,
        "cpu_throttled": Role.CAUSE,
    }
    assert all(one.since for one in seen.findings)
    assert seen.chart


def test_a_workload_that_does_as_before_is_in_order() -> None:
    """The other service of the company."""
    seen = prometheus_service.call(namespace="shop", workload="catalog")

    assert [one.code for one in seen.findings] == ["metrics_usual"]


def test_a_workload_without_series_is_not_called_healthy() -> None:
    """Nothing measured is nothing known."""
    assert not prometheus_service.call(namespace="shop", workload="payments").findings


def test_an_alert_of_prometheus_points_to_its_service() -> None:
    """Its labels say whose it is."""
    [found] = prometheus_alerts.call().findings

    assert (found.code, found.subject) == ("rule_firing", "deployment/shop/checkout")
    assert found.leads_to


def test_a_signal_without_cloudwatch_comes_from_prometheus() -> None:
    """The source is named, with the query itself."""
    seen = service_signal.call(service="checkout", signal="latency")

    assert [one.code for one in seen.findings] == ["signal_worse"]
    assert "Prometheus: `histogram_quantile" in seen.text


def test_a_query_that_somebody_asks_for_is_drawn() -> None:
    """One line for each series."""
    seen = prometheus_query.call(query="sum by (service) (rate(http_requests_total[5m]))")

    assert seen.chart
    assert {one.name for one in seen.chart.series} == {"service=catalog", "service=checkout"}


def test_a_query_that_is_wrong_is_refused_in_prometheus_own_words() -> None:
    """The person can mend it."""
    with pytest.raises(ToolError, match=r"refused the query: .*unexpected"):
        prometheus_query.call(query="sum(rate(")


def test_a_query_that_finds_nothing_says_so() -> None:
    """No data is not zero."""
    assert "No data" in prometheus_query.call(query="no_such_metric").text


def test_within_a_scope_only_its_namespaces_are_told() -> None:
    """And there are no queries of one's own, which could see past it."""
    with within((Scope("this channel", namespaces=("media",)),)):
        assert not prometheus_service.call(namespace="shop", workload="checkout").findings
        assert prometheus_alerts.call().findings[0].code == "rules_quiet"
        with pytest.raises(ToolError, match="none here"):
            prometheus_query.call(query="up")


def test_a_token_that_is_not_accepted_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the setting that holds it, and never the token itself."""
    with monkeypatch.context() as patch:
        patch.setenv("PROMETHEUS_TOKEN", "wrong-token")
        settings.cache_clear()
        with pytest.raises(ToolError, match="PROMETHEUS_TOKEN") as refused:
            prometheus_alerts.call()
    settings.cache_clear()

    assert "wrong-token" not in str(refused.value)


def test_nothing_that_answers_is_said_to_be_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names the setting to look at."""
    with monkeypatch.context() as patch:
        patch.setenv("PROMETHEUS_URL", "http://127.0.0.1:9")
        settings.cache_clear()
        with pytest.raises(ToolError, match="check PROMETHEUS_URL"):
            prometheus_alerts.call()
    settings.cache_clear()


@given(st.text(max_size=30))
def test_a_name_that_could_end_a_string_is_not_asked_for(name: str) -> None:
    """What gets into a query of ours holds no quote, brace or backslash."""
    assert not is_safe(name) or not set(name) & set("\"'{}\\ \n")
