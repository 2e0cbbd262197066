"""Drift, with real Terraform: what differs is named, and a pull request makes the code say what runs."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from config.settings import settings
from sandbox.company import running
from tools.contract import Call, Role, ToolError
from tools.terraform.blocks import Expression, Items, Literal, Pairs
from tools.terraform.drift import different, terraform_drift
from tools.terraform.reading import read
from tools.terraform.reconciling import reconciled, written

WORLD = Path(__file__).parents[2] / "sandbox" / "worlds" / "drift"
ROOT = "environments/production"
needs_terraform = pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not on PATH")

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1, max_size=8), inner, max_size=4),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A checkout of the world's repository, applied, whose state somebody then changed by hand."""
    top = tmp_path_factory.mktemp("drift")
    folder, config = top / "infrastructure" / ROOT, top / "config"
    shutil.copytree(WORLD / "repositories" / "acme" / "infrastructure", top / "infrastructure")
    shutil.copytree(settings().infra_config / "policies", config / "policies")
    shutil.copy(settings().infra_config / "prices.toml", config)
    root = f'[[root]]\nname = "shop"\nfolder = "{folder}"\npath = "{ROOT}"\n'
    (config / "terraform.toml").write_text(f'repository = "acme/infrastructure"\n{root}')
    for words in (("init",), ("apply", "-auto-approve")):
        subprocess.run(["terraform", *words, "-no-color"], cwd=folder, check=True, capture_output=True)  # noqa: S607
    with running(WORLD) as company, pytest.MonkeyPatch.context() as patch:
        for name, value in {
            **company.environment(),
            "INFRA_CONFIG": str(config),
            "INFRA_DATA": str(top / "data"),
        }.items():
            patch.setenv(name, value)
        settings.cache_clear()
        yield folder
    settings.cache_clear()


@needs_terraform
def test_what_is_as_the_code_says_has_not_drifted(checkout: Path) -> None:
    """A configuration that was applied and left alone is healthy."""
    assert checkout.is_dir()

    [finding] = terraform_drift.call().findings

    assert (finding.code, finding.role) == ("drift_none", Role.HEALTHY)


@needs_terraform
def test_drift_is_named_and_reconciled_by_a_pull_request(checkout: Path) -> None:
    """Before and after of the attribute, and the file of the repository with what is real."""
    with changed_by_hand(checkout, {"checkout": 8, "search": 2}):
        [finding] = terraform_drift.call(root="shop").findings

    assert finding.code == "drift_changed"
    assert '`input` is {"checkout": 8, "search": 2}, the code says {"checkout": 3, "search": 2}' in finding.observed
    assert finding.remedy is not None
    files = finding.remedy.args["files"]
    assert isinstance(files, dict)
    [(path, text)] = files.items()
    assert (path, "{ checkout = 8, search = 2 }" in text) == (f"{ROOT}/limits.tf", True)


@needs_terraform
def test_a_root_that_cannot_be_planned_is_said(checkout: Path) -> None:
    """A configuration that does not plan is unknown, not clean."""
    (checkout / "broken.tf").write_text("output {\n")
    try:
        [finding] = terraform_drift.call().findings
    finally:
        (checkout / "broken.tf").unlink()

    assert finding.code == "drift_unknown"


def test_secrets_are_not_shown() -> None:
    """A sensitive attribute is named, and neither value is kept."""
    change = {"before": {"password": "a"}, "after": {"password": "b"}, "after_sensitive": {"password": True}}

    [difference] = different(change)

    assert (difference.real, difference.code, difference.secret) == (None, None, True)


def test_what_is_computed_is_left_to_people() -> None:
    """A value that comes from elsewhere is not written over."""
    files = {"a.tf": 'resource "aws_sqs_queue" "a" {\n  name = var.name\n}\n'}

    with pytest.raises(ToolError, match="not written out"):
        reconciled(files, "aws_sqs_queue.a", {"name": "b"})


def test_who_changed_it_is_asked_of_cloudtrail() -> None:
    """The name that AWS knows it by is looked up."""
    from tools.terraform.drift import _who  # noqa: PLC0415 - beside its only use

    assert list(_who("aws_db_instance", {"id": "orders-db"})) == [
        Call("aws_changes", {"resource": "orders-db", "minutes": 1440})
    ]


def test_what_changed_when_is_asked_of_aws_config() -> None:
    """Where Config records its kind, by the id that Config has."""
    from tools.terraform.drift import _who  # noqa: PLC0415 - beside its only use

    asked = list(_who("aws_db_instance", {"id": "orders-db", "resource_id": "db-ABC"}))

    assert asked[1:] == [Call("aws_config_history", {"kind": "AWS::RDS::DBInstance", "resource": "db-ABC"})]


@hypothesis(max_examples=40)
@given(VALUES)
def test_a_value_that_is_written_is_read_as_itself(value: Any) -> None:
    """JSON to HCL and back."""
    [block] = read({"a.tf": f"locals {{\n  a = {written(value)}\n}}\n"}).blocks
    expression = block.value("a")

    assert expression is not None
    assert plain(expression) == value


def plain(value: Expression) -> Any:
    """Return a literal expression as JSON."""
    match value:
        case Literal(told):
            return told
        case Items(items):
            return [plain(one) for one in items]
        case Pairs(pairs):
            return {plain(key): plain(inner) for key, inner in pairs}
    raise AssertionError(value)


class changed_by_hand:  # noqa: N801 - reads as a sentence
    """Change what Terraform remembers of the limits, as a refresh after somebody's change would."""

    def __init__(self, folder: Path, limits: dict[str, int]) -> None:
        self._file = folder / "terraform.tfstate"
        self._before = self._file.read_text()
        self._limits = limits

    def __enter__(self) -> None:
        told = json.loads(self._before)
        told["serial"] += 1
        for one in told["resources"]:
            one["instances"][0]["attributes"]["input"]["value"] = self._limits
        self._file.write_text(json.dumps(told))

    def __exit__(self, *_: object) -> None:
        self._file.write_text(self._before)
