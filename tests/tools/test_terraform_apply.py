"""Plan and apply, with real Terraform and its built-in provider: exactly the approved plan, to exactly that state."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from config.settings import settings
from tests.tools.conftest import MemoryLedger
from tools import CATALOGUE
from tools.contract import Change, Risk, ToolError
from tools.declare import checked
from tools.execute import Executor
from tools.grants import issue
from tools.proposal import Grant, Outcome, Proposal, Verdict
from tools.terraform.apply import stopped_by, terraform_plan
from tools.terraform.homes import Root
from tools.terraform.plan import read_plan
from tools.terraform.saved import Saved, path_of, state_of
from tools.terraform.unbacked import without_backends

pytestmark = pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not on PATH")

KEY = b"k" * 32
MAIN = """\
resource "terraform_data" "limits" {
  input = { checkout = 3 }
}

resource "terraform_data" "orders" {
  input = "kept"
}
"""
_numbers = count(1)


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Root]:
    """A root of its own, initialized, that the product knows by name."""
    folder, config = tmp_path / "shop", tmp_path / "config"
    folder.mkdir()
    config.mkdir()
    (folder / "main.tf").write_text(MAIN)
    told = f'[[root]]\nname = "shop"\nfolder = "{folder}"\nkeeps = ["terraform_data.orders"]\n'
    (config / "terraform.toml").write_text(told)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INFRA_CONFIG", str(config))
        patch.setenv("INFRA_DATA", str(tmp_path / "data"))
        settings.cache_clear()
        subprocess.run(["terraform", "init", "-no-color"], cwd=folder, check=True, capture_output=True)  # noqa: S607
        yield Root(name="shop", folder=folder, keeps=("terraform_data.orders",))
    settings.cache_clear()


def test_the_approved_plan_is_applied_and_read_back(root: Root) -> None:
    """From a plan to a state that has what was planned."""
    grant = granted(planned())

    outcome = carried_out(grant)

    assert outcome.verdict is Verdict.DONE, outcome.detail
    assert state_of(root).addresses == {"terraform_data.limits", "terraform_data.orders"}
    assert "with everything that was planned" in outcome.detail


def test_a_state_that_moved_is_not_touched(root: Root) -> None:
    """Somebody applied meanwhile: the approval is stale, and nothing is done."""
    grant = granted(planned())
    subprocess.run(["terraform", "apply", "-auto-approve"], cwd=root.folder, check=True, capture_output=True)  # noqa: S607
    serial = state_of(root).serial

    outcome = carried_out(grant)

    assert outcome.verdict is Verdict.STALE
    assert state_of(root).serial == serial


def test_a_plan_that_was_changed_on_disk_is_refused(root: Root) -> None:
    """What is approved is the hash of the file."""
    plan = planned()
    grant = granted(plan)
    path_of(plan).write_bytes(b"other")

    outcome = carried_out(grant)

    assert outcome.verdict is Verdict.FAILED
    assert "was changed" in outcome.detail
    assert state_of(root).serial == 0


def test_code_that_changed_after_the_plan_does_not_matter(root: Root) -> None:
    """The saved plan is applied, not what the code says by then."""
    grant = granted(planned())
    (root.folder / "main.tf").write_text(MAIN.replace("checkout = 3", "checkout = 99"))

    carried_out(grant)

    state = json.loads((root.folder / "terraform.tfstate").read_text())
    assert '"checkout": 3' in json.dumps(state)


def test_a_plan_that_would_destroy_what_is_kept_is_stopped(root: Root) -> None:
    """It is never proposed, and the reason names the resource."""
    carried_out(granted(planned()))
    (root.folder / "main.tf").write_text(MAIN.partition('resource "terraform_data" "orders"')[0])

    [finding] = terraform_plan.call(root="shop").findings

    assert (finding.code, finding.remedy) == ("plan_stopped", None)
    assert "`terraform_data.orders` would be destroyed" in finding.observed


def test_hostile_code_is_not_planned(root: Root) -> None:
    """The static scan comes before any program."""
    (root.folder / "more.tf").write_text('data "external" "x" {\n  program = ["touch", "ran"]\n}\n')

    with pytest.raises(ToolError, match="runs a program"):
        terraform_plan.call(root="shop")


def test_terraform_sees_nothing_of_our_environment(root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable of ours, set as Terraform would take it, does not reach the plan."""
    monkeypatch.setenv("TF_VAR_secret", "hunter2")
    (root.folder / "more.tf").write_text(
        'variable "secret" {\n  default = "none"\n}\n\noutput "seen" {\n  value = var.secret\n}\n'
    )

    planned()

    [file] = (settings().infra_data / "plans").iterdir()
    shown = subprocess.run(["terraform", "show", "-json", str(file)], cwd=root.folder, check=True, capture_output=True)  # noqa: S607
    assert json.loads(shown.stdout)["planned_values"]["outputs"]["seen"]["value"] == "none"


def test_a_plan_that_would_destroy_a_database_is_stopped() -> None:
    """By what the resource is, whether anybody listed it or not."""
    change = {"actions": ["delete", "create"], "replace_paths": [["engine"]], "before": {}, "after": {}}
    told = {"resource_changes": [{"address": "aws_db_instance.orders", "type": "aws_db_instance", "change": change}]}
    saved = Saved("0" * 64, read_plan(json.dumps(told)), told)

    [why] = stopped_by(Root(name="shop", folder=Path()), saved)

    assert "`aws_db_instance.orders` would be destroyed and made anew" in why
    assert "because of engine" in why


def test_a_backend_is_no_part_of_what_is_scanned() -> None:
    """Where state is kept goes; everything else of the file stays as it was."""
    kept = 'terraform {\n  required_version = ">= 1.5"\n', "}\n\nlocals {\n  a = 1\n}\n"
    text = '  backend "s3" {\n    bucket = "state"\n  }\n'.join(kept)

    assert without_backends({"a.tf": text})["a.tf"] == "".join(kept)


def planned() -> str:
    """Plan the shop and return the plan's hash."""
    [finding] = terraform_plan.call(root="shop").findings
    assert finding.remedy is not None, finding.observed
    return str(finding.remedy.args["plan"])


def granted(plan: str) -> Grant:
    """Return a good grant of the apply as it is shown now."""
    change = CATALOGUE["terraform_apply"]
    assert isinstance(change, Change)
    args, now = checked(change, {"root": "shop", "plan": plan}), datetime.now(UTC)
    proposal = Proposal(
        id=f"action-{next(_numbers)}",
        tool=change.name,
        version=change.version,
        args=args,
        risk=Risk.HIGH,
        needs=change.needs,
        preview=change.preview(**args),
        reason="It was asked for",
        evidence=(),
        asker="U0ANA0001",
        environment="production",
        service="",
        run_id="run-1",
        at=now,
    )
    return issue(
        KEY,
        replace(proposal),
        approvers=("U0BEN0001", "U0CARA001"),
        rule="rule",
        policy_version="p1",
        granted_at=now,
        expires_at=now + timedelta(minutes=15),
    )


def carried_out(grant: Grant) -> Outcome:
    """Carry a grant out as the product does."""
    return Executor(CATALOGUE, MemoryLedger(), KEY, lambda: datetime.now(UTC)).execute(grant)
