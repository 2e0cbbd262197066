"""CloudFormation is checked as AWS would; a CDK app makes its own in a process that knows nothing of ours."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from config.settings import settings
from tools.cdk.readings import cdk_check
from tools.cdk.synthesis import synthesized
from tools.cdk.templates import checked
from tools.contract import ToolError

BUCKET = {"Resources": {"Logs": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "acme-logs"}}}}
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not on PATH")
APP = """\
import json, os, pathlib
out = pathlib.Path(os.environ["CDK_OUTDIR"])
out.mkdir()
(out / "Shop.template.json").write_text(json.dumps({"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}))
(out / "Seen.template.json").write_text(json.dumps(sorted(os.environ)))
"""


def test_templates_are_told_apart() -> None:
    """One is fine; the other has a property that no bucket has, and a type of which there is none."""
    wrong = json.loads(json.dumps(BUCKET))
    wrong["Resources"]["Logs"]["Properties"]["Nmae"] = "x"
    wrong["Resources"]["None"] = {"Type": "AWS::S3::Pail"}

    found = checked({"good": json.dumps(BUCKET), "bad": json.dumps(wrong)})

    assert [one for one in found["good"] if one.level == "error"] == []
    assert {"Resources/Logs/Properties/Nmae", "Resources/None/Type"} <= {one.where for one in found["bad"]}


@needs_node
def test_an_app_sees_none_of_our_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No token, no key: only where to find node and where to write."""
    monkeypatch.setenv("GITHUB_TOKEN", "hunter2")
    (tmp_path / "app.py").write_text(APP)

    made = synthesized(tmp_path, "app.py", Path(sys.executable))

    assert set(json.loads(made["Seen.template.json"])) <= {"PATH", "HOME", "CDK_OUTDIR", "LC_CTYPE"}


@needs_node
def test_an_app_that_breaks_says_why(tmp_path: Path) -> None:
    """The last lines of what it said."""
    (tmp_path / "app.py").write_text("raise SystemExit('no such stack')\n")

    with pytest.raises(ToolError, match="no such stack"):
        synthesized(tmp_path, "app.py", Path(sys.executable))


def test_only_apps_that_are_named_are_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever somebody asks for."""
    monkeypatch.setenv("INFRA_CONFIG", str(tmp_path))
    settings.cache_clear()

    with pytest.raises(ToolError, match="has no CDK app `shop`"):
        cdk_check.call(app="shop")
    settings.cache_clear()
