"""The sandbox's GitHub answers, refuses and remembers as the real one does, on real git."""

import base64
import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.company import Company, running
from sandbox.demo import WORLDS
from sandbox.github.state import TOKEN
from sandbox.world import read_world
from tests.kube_cluster import until

REPO = "/repos/acme/infrastructure"
CODE = "/repos/acme/checkout"


@pytest.fixture
def company() -> Iterator[Company]:
    """Run a company whose alarm fires until a file is merged."""
    world = read_world(WORLDS / "pull-request")
    heals = [{"when": {"merged": "acme/infrastructure", "path": "queue.tf"}, "after": 0}]
    firing = json.loads(json.dumps(world.aws).replace('"StateValue": "OK"', '"StateValue": "ALARM"'))
    with running(replace(world, aws=firing, settings={**world.settings, "heals": heals})) as company:
        yield company


def call(company: Company, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
    """Send a request as the app does."""
    sent = {"Authorization": f"Bearer {TOKEN}", **headers}
    url = company.urls["github"] + path
    return requests.request(method, url, json=body, headers=sent, timeout=60, allow_redirects=False)


def opens(company: Company, text: str, path: str = "queue.tf") -> Any:
    """Open a pull request that adds a file."""
    main = call(company, "GET", f"{REPO}/git/ref/heads/main").json()["object"]["sha"]
    entry = {"path": path, "mode": "100644", "type": "blob", "content": text}
    tree = call(company, "POST", f"{REPO}/git/trees", {"base_tree": main, "tree": [entry]}).json()["sha"]
    commit = {"message": "Add", "tree": tree, "parents": [main]}
    sha = call(company, "POST", f"{REPO}/git/commits", commit).json()["sha"]
    call(company, "POST", f"{REPO}/git/refs", {"ref": "refs/heads/change", "sha": sha})
    return call(company, "POST", f"{REPO}/pulls", {"title": "Add", "head": "change", "base": "main"}).json()


def checks(company: Company, sha: str) -> dict[str, Any]:
    """Return the conclusions of a commit's checks."""
    told = call(company, "GET", f"{REPO}/commits/{sha}/check-runs").json()["check_runs"]
    return {one["name"]: one["conclusion"] for one in told}


def test_a_world_s_folder_is_a_repository_that_git_takes(company: Company, tmp_path: Path) -> None:
    """The commits of the world's file are its history, and `git clone` works."""
    bare = company.hub.repositories["acme/checkout"].git.folder

    subprocess.run(["git", "clone", "-q", str(bare), str(tmp_path / "checkout")], check=True)  # noqa: S607 - git on the path

    assert "SHIPPING" in (tmp_path / "checkout" / "prices.py").read_text("utf-8")


def test_a_token_is_needed(company: Company) -> None:
    """Without it there is nothing to see, as with GitHub."""
    refused = call(company, "GET", REPO, Authorization="Bearer other")

    assert (refused.status_code, refused.json()["message"]) == (401, "Bad credentials")


def test_a_list_comes_in_pages(company: Company) -> None:
    """The Link header names the next and the last, and the rate is told."""
    first = call(company, "GET", f"{CODE}/pulls?per_page=1")

    assert len(first.json()) == 1
    assert first.links["next"]["url"].endswith("per_page=1&page=2")
    assert int(first.headers["X-RateLimit-Remaining"]) < 5000


def test_a_merge_waits_for_its_checks_and_for_its_head(company: Company) -> None:
    """405 while a required check runs, 409 for another head, then main has the file and its alarm heals."""
    pull = opens(company, 'resource "aws_sqs_queue" "q" {\n  name = "q"\n}\n')
    sha, merge = pull["head"]["sha"], f"{REPO}/pulls/{pull['number']}/merge"

    [alarm] = company.cloud.present.alarms()
    assert alarm["StateValue"] == "ALARM"
    early = call(company, "PUT", merge, {"sha": sha})
    until(lambda: checks(company, sha)["terraform plan"] == "success")
    other = call(company, "PUT", merge, {"sha": "0" * 40})
    done = call(company, "PUT", merge, {"sha": sha, "merge_method": "squash"})

    assert (early.status_code, other.status_code, done.status_code) == (405, 409, 200)
    assert "terraform plan" in early.json()["message"]
    content = call(company, "GET", f"{REPO}/contents/queue.tf").json()["content"]
    assert b"aws_sqs_queue" in base64.b64decode(content)
    [alarm] = company.cloud.present.alarms()
    assert alarm["StateValue"] == "OK"


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")
def test_terraform_s_format_is_checked_for_real(company: Company) -> None:
    """Badly aligned arguments fail the check, as they would in CI."""
    pull = opens(company, 'resource "aws_sqs_queue" "q" {\nname="q"\n}\n')

    until(lambda: checks(company, pull["head"]["sha"]).get("terraform fmt"))

    assert checks(company, pull["head"]["sha"])["terraform fmt"] == "failure"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("GET", f"{REPO}/contents/none.tf", None, 404, "Not Found"),
        ("GET", f"{REPO}/commits/none", None, 404, "No commit found"),
        ("POST", f"{REPO}/git/refs", {"ref": "refs/heads/main", "sha": "0" * 40}, 422, "already exists"),
        ("POST", f"{REPO}/git/refs", {"ref": "refs/heads/x", "sha": "0" * 40}, 422, "Object does not exist"),
        ("POST", f"{REPO}/pulls", {"title": "x", "head": "none", "base": "main"}, 422, "Validation Failed"),
        ("POST", f"{REPO}/pulls", {"title": "x", "head": "main", "base": "main"}, 422, "Validation Failed"),
        ("POST", f"{CODE}/pulls/7/requested_reviewers", {"reviewers": ["nobody"]}, 422, "not a collaborator"),
        ("POST", f"{CODE}/actions/runs/9101/rerun-failed-jobs", {}, 403, "cannot be retried"),
        ("DELETE", REPO, None, 404, "Not Found"),
        ("GET", f"{REPO}/contents/..%2f..%2fsecrets", None, 404, "Not Found"),
        ("GET", f"{REPO}/commits/--output=x", None, 404, "No commit found"),
    ],
)
def test_it_refuses_in_github_s_words(
    company: Company, method: str, path: str, body: Any, status: int, *, said: str
) -> None:
    """Status and message are what clients know."""
    refused = call(company, method, path, body)

    assert (refused.status_code, said in refused.json()["message"]) == (status, True)


def test_a_log_is_elsewhere_and_takes_no_token(company: Company) -> None:
    """A redirect to text for a job, to a zip for a run; a client that sends its token there is refused."""
    job = call(company, "GET", f"{CODE}/actions/jobs/8102/logs").headers["Location"]
    run = call(company, "GET", f"{CODE}/actions/runs/9102/logs").headers["Location"]

    with zipfile.ZipFile(io.BytesIO(requests.get(run, timeout=60).content)) as packed:
        assert packed.namelist() == ["0_test.txt"]
    assert "1 failed" in requests.get(job, timeout=60).text
    assert requests.get(job, headers={"Authorization": "Bearer x"}, timeout=60).status_code == 403
