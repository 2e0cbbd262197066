"""From words to a draft and its verdict, against a repository and an account as they are."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import settings
from sandbox.company import running
from tools.contract import Observation, ToolError
from tools.terraform.cost import terraform_cost
from tools.terraform.drafting import terraform_draft, terraform_intent, terraform_modules, terraform_write
from tools.terraform.drafts import Draft, keep, known
from tools.terraform.intent import Intent, understood
from tools.terraform.modules import Value, golden_modules
from tools.terraform.quota import aws_quota_check
from tools.terraform.review import terraform_review
from tools.terraform.steps import terraform_format, terraform_policy, terraform_security, terraform_validate

WORLD = Path(__file__).parents[2] / "sandbox" / "worlds" / "cluster-wanted"
needs_terraform = pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not on PATH")
CLUSTER = "provision an EKS cluster with GPU nodes for training, scaling 0 to 20"


@pytest.fixture(scope="module", autouse=True)
def company() -> Iterator[None]:
    """Point the tools at a company with one environment and a small GPU quota."""
    with running(WORLD) as company, pytest.MonkeyPatch.context() as patch:
        for name, value in company.environment().items():
            patch.setenv(name, value)
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.mark.parametrize(
    ("words", "module", "name", "environment", "values"),
    [
        (CLUSTER, "eks-cluster", "training", "staging", {"gpu": True, "min_nodes": 0, "max_nodes": 20}),
        ("k8s cluster called edge in prod, up to 6 nodes", "eks-cluster", "edge", "production", {"max_nodes": 6}),
        ("postgres 16 for orders in prod, 100 GB", "rds", "orders", "production", {"engine_version": "16"}),
        ("mysql database named ledger, single-az", "rds", "ledger", "staging", {"multi_az": False}),
        ("create a fifo queue for invoices", "sqs-queue", "invoices", "staging", {"fifo": True}),
        ("we need a bucket to store uploads", "s3-bucket", "uploads", "staging", {}),
        ("role for lambda named w allowing s3:GetObject", "iam-role", "w", "staging", {"actions": ["s3:GetObject"]}),
        ("vpc endpoint for s3", "vpc-endpoint", "s3-endpoint", "staging", {"service": "s3"}),
        ("gpu node group for batch in cluster training", "eks-node-group", "batch", "staging", {"cluster": "training"}),
    ],
)
def test_words_are_understood(words: str, module: str, name: str, environment: str, values: dict[str, Value]) -> None:
    """The module, its name, where, and what was said of it."""
    intent = understood(words, golden_modules(), ("staging",), {}, "platform")

    assert (intent.module, intent.environment) == (module, environment)
    assert intent.name == name or not intent.name
    assert values.items() <= intent.values.items()


def test_what_nothing_tells_is_missing() -> None:
    """Two environments, no name: both are asked for, each with a default."""
    intent = understood("a postgres database", golden_modules(), ("production", "staging"))

    assert [(one.what, one.default) for one in intent.missing] == [("environment", "staging"), ("name", "db")]


def test_defaults_are_taken_when_somebody_says_so() -> None:
    """The word counts in an answer only, not in the first ask."""
    first: Intent = understood("a postgres database with default settings", golden_modules(), ("production", "staging"))
    answered = understood("a postgres database\ndefaults", golden_modules(), ("production", "staging"))

    assert first.missing
    assert (answered.environment, answered.name, answered.missing) == ("staging", "db", ())


def test_no_default_stands_in_for_what_only_a_person_knows() -> None:
    """An image has none: the question stays."""
    answered = understood("a fargate service called api in prod\ndefaults", golden_modules(), ())

    assert [one.what for one in answered.missing] == ["image"]


def test_what_the_repository_tells_is_not_asked() -> None:
    """It has one environment and says whose things are."""
    [found] = terraform_intent.call(words=CLUSTER).findings

    assert found.code == "intent_clear"
    assert found.leads_to[0].args["environment"] == "production"
    assert found.leads_to[0].args["owner"] == "platform"


def test_a_cluster_is_drafted_judged_and_proposed() -> None:
    """Every step passes, the review gives the pull request, and its body says what was decided and why."""
    draft = drafted("eks-cluster", "training", {"gpu": True, "max_nodes": 20})

    steps = (terraform_format, terraform_validate, terraform_policy, terraform_security)
    codes = {one.code for step in steps for one in step.call(draft=draft).findings}
    [accepted] = terraform_review.call(draft=draft).findings

    assert codes <= {"step_passed", "step_skipped"}
    assert accepted.remedy is not None
    body = str(accepted.remedy.args["body"])
    assert "| max_nodes | 20 | asked for: Nodes that Karpenter adds at most. |" in body
    assert "| node_type | g5.xlarge | default: Instance type of the nodes that Karpenter adds. |" in body
    assert "the limit is 64, and 80 more are wanted" in body


def test_an_existing_lookup_is_kept() -> None:
    """What the environment has is added to, not written over."""
    draft = known(drafted("rds", "ledger", {}))

    lookups = draft.files["environments/production/lookups.tf"]

    assert 'data "aws_vpc" "production"' in lookups
    assert 'data "aws_subnets" "private"' in lookups


@pytest.mark.parametrize("name", ["orders", "orders-db"])
def test_a_name_of_the_repository_is_taken(name: str) -> None:
    """By a resource's label or by what AWS shows."""
    with pytest.raises(ToolError, match=f"`{name}` is taken in production"):
        terraform_draft.call(module="rds", name=name, environment="production")


