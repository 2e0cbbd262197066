"""Log groups by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from tools.contract import ToolError

if TYPE_CHECKING:
    from types_boto3_logs import CloudWatchLogsClient

LogGroup = Annotated[
    str, Field(min_length=1, max_length=512, pattern=r"^[A-Za-z0-9_./#-]+$", description="log group name")
]


def existing(client: CloudWatchLogsClient, log_group: str) -> str:
    """Return the log group's name.

    Raises:
        ToolError: There is none; names those that are like it.
    """
    told = client.describe_log_groups(logGroupNamePrefix=log_group, limit=50)["logGroups"]
    if any(each.get("logGroupName") == log_group for each in told):
        return log_group
    part = log_group.rstrip("/").rpartition("/")[2]
    like = client.describe_log_groups(logGroupNamePattern=part, limit=12)["logGroups"] if part else []
    names = [each.get("logGroupName", "") for each in like or client.describe_log_groups(limit=12)["logGroups"]]
    raise ToolError(f"There is no log group {log_group}; there are: {', '.join(names) or 'none'}.")
