"""What Datadog says: its monitors, and to a query that somebody asks for."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agents import ROSTER
from agents.budget import Budget
from agents.contract import Limits
from agents.notebook import Notebook
from agents.offering import Placement, Run
from agents.toolbelt import Toolbelt
from config.settings import settings
from sandbox.company import Company, running
from sandbox.world import World, read_world
from tests.agents.company import NOW, asking
from tools import CATALOGUE
from tools.contract import Role, ToolError
from tools.datadog.readings import datadog_metric, datadog_monitors
from tools.scope import Scope, within

WORLDS = Path(__file__).parents[2] / "sandbox" / "worlds"


def _belt() -> set[str]:
    """Return the names of Datadog's readings that a run of the incident agent has."""
    run = Run("run-1", asking(), ROSTER["incident"], lambda: NOW, lambda _: Placement())
    belt = Toolbelt(run, CATALOGUE, Notebook(lambda _: None), Budget(Limits()))
    return {one.name for one in belt.tools() if one.name.startswith("datadog")}


def _series(world: World, pod: str, last: float) -> dict[str, object]:
    begin = world.now - timedelta(minutes=30)
    points = [[int((begin + timedelta(minutes=at)).timestamp() * 1000), 0.2 if at < 25 else last] for at in range(30)]
    unit = [{"family": "time", "name": "second", "short_name": "s"}, None]
    tags = ["kube_namespace:shop", f"pod:{pod}"]
    return {"metric": "trace.http.request", "tag_set": tags, "unit": unit, "pointlist": points}


def _monitor(number: int, name: str, overall: str, tags: list[str], **more: object) -> dict[str, object]:
    told = {"id": number, "name": name, "overall_state": overall, "tags": tags, "message": "Look at it @oncall"}
    return {**told, "overall_state_modified": "2026-05-05T09:46:00.000000+00:00", "options": {"silenced": {}}, **more}


def _measured() -> World:
    """Return a world with two pods of one service, of which one became slow, and four monitors."""
    world = read_world(WORLDS / "cpu-throttled")
    groups = {"checkout": "Alert", "catalog": "Warn"}
    slow = {f"kube_namespace:shop,kube_deployment:{name}": {"status": state} for name, state in groups.items()}
    monitors = [
        _monitor(1, "checkout is slow", "Alert", ["team:shop"], state={"groups": slow}),
        _monitor(2, "disk is nearly full", "Alert", [], options={"silenced": {"*": None}}),
        _monitor(3, "catalog is slow", "OK", ["kube_namespace:shop"]),
        _monitor(4, "nightly job", "No Data", ["kube_namespace:media"]),
    ]
    series = {"series": [_series(world, "checkout-a", 0.2), _series(world, "checkout-b", 3.0)]}
    return replace(world, aws={"datadog": {"series.json": series, "monitors.json": monitors}})


@pytest.fixture(scope="module", autouse=True)
def company() -> Iterator[Company]:
    """Point the tools at a company with a Datadog."""
    with running(_measured()) as served, pytest.MonkeyPatch.context() as patch:
        for name, value in served.environment().items():
            patch.setenv(name, value)
        settings.cache_clear()
        yield served
    settings.cache_clear()


@pytest.fixture
def told() -> Iterator[pytest.MonkeyPatch]:
    """Let a test have its own settings."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch
    settings.cache_clear()


def test_a_monitor_that_alerts_points_to_its_workload() -> None:
    """The group that alerts says whose it is, and the monitor since when."""
    [found] = datadog_monitors.call().findings

    assert (found.code, found.subject, found.role) == ("monitor_alerting", "deployment/shop/checkout", Role.SYMPTOM)
    assert found.since
    assert [one.args for one in found.leads_to] == [{"namespace": "shop", "workload": "checkout"}]


def test_what_is_muted_or_has_no_data_is_told_and_is_no_finding() -> None:
    """Somebody muted it on purpose; no data is no alert."""
    seen = datadog_monitors.call()

    assert "disk is nearly full (Alert, muted)" in seen.text
    assert "nightly job (No Data)" in seen.text
    assert "catalog is slow" not in seen.text


def test_within_a_scope_only_its_namespaces_are_told() -> None:
    """And there are no queries of one's own, which could see past it."""
    with within((Scope("this channel", namespaces=("media",)),)):
        seen = datadog_monitors.call()
        with pytest.raises(ToolError, match="none here"):
            datadog_metric.call(query="avg:trace.http.request{*}")

    assert "checkout" not in seen.text
    assert [one.code for one in seen.findings] == ["monitors_quiet"]


def test_monitors_are_read_page_by_page(company: Company, told: pytest.MonkeyPatch) -> None:
    """The one that alerts may be on the last page; where there are more pages than are read, that is said."""
    told.setattr("tools.datadog.client.PAGE", 1)

    seen = datadog_monitors.call()
    told.setattr(company.datadog, "monitors", company.datadog.monitors[2:] * 3)
    rest = datadog_monitors.call()

    assert "4 monitors" in seen.text
    assert "Only the first 4 monitors" in rest.text
    assert not rest.findings


def test_a_query_that_somebody_asks_for_is_drawn() -> None:
    """One line for each group, in its unit."""
    seen = datadog_metric.call(query="avg:trace.http.request{kube_namespace:shop} by {pod}")

    assert seen.chart
    assert {one.name for one in seen.chart.series} == {"pod:checkout-a", "pod:checkout-b"}
    assert seen.chart.unit == "s"
    assert "last 3," in seen.text


def test_a_query_is_of_its_window() -> None:
    """Of an earlier time, the level then is told."""
    seen = datadog_metric.call(query="max:trace.http.request{*}", minutes=5)

    assert seen.chart
    assert {value for _, value in seen.chart.series[0].points} == {3.0}


def test_a_query_that_finds_nothing_says_so() -> None:
    """No data is not zero."""
    seen = datadog_metric.call(query="avg:no.such.metric{*}")

    assert "No data" in seen.text
    assert not seen.chart


def test_a_query_that_is_wrong_is_refused_in_datadogs_own_words() -> None:
    """The person can mend it."""
    with pytest.raises(ToolError, match=r"Datadog refused the query: Error parsing query: unable to parse"):
        datadog_metric.call(query="trace.http.request")


@pytest.mark.parametrize("key", ["DATADOG_API_KEY", "DATADOG_APP_KEY"])
def test_a_key_that_is_not_accepted_is_said_to_be(told: pytest.MonkeyPatch, key: str) -> None:
    """With the settings that hold the keys, and never the key itself."""
    told.setenv(key, "wrong-key")
    settings.cache_clear()

    with pytest.raises(ToolError, match=f"check .*{key}") as refused:
        datadog_monitors.call()

    assert "wrong-key" not in str(refused.value)


def test_a_limit_that_is_reached_says_how_long_to_wait(company: Company, told: pytest.MonkeyPatch) -> None:
    """By the seconds that Datadog tells."""
    told.setattr(company.datadog, "left", 0)

    with pytest.raises(ToolError, match="wait 42 s"):
        datadog_monitors.call()


@pytest.mark.parametrize("key", ["DATADOG_URL", "DATADOG_API_KEY", "DATADOG_APP_KEY"])
def test_without_one_of_its_settings_agents_do_not_have_it(told: pytest.MonkeyPatch, key: str) -> None:
    """A reading that could only fail is none."""
    before = _belt()
    told.setenv(key, "")
    settings.cache_clear()

    assert before == {"datadog_metric", "datadog_monitors"}
    assert not _belt()
