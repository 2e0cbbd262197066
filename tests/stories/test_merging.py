"""Merging by itself: where the policy trusts the judgment, what is harmless and green is merged, and nothing else."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.slack.visitor import wait_for
from tests.stories.conftest import Office

CONFIG = Path(__file__).parents[2] / "config"
TRUSTED = """
[[rule]]
name = "low risk merges by itself"
tool = "github_merge_low_risk"
effect = "allow"
groups = ["oncall"]
"""


@pytest.fixture(scope="module")
def shop(opens: Callable[..., Office], tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Open an office whose policy lets pull requests of low risk merge."""
    config = tmp_path_factory.mktemp("config") / "config"
    shutil.copytree(CONFIG, config, ignore=shutil.ignore_patterns("__pycache__"))
    policy = config / "policy.toml"
    first, rules = policy.read_text("utf-8").split("\n[[rule]]", 1)
    policy.write_text(f"{first}{TRUSTED}\n[[rule]]{rules}", "utf-8")
    return opens("pull-request", extra={"INFRA_CONFIG": str(config)})


def test_what_is_harmless_and_green_is_merged_by_itself(shop: Office) -> None:
    """Ana asks for the risk; it is low, every check is green, and nobody has to click."""
    repository = shop.company.hub.repositories["acme/checkout"]

    thread = shop.asks("ana", "risk acme/checkout#8")
    wait_for(lambda: repository.pulls[8].merged)

    assert "needs a yes" not in str(thread.report(1))
    assert repository.git.run("show", "main:README.md") == b"Run the tests with pytest; prices are in cents.\n"


def test_a_red_check_stops_it(shop: Office) -> None:
    """The same policy, as harmless a change, one red check: nothing is proposed, and the check is named."""
    repository = shop.company.hub.repositories["acme/checkout"]

    thread = shop.asks("ana", "risk acme/checkout#7")
    told = str(thread.report(1))

    assert "test failed" in told
    assert thread.cards() == []
    assert repository.pulls[7].merged is None
