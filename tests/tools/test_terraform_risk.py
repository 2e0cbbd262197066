"""Plans of every version and diffs of every kind become a level and the reasons behind it, without any value."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.risk import tell_risk
from config.settings import Settings
from tools.contract import ToolError
from tools.terraform.diff_risk import risk_of_diff, room_of
from tools.terraform.plan import read_plan
from tools.terraform.risk import risk_of_plan


def change(address: str, *actions: str, **more: Any) -> dict[str, Any]:
    """Return an entry of `resource_changes`."""
    kind = address.rpartition("module.")[2].split(".")[-2] if "." in address else address
    told = {"actions": list(actions), "before": more.pop("before", {}), "after": more.pop("after", {})}
    return {"address": address, "type": kind, "change": {**told, **more.pop("change", {})}, **more}


def plan(*changes: dict[str, Any], **more: Any) -> str:
    """Return a plan as JSON."""
    return json.dumps({"format_version": "1.2", "resource_changes": list(changes), **more})


def diff(path: str, removed: str = "", added: str = "") -> str:
    """Return a unified diff of one file."""
    gone, new = removed.splitlines(), added.splitlines()
    lines = [f"--- a/{path}", f"+++ b/{path}", f"@@ -1,{len(gone)} +1,{len(new)} @@"]
    return "\n".join([*lines, *(f"-{line}" for line in gone), *(f"+{line}" for line in new), ""])


LEVELS = [
    (change("aws_db_instance.d", "delete"), "high"),
    (change("aws_db_instance.d", "delete", "create"), "high"),
    (change("aws_db_instance.d", "create", "delete"), "high"),
    (change("module.net.aws_vpc.v", "delete"), "high"),
    (change("aws_instance.i", "delete"), "medium"),
    (change("aws_instance.i", "delete", "create"), "medium"),
    (change("aws_db_instance.d", "update", before={"a": 1}, after={"a": 2}), "medium"),
    (change("aws_db_instance.d", "update", before={"tags": 1}, after={"tags": 2}), "low"),
    (change("aws_sns_topic.t", "update", before={"a": 1}, after={"a": 2}), "low"),
    (change("aws_db_instance.d", "create"), "low"),
    (change("aws_db_instance.d", "read"), "low"),
    (change("aws_db_instance.d", "delete", deposed="abcd"), "medium"),
    (change("aws_db_instance.d", "forget"), "medium"),
    (change("aws_db_instance.d", "explode"), "high"),
]
DIFFS = [
    (diff("a.tf", 'resource "aws_db_instance" "d" {\n}'), "high", "`aws_db_instance.d` is taken out"),
    (diff("a.tf", "  deletion_protection = true"), "high", "protection from deletion"),
    (diff("a.tf", added='  cidr_blocks = ["0.0.0.0/0"]'), "medium", "whole internet"),
    (diff("k8s/a.yaml", "  replicas: 3", "  replicas: 0"), "high", "scales a workload to nothing"),
    (diff("k8s/a.yaml", "  image: a:1", "  image: a:2"), "medium", "what runs"),
    (diff(".github/workflows/a.yml", added="on: pull_request_target"), "high", "what strangers send"),
    (diff("db/migrate/1.sql", added="ALTER TABLE orders DROP COLUMN total;"), "high", "deletes data"),
    (diff("app.py", added=f"KEY = 'AKIA{'A' * 16}'"), "high", "looks like a secret"),
    (diff("app.py", "a = 1", "a = 2"), "low", "no test does"),
    (diff("README.md", "a", "b"), "low", ""),
]


@pytest.mark.parametrize(("told", "level"), LEVELS)
def test_a_plan_is_as_risky_as_its_worst_change(told: dict[str, Any], level: str) -> None:
    """What holds data weighs more than what does not, and destruction more than change."""
    assert risk_of_plan(read_plan(plan(told))).level == level


def test_every_destroyed_resource_is_named() -> None:
    """Module paths and indexes included, however many there are."""
    addresses = [f'module.m["a.b"].aws_instance.i[{number}]' for number in range(30)]

    verdict = risk_of_plan(read_plan(plan(*(change(each, "delete") for each in addresses))))

    assert all(f"`{each}`" in " ".join(verdict.concerns) for each in addresses)
    assert verdict.level == "high"


def test_the_worst_reason_comes_first() -> None:
    """A deleted database stands before a deleted machine."""
    told = plan(change("aws_instance.i", "delete"), change("aws_db_instance.d", "delete"))

    assert "aws_db_instance.d" in risk_of_plan(read_plan(told)).concerns[0]


def test_values_are_never_told() -> None:
    """A plan holds secrets; a verdict does not."""
    told = change("aws_db_instance.d", "update", before={"password": "zz-old"}, after={"password": "zz-new"})

    assert "zz-" not in repr(read_plan(plan(told))) + repr(risk_of_plan(read_plan(plan(told))))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_plan_reads_in_whichever_encoding_a_shell_wrote_it(encoding: str) -> None:
    """PowerShell's redirection writes UTF-16."""
    assert read_plan(plan(change("aws_vpc.v", "create")).encode(encoding)).actions == {"create": 1}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"values": {}}', "Terraform will perform", "[" * 100_000])
