"""What to grant Infra, exactly, for the tools it has: IAM policies, Kubernetes RBAC, GitHub and Slack permissions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from bot.rbac import manifests
from config.settings import Settings
from tools.contract import Change, JsonObject, Reading, Tool
from tools.instances import read_instances
from tools.needs import AwsNeed, GitHubNeed, KubeNeed, Need, read_need
from tools.people import PeopleFile

_REGION = re.compile(r"sqs\.(?P<region>[a-z0-9-]+)\.")
_PROFILE = re.compile(r"(us|us-gov|eu|apac|jp|au|ca|sa|global)\.")
"""https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html"""
VERSION = "2012-10-17"
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html"""


def sections(tools: Mapping[str, Tool], people: PeopleFile, settings: Settings) -> dict[str, str]:
    """Return each part by its name on the command line: what to paste where it belongs."""
    return {
        "aws-read": _json(aws_read(tools)),
        "aws-write": _json(aws_write(tools)),
        "aws-write-trust": _json(aws_write_trust()),
        "aws-bot": _json(aws_bot(settings)),
        "kubernetes": yaml.safe_dump_all(manifests(kube_needs(tools), people.kubernetes), sort_keys=False),
        "github": _json(dict(github_permissions(tools))),
        "slack": "\n".join(slack_scopes(settings.infra_config / "slack_manifest.json")) + "\n",
        "mcp": "".join(f"{line}\n" for line in mcp_tools(tools)) or "none\n",
    }


TITLES = {
    "aws-read": "IAM policy of the role that AWS_READ_ROLE_ARN names",
    "aws-write": "IAM policy of the role that AWS_WRITE_ROLE_ARN names; each change gets a part of it",
    "aws-write-trust": "Trust policy of that role: nobody takes it without naming an approval",
    "aws-bot": "IAM policy of the role or user that Infra itself runs as",
    "kubernetes": "Kubernetes: `python -m bot permissions kubernetes | kubectl apply -f -`",
    "github": "GitHub: the App's repository permissions (`default_permissions` of its manifest)",
    "slack": "Bot token scopes, all of them in config/slack_manifest.json",
    "mcp": "Tools of MCP servers, and what they count as; what they reach is up to the server's own credentials",
}


def aws_read(tools: Mapping[str, Tool]) -> JsonObject:
    """Return the policy under which readings and previews are taken."""
    readings = (tool for tool in tools.values() if isinstance(tool, Reading))
    return _policy(sorted({str(one) for one in _needs(readings) if isinstance(one, AwsNeed)}))


def aws_write(tools: Mapping[str, Tool]) -> JsonObject:
    """Return the policy of the role that changes are made under."""
    changes = (tool for tool in tools.values() if isinstance(tool, Change))
    return _policy(sorted({str(one) for one in _needs(changes) if isinstance(one, AwsNeed)}))


def aws_write_trust() -> JsonObject:
    """Return the trust policy that lets the role be taken only under the id of an approval.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
    """
    return {
        "Version": VERSION,
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::ACCOUNT:role/INFRA"},
                "Action": ["sts:AssumeRole", "sts:SetSourceIdentity"],
                "Condition": {"StringLike": {"sts:SourceIdentity": "infra-*"}},
            }
        ],
    }


def aws_bot(settings: Settings) -> JsonObject:
    """Return the policy of Infra itself: it takes the two roles, keeps its trail, and asks its queue and its model."""
    there = read_instances(settings.infra_config / "instances.toml").account
    roles = [role for one in there for role in (one.read_role, one.write_role) if role] or [
        settings.aws_read_role_arn or "arn:aws:iam::ACCOUNT:role/INFRA-READ",
        settings.aws_write_role_arn or "arn:aws:iam::ACCOUNT:role/INFRA-WRITE",
    ]
    own = [*_keeping(settings.infra_audit_export), *_polling(settings.infra_alert_queue), *_thinking(settings)]
    statements = [_allow(["sts:AssumeRole", "sts:SetSourceIdentity"], roles), *own]
    return {"Version": VERSION, "Statement": statements}


