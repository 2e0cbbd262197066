"""What Grafana says: the alerts that fire, and what is annotated."""

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
from tools.grafana.readings import grafana_alerts, grafana_annotations
from tools.scope import Scope, within

WORLDS = Path(__file__).parents[2] / "sandbox" / "worlds"


def _alert(labels: dict[str, str], **status: list[str]) -> dict[str, object]:
    return {
        "labels": {"grafana_folder": "Shop", **labels},
        "annotations": {"summary": f"{labels['alertname']} is beyond its bound"},
        "startsAt": "2026-05-05T09:46:00.000Z",
        "status": {"state": "active", "silencedBy": [], "inhibitedBy": [], **status},
    }


def _note(world: World, minutes: int, text: str, tags: list[str], **more: object) -> dict[str, object]:
    at = int((world.now - timedelta(minutes=minutes)).timestamp() * 1000)
    return {"id": minutes, "alertId": 0, "time": at, "text": text, "tags": tags, "login": "ana", **more}


def _annotated() -> World:
    """Return a world with an alert that fires, one that is silenced, one that cannot tell, and annotations."""
    world = read_world(WORLDS / "cpu-throttled")
    alerts = [
        _alert({"alertname": "CheckoutSlow", "namespace": "shop", "service": "checkout"}),
        _alert({"alertname": "DiskFull", "namespace": "shop"}, silencedBy=["3f2a"]),
        _alert({"alertname": "DatasourceNoData", "rulename": "NightlyJob", "namespace": "media"}),
    ]
    notes = [
        _note(world, 20, "Load test of the shop begins", ["load-test"]),
        _note(world, 24, "<b>checkout</b> 1.4.2 &amp; its config", ["deploy", "namespace:shop", "service:checkout"]),
        _note(world, 25, "CheckoutSlow", ["deploy"], alertId=7),
        _note(world, 400, "catalog 2.0.0", ["deploy", "namespace:shop", "service:catalog"]),
    ]
    return replace(world, aws={"grafana": {"alerts.json": alerts, "annotations.json": notes}})


def _belt() -> set[str]:
    """Return the names of Grafana's readings that a run of the incident agent has."""
    run = Run("run-1", asking(), ROSTER["incident"], lambda: NOW, lambda _: Placement())
    belt = Toolbelt(run, CATALOGUE, Notebook(lambda _: None), Budget(Limits()))
    return {one.name for one in belt.tools() if one.name.startswith("grafana")}


@pytest.fixture(scope="module", autouse=True)
def company() -> Iterator[Company]:
    """Point the tools at a company with a Grafana."""
    with running(_annotated()) as served, pytest.MonkeyPatch.context() as patch:
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


def test_an_alert_that_fires_points_to_its_workload() -> None:
    """Its labels say whose it is; what is silenced is left to those who silenced it."""
    seen = grafana_alerts.call()

    [found] = seen.findings
    assert (found.code, found.subject, found.role) == ("grafana_firing", "deployment/shop/checkout", Role.SYMPTOM)
    assert found.since
    assert found.leads_to
    assert "DiskFull" not in seen.text


def test_a_rule_that_cannot_tell_is_neither_an_alert_nor_a_sign_of_health() -> None:
    """It is told by the rule's own name."""
    with within((Scope("this channel", namespaces=("media",)),)):
        seen = grafana_alerts.call()

    assert "NightlyJob (its rule cannot tell: no data)" in seen.text
    assert not seen.findings


def test_no_alert_at_all_is_quiet() -> None:
    """Within a scope that has none."""
    with within((Scope("this channel", namespaces=("payments",)),)):
        assert [one.code for one in grafana_alerts.call().findings] == ["grafana_quiet"]


def test_an_annotated_deploy_is_a_change_of_its_workload() -> None:
    """With its time, who made it, and its text without markup; what alerts annotated is no change."""
    seen = grafana_annotations.call()

    [found] = seen.findings
    assert (found.code, found.subject, found.role) == ("grafana_change", "deployment/shop/checkout", Role.CHANGE)
    assert found.since
    assert "by ana: checkout 1.4.2 & its config" in found.observed
    assert "CheckoutSlow" not in seen.text


def test_annotations_are_told_in_order_and_of_their_window() -> None:
    """The earliest first; one of hours ago only where that time is asked for."""
    seen = grafana_annotations.call().text
    longer = grafana_annotations.call(minutes=600).text

    assert seen.index("1.4.2") < seen.index("Load test")
    assert "catalog 2.0.0" not in seen
    assert "catalog 2.0.0" in longer


def test_a_tag_narrows_what_is_told() -> None:
    """As Grafana itself filters."""
    seen = grafana_annotations.call(tag="load-test")

    assert "Load test" in seen.text
    assert not seen.findings


def test_within_a_scope_only_its_namespaces_are_told() -> None:
    """What names no namespace may be anybody's, so it is not told either."""
    with within((Scope("this channel", namespaces=("media",)),)):
        seen = grafana_annotations.call()

    assert "checkout" not in seen.text
    assert "Load test" not in seen.text


def test_a_token_that_is_not_accepted_is_said_to_be(told: pytest.MonkeyPatch) -> None:
    """With the setting that holds it, and never the token itself."""
    told.setenv("GRAFANA_TOKEN", "wrong-token")
    settings.cache_clear()

    with pytest.raises(ToolError, match=r"\(401\): check GRAFANA_TOKEN") as refused:
        grafana_alerts.call()

    assert "wrong-token" not in str(refused.value)


def test_a_right_that_is_missing_is_named(company: Company, told: pytest.MonkeyPatch) -> None:
    """In Grafana's own words, so that somebody can grant it."""
    told.setattr(company.grafana, "may", frozenset({"alert.instances:read"}))

    with pytest.raises(ToolError, match=r"\(403\).*annotations:read"):
        grafana_annotations.call()


def test_a_limit_that_is_reached_says_how_long_to_wait(company: Company, told: pytest.MonkeyPatch) -> None:
    """By the seconds that the answer tells."""
    told.setattr(company.grafana, "busy", True)

    with pytest.raises(ToolError, match="wait 17 s"):
        grafana_alerts.call()


def test_without_its_address_agents_do_not_have_it(told: pytest.MonkeyPatch) -> None:
    """A reading that could only fail is none."""
    before = _belt()
    told.setenv("GRAFANA_URL", "")
    settings.cache_clear()

    assert before == {"grafana_alerts", "grafana_annotations"}
    assert not _belt()
