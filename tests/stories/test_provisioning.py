"""Provisioning: what is asked for in words, or found to have drifted, ends as a pull request."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.conversation import NAMES
from sandbox.demo import WORLDS
from sandbox.product import CHECKOUT
from sandbox.slack.visitor import wait_for
from sandbox.slack.wire import Body
from tests.stories.conftest import Office

pytestmark = [
    pytest.mark.xdist_group("provisioning"),
    pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not on PATH"),
]


def test_a_cluster_asked_for_in_words_ends_as_a_green_pull_request(opens: Callable[..., Office]) -> None:
    """Ben reads all of it before he may say yes; of what Ana left open, and nothing else, she is asked."""
    shop = opens("cluster-wanted")
    thread = shop.commands("ana", "provision an EKS cluster with GPU nodes for training, scaling 0 to 20", "platform")
    card = thread.card("open")
    thread.clicks("ben", "infra_view", card)
    window = wait_for(lambda: [one for one in shop.company.workspace.modals.shown(NAMES["ben"]) if _shows(one)])[0]
    shop.person("ben").press(str(window["id"]), "infra_approve", card.approval_id)
    thread.card("done")
    vague = shop.asks("ana", "provision a postgres database in production")
    asked = vague.report(1)["answer"]
    vague.says("ana", "name it ledger, 100 GB")
    drafted = vague.report(2)["answer"]

    repository = shop.company.hub.repositories["acme/infrastructure"]
    [pull] = repository.pulls.values()
    checks = wait_for(lambda: _green(shop, pull.head_sha), 20)
    pool = repository.git.run("show", f"{pull.head}:clusters/training/node-pool.yaml")
    assert checks == {"terraform fmt", "terraform plan"}
    assert b"nvidia.com/gpu: 20" in pool
    assert "the limit is 64, 80 more are wanted" in pull.body.replace(", and", ",")
    assert "what the RDS database is called (default: db)" in asked
    assert "Add RDS database ledger to production: every step lets it pass." in drafted


def test_drift_that_is_found_ends_as_a_pull_request(opens: Callable[..., Office], tmp_path: Path) -> None:
    """Somebody asks, the plan differs, and the answer's fix is one ask and one yes away."""
    config = _configured(tmp_path)
    shop = opens("drift", extra={"INFRA_CONFIG": str(config)})
    thread = shop.asks("ana", "provision drift", "platform")
    found = thread.report(1)

    thread.says("ana", "fix it")
    thread.clicks("ben", "infra_approve", thread.card("open"))
    thread.card("done")

    repository = shop.company.hub.repositories["acme/infrastructure"]
    [pull] = repository.pulls.values()
    text = repository.git.run("show", f"{pull.head}:environments/production/limits.tf")
    assert [one["finding"]["code"] for one in found["findings"]] == ["drift_changed"]
    assert b"{ checkout = 8, search = 2 }" in text


def _shows(window: Body) -> bool:
    return "infra_approve" in json.dumps(window["blocks"])


def _green(shop: Office, sha: str) -> set[str]:
    repository = shop.company.hub.repositories["acme/infrastructure"]
    now = shop.company.hub.clock.now()
    done = [one for one in repository.checks if one.sha == sha and one.done <= now]
    return {one.name for one in done if one.conclusion == "success"} if len(done) > 1 else set()


def _configured(folder: Path) -> Path:
    """Return a config of a team with a checkout that somebody changed by hand, and a schedule."""
    config, top = folder / "config", folder / "infrastructure"
    shutil.copytree(CHECKOUT / "config", config, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    shutil.copytree(WORLDS / "drift" / "repositories" / "acme" / "infrastructure", top)
    root = top / "environments" / "production"
    for words in (("init",), ("apply", "-auto-approve")):
        subprocess.run(["terraform", *words, "-no-color"], cwd=root, check=True, capture_output=True)  # noqa: S607
    state = json.loads((root / "terraform.tfstate").read_text())
    state["resources"][0]["instances"][0]["attributes"]["input"]["value"]["checkout"] = 8
    (root / "terraform.tfstate").write_text(json.dumps(state))
    named = f'\n[[root]]\nname = "shop"\nfolder = "{root}"\npath = "environments/production"\n'
    (config / "terraform.toml").write_text((config / "terraform.toml").read_text() + named)
    schedule = 'name = "drift"\nwhat = "has anything drifted?"\nagent = "provisioning"\nwhen = "0 9 1 1 *"\n'
    (config / "schedules.toml").write_text(f'[[schedule]]\n{schedule}channel = "C0PLATFOR"\n')
    return config
