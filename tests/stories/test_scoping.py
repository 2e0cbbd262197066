"""Scopes: a channel sees its namespaces, and neither an answer nor a card tells it of others."""

import json
import shutil
from collections.abc import Iterator

import pytest

from sandbox.company import running
from sandbox.demo import WORLDS
from sandbox.product import CHECKOUT, product
from tests.stories.conftest import Office

SCOPES = """
[[scope]]
name = "another team"
channels = ["C0PLATFOR"]
namespaces = ["another-*"]
"""


@pytest.fixture(scope="module")
def scoped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Open an office where #platform belongs to a team that has nothing to do with the shop."""
    folder = tmp_path_factory.mktemp("company") / "config"
    shutil.copytree(CHECKOUT / "config", folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (folder / "scopes.toml").write_text(SCOPES, "utf-8")
    with running(WORLDS / "bad-deploy") as company, product(company, extra={"INFRA_CONFIG": str(folder)}) as bot:
        yield Office(company, bot)


def test_a_channel_is_not_told_of_other_namespaces(scoped: Office) -> None:
    """The same question finds the cause in #incidents, and in #platform not so much as a pod's name."""
    inside = scoped.asks("ben", "why is checkout failing?", "incidents").report()
    thread = scoped.asks("ben", "why is checkout in shop failing?", "platform")
    outside = thread.report()

    assert inside["cause"]
    assert outside["cause"] == ""
    assert outside["health"] != "healthy"
    assert outside["proposals"] == []
    assert not any("shop/" in finding["finding"]["subject"] for finding in outside["findings"])
    assert "only what is in the scope of this channel" in thread.transcript()
    assert "checkout-" not in json.dumps(outside["evidence"])


def test_a_channel_gets_no_card_for_what_it_may_not_see(scoped: Office) -> None:
    """Naming the deployment exactly does not help; elsewhere the same words are a card."""
    refused = scoped.asks("ana", "scale shop/catalog to 4 replicas", "platform")
    proposed = scoped.asks("ana", "scale shop/catalog to 4 replicas", "general")

    assert proposed.card("open").args["replicas"] == 4
    refused.report()
    assert refused.cards() == []
