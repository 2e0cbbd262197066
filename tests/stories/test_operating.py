"""Operating it: three processes on one store, the doctor, an ask in the terminal, a trail that can be trusted."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from bot.store import embedded, keys
from sandbox.product import APART, CHECKOUT
from tests.stories.conftest import Office

STEPS = ["proposed", "vote", "dispatch", "outcome", "ended"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a store of the operator's own, and return its address."""
    server = embedded.start(tmp_path_factory.mktemp("store"))
    yield server.url
    server.close()


@pytest.fixture(scope="module")
def site(opens: Callable[..., Office], store: str) -> Office:
    """Open an office that runs the Procfile's three processes."""
    return opens("bad-deploy", roles=APART, extra={"REDIS_URL": store})


def run(site: Office, *command: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the bot's where the site's processes run."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *command],
        cwd=CHECKOUT,
        env=site.product.environment | extra,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_three_processes_handle_an_incident_and_the_trail_tells_if_it_is_touched(
    site: Office, store: str, tmp_path: Path
) -> None:
    """One listens, one works, one wakes; their trail tells the story, holds, and shows when a record is taken."""
    thread = site.is_paged()
    thread.clicks("ben", "infra_approve", thread.card("open"))
    thread.card("done")
    assert thread.report(3)["health"]  # the clock woke the second look

    [write] = site.company.cluster.writes
    told = run(site, "audit", "show", write.body["metadata"]["annotations"]["infra.dev/action-id"])
    copied = run(site, "audit", "export", f"file:{tmp_path}/audit.jsonl")
    copy = run(site, "audit", "verify", f"{tmp_path}/audit.jsonl")
    whole = run(site, "audit", "verify")
    with redis.Redis.from_url(store, decode_responses=True) as client:
        [(taken, _)] = client.xrange(keys.AUDIT, count=1)
        client.xdel(keys.AUDIT, taken)
    touched = run(site, "audit", "verify")

    assert write.user == "ben@acme.example"
    assert [word for word in told.stdout.split() if word in STEPS] == STEPS
    assert (told.returncode, copied.returncode, copy.returncode) == (0, 0, 0)
    assert "The store's trail agrees" in copy.stdout
    assert (whole.returncode, touched.returncode) == (0, 1)
    assert "records hold" in whole.stdout
    assert "Record" in touched.stdout


def test_the_doctor_finds_everything_in_order(site: Office) -> None:
    """Where all is set up, every line has a check mark."""
    told = run(site, "doctor")

    assert [line for line in told.stdout.splitlines() if not line.startswith("✓")] == []
    assert told.returncode == 0


def test_the_doctor_says_how_to_fix_what_is_missing(site: Office) -> None:
    """A token that Slack does not take and a kubeconfig that is not there are named; the rest is fine."""
    told = run(site, "doctor", SLACK_BOT_TOKEN="xoxb-nobody", KUBECONFIG="/nowhere/kubeconfig")

    wrong = {line.split()[1]: line for line in told.stdout.splitlines() if line.startswith("✗")}
    assert set(wrong) == {"slack:", "kubernetes:"}
    assert "Check SLACK_BOT_TOKEN" in wrong["slack:"]
    assert "/nowhere/kubeconfig" in wrong["kubernetes:"]
    assert told.returncode == 1


def test_an_ask_in_the_terminal_is_answered(site: Office) -> None:
    """The same run without Slack; it changes nothing."""
    before = len(site.company.cluster.writes)

    told = run(site, "ask", "why is payments slow?")

    assert "payments" in told.stdout
    assert "readings" in told.stdout
    assert told.returncode == 0
    assert len(site.company.cluster.writes) == before
