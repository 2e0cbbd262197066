"""Who calls the account: the role behind a temporary key, under whose name it was taken, and what its policy leaves."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

from sandbox.aws.errors import AwsError
from sandbox.aws.present import Present
from sandbox.aws.wire import Params


@dataclass(frozen=True)
class Session:
    """A role taken for a while.

    Attributes:
        role: ARN of the role; empty for a key that is nobody's session.
        name: Session name.
        source: Source identity.
        allows: Patterns of the session policy's actions; none means that nothing is cut down.
        ends: When the key expires.
    """

    role: str = ""
    name: str = ""
    source: str = ""
    allows: tuple[str, ...] | None = None
    ends: datetime | None = None


OWN = Session()


class Roles:
    """Hands out temporary keys, as STS does, and knows them again."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}

    def assume(self, now: Present, params: Params) -> Params:
        """Answer AssumeRole."""
        session = _taken(params, datetime.fromtimestamp(now.clock.time(), UTC))
        key = f"ASIA{secrets.token_hex(8).upper()}"
        self._sessions[key] = session
        name = f"{session.role.rpartition('/')[2]}/{session.name}"
        return {
            "Credentials": {
                "AccessKeyId": key,
                "SecretAccessKey": secrets.token_hex(20),
                "SessionToken": secrets.token_hex(20),
                "Expiration": session.ends,
            },
            "AssumedRoleUser": {
                "AssumedRoleId": f"AROA{key[4:]}:{session.name}",
                "Arn": f"arn:aws:sts::{now.estate.account}:assumed-role/{name}",
            },
            **({"SourceIdentity": session.source} if session.source else {}),
        }

    def session(self, key: str, at: datetime) -> Session:
        """Return the session behind an access key.

        Raises:
            AwsError: It has expired.
        """
        session = self._sessions.get(key, OWN)
        if session.ends and at >= session.ends:
            raise AwsError("ExpiredToken", "The security token included in the request is expired", 403)
        return session


def check(session: Session, service: str, operation: str) -> None:
    """Let a call pass that the session policy leaves.

    Raises:
        AwsError: It does not.
    """
    action = f"{service}:{operation}"
    if session.allows is not None and not any(fnmatchcase(action, pattern) for pattern in session.allows):
        raise AwsError(
            "AccessDenied",
            f"User: {session.role}/{session.name} is not authorized to perform: {action} "
            f"because no session policy allows the {action} action",
            403,
        )


def _taken(params: Params, at: datetime) -> Session:
    """Return the session that AssumeRole is asked for; an hour is the default of `DurationSeconds`."""
    return Session(
        role=params["RoleArn"],
        name=params["RoleSessionName"],
        source=params.get("SourceIdentity", ""),
        allows=_actions(params.get("Policy", "")),
        ends=at + timedelta(seconds=params.get("DurationSeconds", 3600)),
    )


def _actions(policy: str) -> tuple[str, ...] | None:
    """Return the actions that a session policy allows.

    Raises:
        AwsError: It is no policy.
    """
    if not policy:
        return None
    try:
        statements: Any = json.loads(policy)["Statement"]
        return tuple(action for one in statements if one["Effect"] == "Allow" for action in one["Action"])
    except (ValueError, KeyError, TypeError) as error:
        raise AwsError("MalformedPolicyDocument", "The policy is not in the valid JSON format.") from error
