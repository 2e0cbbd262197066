"""The pipeline's steps, the policies, and the programs of others that are used where they are."""

# ruff: noqa: E501 - a module of Terraform stands on one line, beside what is said of it

import json
import shutil
import stat
from pathlib import Path

import pytest

from tools.contract import ToolError
from tools.terraform.external import cluster_policies, formatted, monthly_cost, security_tools
from tools.terraform.pipeline import judge
from tools.terraform.policies import denied
from tools.terraform.reading import read
from tools.terraform.validating import validated

TAGS = 'tags = { Environment = "production", Owner = "oncall", Service = "checkout" }'
QUEUE = f'resource "aws_sqs_queue" "q" {{\n  name = "orders"\n  {TAGS}\n}}\n'
DENIED = {
    'resource "aws_sqs_queue" "q" {\n}': "lacks the tag `Owner`",
    'resource "aws_s3_bucket_acl" "a" {\n  bucket = "b"\n  acl = "public-read"\n}': "everybody read the bucket",
    'resource "aws_s3_bucket_public_access_block" "a" {\n  bucket = "b"\n}': "does not set `block_public_acls`",
    'resource "aws_ebs_volume" "v" {\n  size = 1\n}': "not encrypted",
    'resource "aws_security_group" "s" {\n  ingress {\n    from_port = 0\n    to_port = 99\n    cidr_blocks = ["0.0.0.0/0"]\n  }\n}':
        "opens port 22",
    'resource "aws_vpc_security_group_ingress_rule" "r" {\n  ip_protocol = "-1"\n  cidr_ipv6 = "::/0"\n}': "opens port 22",
    'resource "aws_iam_policy" "p" {\n  policy = jsonencode({ Statement = { Effect = "Allow", Action = "*", Resource = "*" } })\n}':
        "every action on every resource",
    'data "aws_iam_policy_document" "p" {\n  statement {\n    actions = ["*"]\n    resources = ["*"]\n  }\n}': "every action",
    'resource "aws_rds_cluster" "c" {\n  engine = "aurora-mysql"\n}': "deleted by mistake",
    'provider "aws" {\n  region = "sa-east-1"\n}': "not one of the regions",
    'resource "aws_instance" "i" {\n  instance_type = "p5.48xlarge"\n}': "not on the list",
}  # fmt: skip


def program(folder: Path, name: str, says: str, status: int = 0) -> str:
    """Put a program on a PATH of its own that writes down its arguments and environment; return the PATH."""
    file = folder / name
    file.write_text(
        f"#!/bin/sh\necho \"$@\" > {folder}/asked\nenv > {folder}/env\ncat <<'END'\n{says}\nEND\nexit {status}\n"
    )
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(folder)


def test_a_good_module_passes_every_step() -> None:
    """A queue with its tags is green, and what was skipped says why."""
    judgement = judge({"main.tf": QUEUE})

    assert judgement.passed, judgement.steps
    assert all(step.details for step in judgement.steps if step.state == "skipped")


def test_hostile_text_goes_no_further() -> None:
    """After the scan refused, nothing else looks at the text."""
    judgement = judge({"main.tf": 'data "external" "x" {\n  program = ["id"]\n}\n'})

    assert not judgement.passed
    assert judgement.step("format").state == "skipped"


def test_what_only_applying_would_refuse_is_told_apart() -> None:
    """A plan would pass, AWS would not."""
    judgement = judge(
        {"main.tf": f'resource "aws_db_instance" "d" {{\n  instance_class = "db.t3.micro"\n  {TAGS}\n}}\n'}
    )

    assert judgement.step("schema").state == "passed"
    assert "needs `engine`" in judgement.step("apply").details[0]


@pytest.mark.parametrize(("text", "said"), DENIED.items(), ids=[each.replace(" ", "-") for each in DENIED.values()])
def test_a_policy_denies_in_a_sentence(text: str, said: str) -> None:
    """Each rule of the team is told by what breaks it."""
    assert said in " ".join(denied(read({"main.tf": text}), "production"))


def test_production_is_held_to_more() -> None:
    """Protection from deletion is asked for in production alone."""
    module = read({"main.tf": 'resource "aws_rds_cluster" "c" {\n  engine = "aurora-mysql"\n}'})

    assert "deleted by mistake" not in " ".join(denied(module, "development"))