@needs_terraform
@pytest.mark.parametrize(
    ("module", "values", "why"),
    [
        ("sqs-queue", {"retention_days": 99}, "`retention_days`: Write 1 to 14 days."),
        ("iam-role", {"service": "lambda", "actions": ["s3:*"]}, "`actions`: .*a wildcard is refused"),
        ("ecs-service", {"image": "acme/checkout:latest"}, "`image`: .*latest is neither"),
    ],
)
def test_a_value_out_of_bounds_is_refused_with_what_would_do(module: str, values: dict[str, Value], why: str) -> None:
    """By the module's own validation, before anything is drafted."""
    with pytest.raises(ToolError, match=why):
        terraform_draft.call(module=module, name="writer", environment="production", values=values)


def test_what_somebody_wrote_is_judged_the_same() -> None:
    """A public database is refused by the policies, and nothing is proposed."""
    text = 'resource "aws_s3_bucket" "logs" {\n  bucket = "acme-logs"\n  acl    = "public-read"\n}\n'
    written = terraform_write.call(
        title="Add a bucket", environment="production", files={"environments/production/logs.tf": text}
    )

    [refused] = terraform_review.call(draft=draft_of(written)).findings

    assert (refused.code, refused.remedy) == ("draft_refused", None)
    assert "lets everybody read the bucket" in refused.observed


def test_what_was_wrong_before_is_not_held_against_a_draft() -> None:
    """The repository's own trouble does not stop an addition."""
    old = {"environments/dev/old.tf": 'resource "aws_s3_bucket" "old" {\n  acl = "public-read"\n}\n'}
    new = {"environments/dev/new.tf": 'locals {\n  a = "b"\n}\n'}

    draft = Draft("acme/infrastructure", "main", "dev", "Add", new, old)

    assert draft.judgement.passed


def test_the_cost_names_its_parts_and_the_date_of_the_prices() -> None:
    """At rest and at the most: two system nodes, the control plane, a key; twenty GPU nodes on top."""
    draft = drafted("eks-cluster", "vision", {"gpu": True, "max_nodes": 20})

    told = terraform_cost.call(draft=draft)

    assert "- control plane (eks-control-plane): 73.00 USD a month" in told.text
    assert "- nodes that Karpenter adds (g5.xlarge): 0.00 to 14,687.60 USD a month" in told.text
    assert "AWS list prices of 2025-08" in told.findings[0].observed


def test_a_quota_that_is_too_small_is_told_with_what_to_ask_for() -> None:
    """Twenty of four vCPUs do not fit into 64."""
    draft = drafted("eks-node-group", "gpu", {"cluster": "a", "instance_type": "g5.xlarge", "max_nodes": 20})

    [short] = aws_quota_check.call(draft=draft).findings

    assert short.code == "quota_short"
    assert "raise quota L-DB2E81BA of ec2 to 80" in short.advice


def test_the_modules_are_listed_with_what_they_take() -> None:
    """For whoever writes the call by hand."""
    told = terraform_modules.call()

    assert "environments of acme/infrastructure: production" in told.headline
    assert "    cluster: string, required. EKS cluster that it belongs to." in told.text


def test_a_draft_that_is_forgotten_says_so() -> None:
    """Another process, or long ago."""
    with pytest.raises(ToolError, match="draft it again"):
        known("draft-0000000000")


def test_the_same_draft_has_the_same_name() -> None:
    """A repeated run finds what it made."""
    draft = Draft("a/b", "main", "dev", "Add", {"a.tf": ""})

    assert keep(draft).id == keep(Draft("a/b", "main", "dev", "Add", {"a.tf": ""})).id
    assert draft.id != Draft("a/b", "main", "dev", "Add", {"a.tf": " "}).id


def drafted(module: str, name: str, values: dict[str, Value]) -> str:
    """Draft something for production; return the draft's name."""
    return draft_of(terraform_draft.call(module=module, name=name, environment="production", values=values))


def draft_of(told: Observation) -> str:
    """Return the name of the draft that a reading made."""
    [ready] = told.findings
    return ready.subject.removeprefix("draft/")
