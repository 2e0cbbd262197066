"""Stages: at the last one, what is minor is mended with nobody asked, and what is grave goes to people."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.conversation import Conversation
from sandbox.paging import page_of
from tests.stories.conftest import Office

CONFIG = Path(__file__).parents[2] / "config"
TRUSTED = """
[[rule]]
name = "what a deploy broke is rolled back by itself"
tool = "kube_rollback"
effect = "allow"
groups = ["oncall"]
"""


@pytest.fixture
def shop(opens: Callable[..., Office], tmp_path: Path) -> Office:
    """Open an office with a bad deploy, whose policy is at the last stage."""
    shutil.copytree(CONFIG, tmp_path / "config", ignore=shutil.ignore_patterns("__pycache__"))
    policy = tmp_path / "config" / "policy.toml"
    first, rules = policy.read_text("utf-8").replace('stage = "assist"', 'stage = "orchestrate"').split("\n[[rule]]", 1)
    policy.write_text(f"{first}{TRUSTED}\n[[rule]]{rules}", "utf-8")
    return opens("bad-deploy", extra={"INFRA_CONFIG": str(tmp_path / "config")})


def paged(shop: Office, severity: str) -> Conversation:
    """Let the world's alarm land in #incidents, as bad as told."""
    page = page_of(shop.company)
    assert page is not None
    [attachment] = page.attachments
    graded = {**attachment, "fields": [*attachment["fields"], {"title": "Severity", "value": severity, "short": True}]}
    return Conversation(shop.url, page.channel, shop.person("ben").alert(page.channel, page.text, [graded]))


def test_a_minor_incident_is_mended_with_nobody_asked(shop: Office) -> None:
    """P3: cause, rollback and recovery are in the thread in the morning; the change is on record like any other."""
    thread = paged(shop, "P3")

    card = thread.card("done")

    assert (card.tool, card.args["deployment"]) == ("kube_rollback", "checkout")
    assert "what a deploy broke is rolled back by itself" in thread.transcript()
    assert len(shop.company.cluster.writes) == 1


def test_a_grave_one_waits_for_people_who_are_told_everything(shop: Office) -> None:
    """P1: the same rule, and the card with cause and evidence waits for a yes."""
    thread = paged(shop, "P1")

    card = thread.card("open")
    report = thread.report()

    assert card.tool == "kube_rollback"
    assert report["cause"]
    assert report["findings"]
    assert shop.company.cluster.writes == []
