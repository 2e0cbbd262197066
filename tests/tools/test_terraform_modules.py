"""The golden modules: whatever fits their variables is Terraform that the pipeline lets pass, and names no secret."""

from collections.abc import Mapping

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.contract import ToolError
from tools.terraform.blocks import text_of
from tools.terraform.external import canonical
from tools.terraform.filling import Order, filled, quoted
from tools.terraform.ground import Ground
from tools.terraform.modules import Value, golden, golden_modules
from tools.terraform.pipeline import judge
from tools.terraform.reading import read

REQUIRED: dict[str, dict[str, Value]] = {
    "ecs-service": {"image": "acme/checkout:2.14.0"},
    "eks-node-group": {"cluster": "training"},
    "iam-role": {"service": "lambda"},
    "vpc-endpoint": {"service": "sqs"},
}
FAMILIES = st.sampled_from(["t3.medium", "m7i.large", "m7g.xlarge", "g5.xlarge", "g6.2xlarge"])
FITS: dict[str, dict[str, st.SearchStrategy[Value]]] = {
    "ecs-service": {"tasks": st.integers(0, 500), "port": st.integers(1, 65535), "cpu": st.sampled_from([256, 1024])},
    "eks-cluster": {"node_type": FAMILIES, "max_nodes": st.integers(1, 100), "system_nodes": st.integers(2, 10)},
    "eks-node-group": {"instance_type": FAMILIES, "min_nodes": st.integers(0, 4), "max_nodes": st.integers(4, 450)},
    "iam-role": {"actions": st.lists(st.sampled_from(["s3:GetObject", "sqs:SendMessage"]), unique=True)},
    "rds": {
        "engine": st.sampled_from(["postgres", "mysql", "mariadb"]),
        "engine_version": st.sampled_from([None, "16.4"]),
        "storage_gb": st.integers(20, 16384),
        "multi_az": st.booleans(),
        "backup_days": st.integers(1, 35),
    },
    "s3-bucket": {"versioning": st.booleans(), "old_version_days": st.integers(1, 3650)},
    "sqs-queue": {"fifo": st.booleans(), "retention_days": st.integers(1, 14), "attempts": st.integers(1, 1000)},
    "vpc-endpoint": {"service": st.sampled_from(["s3", "dynamodb", "ecr.api", "secretsmanager"])},
}
NAMES = st.from_regex(r"[a-z][a-z0-9-]{1,18}[a-z0-9]", fullmatch=True)
MODULES = sorted(golden_modules())
swept = pytest.mark.parametrize("name", MODULES)


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Return orders of every module with values that fit."""
    module = draw(st.sampled_from(MODULES))
    fits = st.fixed_dictionaries({}, optional=FITS[module])
    values = REQUIRED.get(module, {}) | draw(fits)
    return Order(module, draw(NAMES), draw(st.sampled_from(["production", "dev"])), "platform", "shop", values)


@settings(max_examples=6, deadline=None)
@given(orders())
def test_what_fits_a_golden_module_passes_the_pipeline(order: Order) -> None:
    """Any module, name, environment and values: the drafted files are accepted."""
    files = drafted(order)

    refused = [step for step in judge(terraform(files), order.environment).steps if step.state == "failed"]

    assert refused == []


@given(st.text(max_size=40))
def test_a_value_stays_a_value(text: str) -> None:
    """Whatever is written as a string of HCL is read as that text, and nothing in it is computed."""
    [block] = read({"a.tf": f'module "a" {{\n  cluster = {quoted(text)}\n}}\n'}).blocks

    assert text_of(block.value("cluster")) == text


@swept
def test_a_golden_module_is_as_terraform_writes_it(name: str) -> None:
    """`terraform fmt` changes nothing."""
    module = golden(name)

    assert {file: canonical(text) for file, text in module.files.items()} == module.files


@swept
def test_a_golden_module_says_what_its_variables_are(name: str) -> None:
    """Every variable has a type and a description, and everything with bounds of its own is validated."""
    module = golden(name)

    assert all(one.description.endswith(".") and one.type != "any" for one in module.variables.values())
    assert "validation {" in module.files["variables.tf"]
    assert all("description" in block for block in module.files["outputs.tf"].split("output ")[1:])


@swept
def test_words_name_only_what_a_module_takes(name: str) -> None:
    """Every group and every value that words set is a variable or a setting."""
    module = golden(name)
    named = {group for saying in module.told.says for group in saying.pattern.groupindex}

    assert named | {key for saying in module.told.says for key in saying.sets} <= module.takes()


def test_karpenter_starts_as_many_nodes_as_were_asked_for() -> None:
    """Twenty nodes of four GPUs each are eighty GPUs, which is what Karpenter counts."""
    order = Order("eks-cluster", "training", "dev", "ml", "ml", {"node_type": "g5.12xlarge", "max_nodes": 20})

    pool, node_class = yaml.safe_load_all(drafted(order)["clusters/training/node-pool.yaml"])

    assert pool["spec"]["limits"] == {"nvidia.com/gpu": 80}
    assert node_class["spec"]["role"] == "training-node"


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"cluster": "a", "size": 3}, "takes no `size`"),
        ({}, "needs `cluster`"),
        ({"cluster": "a", "instance_type": "u7in-24tb.224xlarge"}, "not on the list"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(values: dict[str, Value], why: str) -> None:
    """A value that the module does not take, one that is missing, and a family off the list."""
    with pytest.raises(ToolError, match=why):
        filled(Order("eks-node-group", "nodes", "dev", "a", "b", values), Ground("acme/infrastructure"), nothing)


def test_a_name_that_is_taken_is_refused() -> None:
    """Neither a file nor a resource of the environment is written over."""
    ground = Ground("acme/infrastructure", files={"environments/dev/a.tf": 'resource "aws_sqs_queue" "orders" {}\n'})

    with pytest.raises(ToolError, match="`orders` is taken in dev"):
        filled(Order("sqs-queue", "orders", "dev", "a", "b", {}), ground, nothing)


def drafted(order: Order) -> Mapping[str, str]:
    """Return the files of an order in an empty repository."""
    return filled(order, Ground("acme/infrastructure"), nothing).files


def nothing(folder: str) -> Mapping[str, str]:
    """Return a folder that is not there."""
    assert folder
    return {}


def terraform(files: Mapping[str, str]) -> dict[str, str]:
    """Return the Terraform among files."""
    return {path: text for path, text in files.items() if path.endswith(".tf")}