def test_what_is_no_plan_is_a_sentence(text: str) -> None:
    """It says how to make one."""
    with pytest.raises(ToolError, match="terraform show -json"):
        read_plan(text)


@pytest.mark.parametrize(("text", "level", "said"), DIFFS)
def test_a_diff_is_told_by_what_it_does(text: str, level: str, said: str) -> None:
    """Each kind of file has rules of its own."""
    verdict = risk_of_diff(text)

    assert verdict.level == level
    assert said in " ".join(verdict.concerns)


def test_a_resource_that_only_moves_is_not_destroyed() -> None:
    """Taken out of one file and put into another it is still there."""
    text = diff("a.tf", 'resource "aws_db_instance" "d" {') + diff("b.tf", added='resource "aws_db_instance" "d" {')

    assert "taken out" not in " ".join(risk_of_diff(text).concerns)


def test_lines_that_look_like_headings_are_lines() -> None:
    """A removed SQL comment begins with three dashes."""
    assert "1 files (+1, -1)" in risk_of_diff(diff("a.sql", "-- old", "++ new")).summary


@pytest.mark.parametrize(
    ("path", "room"),
    [
        ("infra/a.tf", "Terraform"),
        ("charts/x/values.yaml", "Kubernetes"),
        ("tests/test_a.py", "tests"),
        ("a.bin", "other"),
    ],
)
def test_a_path_says_what_a_file_is(path: str, room: str) -> None:
    """Rules are chosen by where a file lies."""
    assert room_of(path) == room


@given(st.text("+-@ \n\\/abdifgt"))
def test_any_text_is_a_diff_or_none(text: str) -> None:
    """Nothing makes reading a diff fail."""
    assert risk_of_diff(text).level in {"low", "medium", "high"}


def test_a_pipeline_reads_the_level_from_its_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The outputs are one line each, the summary is a page, and the status says whether it is too much."""
    file, output, page = tmp_path / "plan.json", tmp_path / "output", tmp_path / "page"
    file.write_text(plan(change("aws_db_instance.d\nevil=1", "delete")))
    told = Settings(github_output=output, github_step_summary=page)

    statuses = [tell_risk(told, plan=str(file), fail_on=level) for level in ("", "high")]

    assert statuses == [0, 1]
    assert [line.partition("=")[0] for line in output.read_text().splitlines()][:3] == [
        "risk_level",
        "summary",
        "concerns",
    ]
    assert "evil=1" not in output.read_text().splitlines()
    assert page.read_text().startswith("### Risk: high")
    assert '"risk_level": "high"' in capsys.readouterr().out


def test_nothing_to_judge_is_an_error_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing file is not a low risk."""
    assert tell_risk(Settings(), plan=str(tmp_path / "none")) == 2
    assert "none" in capsys.readouterr().err