def kube_needs(tools: Mapping[str, Tool]) -> tuple[KubeNeed, ...]:
    """Return what the tools need of Kubernetes."""
    return tuple(sorted({one for one in _needs(tools.values()) if isinstance(one, KubeNeed)}))


def github_permissions(tools: Mapping[str, Tool]) -> dict[str, str]:
    """Return the highest level that the tools need of each of GitHub's permissions.

    https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
    """
    needs = sorted(one for one in _needs(tools.values()) if isinstance(one, GitHubNeed))
    return {one.permission: one.level for one in needs}  # `write` sorts after `read`


def slack_scopes(manifest: Path) -> list[str]:
    """Return the bot token's scopes."""
    return sorted(json.loads(manifest.read_text("utf-8"))["oauth_config"]["scopes"]["bot"])


def mcp_tools(tools: Mapping[str, Tool]) -> list[str]:
    """Return a line for each tool of an MCP server."""
    kinds = {Reading: "reading, because mcp.toml lists it as one", Change: "change of high risk, never without people"}
    return [f"{name}: {kinds[type(tool)]} ({tool.foreign.origin})" for name, tool in tools.items() if tool.foreign]


def _needs(tools: Iterable[Tool]) -> list[Need]:
    return [read_need(text) for tool in tools for text in tool.needs]


def _keeping(place: str) -> list[JsonObject]:
    """Return what exporting the audit trail to a place in AWS takes."""
    parts = urlsplit(place)
    match parts.scheme:
        case "s3":
            bucket = f"arn:aws:s3:::{parts.netloc}"
            objects = ["s3:GetObject", "s3:PutObject", "s3:PutObjectRetention"]
            return [_allow(["s3:ListBucket"], [bucket]), _allow(objects, [f"{bucket}/{parts.path.strip('/')}*"])]
        case "cloudwatch":
            actions = ["logs:CreateLogStream", "logs:GetLogEvents", "logs:PutLogEvents"]
            return [_allow(actions, [f"arn:aws:logs:*:*:log-group:{parts.path}:*"])]
        case _:
            return []


def _polling(queue: str) -> list[JsonObject]:
    """Return what taking alerts from a queue takes; its address names region, account and queue.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
    """
    if not queue:
        return []
    parts = urlsplit(queue)
    found = _REGION.match(parts.netloc)
    account, _, name = parts.path.strip("/").rpartition("/")
    arn = f"arn:aws:sqs:{found['region'] if found else '*'}:{account or '*'}:{name}"
    return [_allow(["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"], [arn])]


def _thinking(settings: Settings) -> list[JsonObject]:
    """Return what asking models on Bedrock takes, whichever of them is one.

    https://docs.aws.amazon.com/bedrock/latest/userguide/security_iam_id-based-policy-examples.html
    """
    models = (settings.infra_model, settings.infra_model_fallback)
    names = sorted({name for kind, _, name in (one.partition(":") for one in models) if kind.startswith("bedrock")})
    if not names:
        return []
    where = [place for name in names for place in _model_arns(name)]
    return [_allow(["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"], where)]


def _model_arns(name: str) -> list[str]:
    """Return a model's resources; an inference profile, such as us.anthropic.…, passes its calls on to the model."""
    if name.startswith("arn:"):
        return [name, "arn:aws:bedrock:*::foundation-model/*"]
    model = name.partition(".")[2] if _PROFILE.match(name) else name
    profile = [f"arn:aws:bedrock:*:*:inference-profile/{name}"] if model != name else []
    return [f"arn:aws:bedrock:*::foundation-model/{model}", *profile]


def _policy(actions: list[str]) -> JsonObject:
    return {"Version": VERSION, "Statement": [_allow(actions, ["*"])] if actions else []}


def _allow(actions: list[str], resources: list[str]) -> JsonObject:
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def _json(policy: JsonObject) -> str:
    return json.dumps(policy, indent=2) + "\n"
