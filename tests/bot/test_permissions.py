"""What `python -m bot permissions` prints is what the services take, and covers the tools exactly."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.loaders import Loader
from botocore.model import ServiceModel

from bot.permissions import aws_bot, sections
from config.settings import Settings
from tests.kube_cluster import Kubectl, kubectl_on, needs_kubectl, world_of
from tools import CATALOGUE
from tools.contract import Reading
from tools.needs import AwsNeed, read_need
from tools.people import PeopleFile, read_people

CONFIG = Path(__file__).parents[2] / "config"
NEEDS = {read_need(need) for tool in CATALOGUE.values() for need in tool.needs}


@pytest.fixture(scope="module")
def parts() -> dict[str, str]:
    """Return what is printed for the tools and people that ship."""
    return sections(CATALOGUE, read_people(CONFIG / "people.toml"), Settings())


@pytest.fixture
def kubectl(tmp_path: Path) -> Iterator[Kubectl]:
    """Give kubectl on an empty cluster."""
    with kubectl_on(world_of(), tmp_path) as served:
        yield served


def test_the_read_policy_has_every_action_of_a_reading(parts: dict[str, str]) -> None:
    """Exactly the declared AWS actions, no wildcard."""
    [statement] = json.loads(parts["aws-read"])["Statement"]

    readings = (tool for tool in CATALOGUE.values() if isinstance(tool, Reading))
    needs = {read_need(need) for tool in readings for need in tool.needs}
    assert set(statement["Action"]) == {str(need) for need in needs if isinstance(need, AwsNeed)}


IN_BOTOCORE = {
    "access-analyzer": "accessanalyzer",
    "elasticloadbalancing": "elbv2",
    "servicequotas": "service-quotas",
}
"""Services whose IAM prefix, by which policies name them, is not what botocore calls them."""


IN_API = {"s3:ListBucket": "ListObjectsV2"}
"""Actions that are not called what their operation is."""


def test_every_action_exists() -> None:
    """An action that AWS's own service description does not know is a typo."""
    loader = Loader()
    for need in NEEDS:
        if isinstance(need, AwsNeed):
            model = ServiceModel(loader.load_service_model(IN_BOTOCORE.get(need.service, need.service), "service-2"))
            assert IN_API.get(str(need), need.action) in model.operation_names


def test_the_write_role_is_taken_under_an_approval_only(parts: dict[str, str]) -> None:
    """The trust policy asks for a source identity."""
    [statement] = json.loads(parts["aws-write-trust"])["Statement"]

    assert "sts:SourceIdentity" in statement["Condition"]["StringLike"]
    assert "sts:SetSourceIdentity" in statement["Action"]


@needs_kubectl
def test_kubectl_takes_the_roles(parts: dict[str, str], kubectl: Kubectl) -> None:
    """`kubectl create --dry-run=server` accepts every manifest."""
    file = kubectl.home / "roles.yaml"
    file.write_text(parts["kubernetes"], "utf-8")

    said = kubectl("create", "--dry-run=server", "-f", str(file))

    assert said.count("(server dry run)") == len(list(yaml.safe_load_all(parts["kubernetes"])))


def test_the_readers_role_only_looks(parts: dict[str, str]) -> None:
    """What readings need and what changes need are two roles."""
    rules = {one["metadata"]["name"]: one["rules"] for one in _kind(parts, "ClusterRole")}

    looked = {verb for rule in rules["infra-reader"] for verb in rule["verbs"]}
    changed = [(rule["apiGroups"], rule["resources"], rule["verbs"]) for rule in rules["infra-changer"]]

    assert looked == {"get", "list"}
    assert changed == [(["apps"], ["deployments"], ["patch"])]


def test_nobody_else_can_be_impersonated(parts: dict[str, str]) -> None:
    """The impersonator names its users and groups."""
    [role] = [one for one in _kind(parts, "ClusterRole") if one["metadata"]["name"] == "infra-impersonator"]

    assert all(rule["resourceNames"] for rule in role["rules"])


def test_without_people_there_is_nothing_to_impersonate() -> None:
    """Then Infra's own account makes the changes, and no admission policy is in its way."""
    parts = sections(CATALOGUE, PeopleFile(), Settings())

    assert "impersonate" not in parts["kubernetes"]
    assert "Admission" not in parts["kubernetes"]


def test_the_bot_itself_may_keep_its_trail_and_take_its_roles() -> None:
    """It gets the roles and the bucket that the settings name, and nothing else."""
    told = Settings(aws_read_role_arn="arn:read", aws_write_role_arn="arn:write", infra_audit_export="s3://vault/infra")

    policy = aws_bot(told)

    assert '"arn:read", "arn:write"' in json.dumps(policy)
    assert "arn:aws:s3:::vault/infra*" in json.dumps(policy)
    assert '"*"' not in json.dumps(policy)


def test_the_bot_itself_may_take_alerts_from_its_queue_and_ask_its_model() -> None:
    """The queue by its address, and the model with the profile that spreads its calls; no other."""
    queue = "https://sqs.eu-west-1.amazonaws.com/123456789012/infra-alerts"
    told = Settings(
        infra_alert_queue=queue, infra_model="bedrock_converse:eu.anthropic.claude-sonnet-4-5-20250929-v1:0"
    )

    policy = json.dumps(aws_bot(told))

    assert '"sqs:ReceiveMessage"], "Resource": ["arn:aws:sqs:eu-west-1:123456789012:infra-alerts"]' in policy
    assert "arn:aws:bedrock:*::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0" in policy
    assert "inference-profile/eu.anthropic.claude-sonnet-4-5-20250929-v1:0" in policy
    assert '"*"' not in policy


def test_one_part_is_printed_as_it_is() -> None:
    """So that it can be piped into kubectl or saved as a policy; an unknown part is named with the others."""
    command = [sys.executable, "-m", "bot", "permissions"]
    one = subprocess.run([*command, "aws-read"], capture_output=True, text=True, check=True, cwd=CONFIG.parent)

    assert json.loads(one.stdout)["Version"] == "2012-10-17"


def _kind(parts: dict[str, str], kind: str) -> list[dict[str, Any]]:
    return [one for one in yaml.safe_load_all(parts["kubernetes"]) if one["kind"] == kind]
