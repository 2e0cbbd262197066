"""Which credentials AWS is asked with: the read role's for looking, the write role's for one approved change."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from tools.contract import ToolError
from tools.needs import AwsNeed, read_need
from tools.proposal import Grant

if TYPE_CHECKING:
    from config.settings import Settings

CHANGE_SECONDS = 900
"""The shortest that STS gives: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"""

STRANGE = re.compile(r"[^\w+=,.@-]", re.ASCII)
NAME_LENGTH = 64
"""What a session name and a source identity may hold (same page)."""


def reading_session(told: Settings) -> Any:
    """Return a boto3 session that takes the read role, again whenever its credentials run out; ours if none is set."""
    return _session(told, _assumed(told, told.aws_read_role_arn, {"RoleSessionName": "infra-read"}))


def own_session(told: Settings) -> Any:
    """Return a boto3 session with the bot's own credentials."""
    return _session(told, None)


def writing_session(told: Settings, grant: Grant) -> Any:
    """Return a boto3 session that may do what this grant's change needs, and is named for its approval.

    Raises:
        ToolError: No write role is set.
    """
    if not told.aws_write_role_arn:
        raise ToolError("Set AWS_WRITE_ROLE_ARN; `python -m bot permissions aws-write` prints the role's policy.")
    name = identity_of(grant.proposal.id)
    taken = {
        "RoleSessionName": name,
        "SourceIdentity": name,
        "DurationSeconds": CHANGE_SECONDS,
        "Policy": session_policy(grant.proposal.needs),
    }
    return _session(told, _assumed(told, told.aws_write_role_arn, taken))


def role_session(told: Settings, role: str, name: str) -> Any:
    """Return a boto3 session of a role that an approved change takes whole, under the approval's name."""
    return _session(told, _assumed(told, role, {"RoleSessionName": name, "SourceIdentity": name}))


def identity_of(approval: str) -> str:
    """Return an approval's id as STS takes it for a source identity; CloudTrail shows it on every call."""
    return f"infra-{STRANGE.sub('-', approval)}"[:NAME_LENGTH]


def session_policy(needs: Sequence[str]) -> str:
    """Return the policy that cuts the write role down to a change's own actions, as JSON."""
    actions = sorted({str(need) for text in needs if isinstance(need := read_need(text), AwsNeed)})
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":"))


def _session(told: Settings, credentials: Any) -> Any:
    import boto3  # noqa: PLC0415 - costs hundreds of milliseconds, paid on the first look at AWS

    core = _core()
    if credentials is not None:
        core._credentials = credentials  # noqa: SLF001 - botocore offers no other way to give a session refreshing ones
    return boto3.session.Session(botocore_session=core, region_name=told.aws_region)


def _assumed(told: Settings, role: str, taken: dict[str, Any]) -> Any:
    """Return credentials of a role, taken when first needed and again before they expire; None for no role."""
    if not role:
        return None
    from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials  # noqa: PLC0415 - above

    core = _core()

    def client(service: str, **keys: Any) -> Any:
        return core.create_client(
            service, region_name=told.aws_region, endpoint_url=told.aws_endpoint_url or None, **keys
        )

    fetcher = AssumeRoleCredentialFetcher(client, core.get_credentials(), role, extra_args=taken)
    return DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")


def _core() -> Any:
    """Return a new botocore session that takes AWS's API models from what this process has read of them."""
    from botocore.loaders import create_loader  # noqa: PLC0415 - as above
    from botocore.session import get_session  # noqa: PLC0415 - same

    core = get_session()
    loader: Any = create_loader(core.get_config_variable("data_path"))
    loader.file_loader = _models()
    core.register_component("data_loader", loader)
    return core


@cache
def _models() -> Any:
    """Return botocore's reader of API models, reading each file once: EC2's alone takes a third of a second."""
    from botocore.loaders import JSONFileLoader  # noqa: PLC0415 - as above

    reader: Any = JSONFileLoader()
    reader.load_file = cache(reader.load_file)
    return reader
