"""Provisioning: what is asked for in words, or found to have drifted, ends as a pull request."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.conversation import NAMES, Conversation
from sandbox.demo import WORLDS
from sandbox.slack.visitor import wait_for
from sandbox.slack.wire import Body
from tests.stories.conftest import CHANNELS, Office, missed_slot, open_office

pytestmark = [
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
    checks = wait_for(lambda: _green(shop, pull.head_sha))
    pool = repository.git.run("show", f"{pull.head}:clusters/training/node-pool.yaml")
    assert checks == {"terraform fmt", "terraform plan"}
    assert b"nvidia.com/gpu: 20" in pool
    assert "the limit is 64, 80 more are wanted" in pull.body.replace(", and", ",")
    assert "what the RDS database is called (default: db)" in asked
    assert "Add RDS database ledger to production: every step lets it pass." in drafted


@pytest.fixture(scope="module")
def drifted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Open an office whose checkout somebody changed by hand, with a drift digest that is due."""
    folder = tmp_path_factory.mktemp("site")
    with missed_slot(folder, "drift", "does what runs still match the Terraform?", "provisioning") as extra:
        _named(folder / "config" / "terraform.toml", _changed_by_hand(folder / "infrastructure"))
        with open_office("drift", extra=extra) as office:
            yield office


def test_drift_found_on_schedule_ends_as_a_pull_request(drifted: Office) -> None:
    """Nobody asks: the digest says what differs, Ana clicks its fix, Ben says yes, and the code says what runs."""
    digest = wait_for(drifted.digests)[0]
    ana, thread = drifted.person("ana"), Conversation(drifted.url, CHANNELS["platform"], digest["ts"])

    ana.click(CHANNELS["platform"], digest["ts"], "infra_item_propose", _value(digest, "infra_item_propose"))
    thread.clicks("ben", "infra_approve", thread.card("open"))
    thread.card("done")

    repository = drifted.company.hub.repositories["acme/infrastructure"]
    [pull] = repository.pulls.values()
    assert 'the code says {"checkout": 3, "search": 2}' in str(digest["blocks"]).replace("&quot;", '"')
    assert b"{ checkout = 8, search = 2 }" in repository.git.run(
        "show", f"{pull.head}:environments/production/limits.tf"
    )


def test_drift_that_is_asked_for_is_fixed_by_asking(drifted: Office) -> None:
    """Somebody asks, the plan differs, and the answer's fix is one ask and one yes away."""
    thread = drifted.asks("ana", "provision drift")
    found = thread.report(1)

    thread.says("ana", "fix it")

    assert [one["finding"]["code"] for one in found["findings"]] == ["drift_changed"]
    assert thread.card("open").tool == "github_pull_request"


def _shows(window: Body) -> bool:
    return "infra_approve" in json.dumps(window["blocks"])


def _green(shop: Office, sha: str) -> set[str]:
    repository = shop.company.hub.repositories["acme/infrastructure"]
    now = shop.company.hub.clock.now()
    done = [one for one in repository.checks if one.sha == sha and one.done <= now]
    return {one.name for one in done if one.conclusion == "success"} if len(done) > 1 else set()


def _value(digest: Body, action: str) -> str:
    elements = [element for block in digest["blocks"] for element in block.get("elements", [])]
    return next(str(element["value"]) for element in elements if element.get("action_id") == action)


def _changed_by_hand(top: Path) -> Path:
    """Return a root that was applied, and of whose state somebody made something else."""
    shutil.copytree(WORLDS / "drift" / "repositories" / "acme" / "infrastructure", top)
    root = top / "environments" / "production"
    for words in (("init",), ("apply", "-auto-approve")):
        subprocess.run(["terraform", *words, "-no-color"], cwd=root, check=True, capture_output=True)  # noqa: S607
    state = json.loads((root / "terraform.tfstate").read_text())
    state["resources"][0]["instances"][0]["attributes"]["input"]["value"]["checkout"] = 8
    (root / "terraform.tfstate").write_text(json.dumps(state))
    return root


def _named(file: Path, root: Path) -> None:
    with file.open("a", encoding="utf-8") as roots:
        roots.write(f'\n[[root]]\nname = "shop"\nfolder = "{root}"\npath = "environments/production"\n')