def test_policies_that_cannot_be_read_let_nothing_pass(tmp_path: Path) -> None:
    """A broken rule is an error, never a yes."""
    (tmp_path / "broken.rego").write_text("package infra.x\ndeny contains {")

    with pytest.raises(ToolError, match="cannot be evaluated"):
        denied(read({"main.tf": QUEUE}), "production", tmp_path)


def test_programs_that_are_not_there_are_skipped_with_a_reason(tmp_path: Path) -> None:
    """Nobody takes what was not looked at for good."""
    state, details = security_tools({"main.tf": QUEUE}, str(tmp_path))

    assert state == "skipped"
    assert "tflint is not on PATH." in details


def test_a_linter_is_asked_in_its_own_words_and_without_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tflint's findings are told as sentences, and it sees no secret of ours."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "zz-secret")
    issue = {"rule": {"name": "r"}, "message": "is odd", "range": {"filename": "main.tf", "start": {"line": 3}}}

    state, details = security_tools({"main.tf": QUEUE}, program(tmp_path, "tflint", json.dumps({"issues": [issue]}), 2))

    assert state == "failed"
    assert "tflint: main.tf:3: is odd (r)" in details
    assert "--format=json" in (tmp_path / "asked").read_text()
    assert "zz-secret" not in (tmp_path / "env").read_text()


def test_checkov_tells_its_failed_checks(tmp_path: Path) -> None:
    """A check that failed is a sentence with its id."""
    failed = {"file_path": "/main.tf", "file_line_range": [1, 4], "check_name": "Encrypt", "check_id": "CKV_AWS_27"}
    says = json.dumps({"results": {"failed_checks": [failed]}})

    state, details = security_tools({"main.tf": QUEUE}, program(tmp_path, "checkov", says, 1))

    assert state == "failed"
    assert "checkov: main.tf:1: Encrypt (CKV_AWS_27)" in details


def test_a_program_that_breaks_is_skipped_and_says_so(tmp_path: Path) -> None:
    """Neither a crash nor nonsense counts as an answer."""
    state, details = security_tools({"main.tf": QUEUE}, program(tmp_path, "tflint", "Segmentation fault", 139))

    assert state == "skipped"
    assert "tflint ended with 139" in details[0]


def test_the_cost_is_infracosts(tmp_path: Path) -> None:
    """Money comes from infracost where there is one."""
    path = program(tmp_path, "infracost", '{"totalMonthlyCost": "12.34", "currency": "USD"}')

    assert monthly_cost({"main.tf": QUEUE}, path) == ("passed", ("infracost: 12.34 USD a month",))


def test_kyverno_judges_manifests(tmp_path: Path) -> None:
    """Manifests are held to the cluster's policies."""
    result = {"result": "fail", "policy": "limits", "rule": "cpu", "message": "set limits"}
    path = program(tmp_path, "kyverno", json.dumps({"results": [result]}), 1)

    assert cluster_policies({"a.yaml": "x"}, {"p.yaml": "x"}, path) == ("failed", ("kyverno: limits/cpu: set limits",))


def test_formatting_is_terraforms(tmp_path: Path) -> None:
    """Text goes through stdin, and an error of terraform's is told with the file."""
    path = program(tmp_path, "terraform", "x", 2)

    state, details = formatted({"main.tf": "x"}, path)

    assert state == "failed"
    assert details[0].startswith("main.tf: ")
    assert (tmp_path / "asked").read_text() == "fmt -no-color -\n"


@pytest.mark.skipif(not shutil.which("terraform"), reason="terraform is not on PATH")
def test_terraform_itself_validates_where_its_providers_are_at_hand(tmp_path: Path) -> None:
    """For real, offline, with the provider that Terraform has in it: what it refuses is told with its line."""
    good = {"roots/a/main.tf": 'resource "terraform_data" "one" {\n  input = "x"\n}\n'}
    bad = {"roots/a/main.tf": 'resource "terraform_data" "one" {\n  inputs = "x"\n}\n'}
    unknown = {"main.tf": 'resource "aws_sqs_queue" "one" {}\n'}

    assert validated(good, tmp_path) == ("passed", ())
    assert validated(bad, tmp_path)[0] == "failed"
    assert "main.tf:2: Unsupported argument" in validated(bad, tmp_path)[1][0]
    assert validated(unknown, tmp_path)[0] == "skipped"


def test_without_providers_terraform_is_not_asked() -> None:
    """It would have to fetch them, so it is said to be skipped."""
    assert validated({"main.tf": ""})[0] == "skipped"
