"""Any Logs Insights query, as a table."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from tools.aws.client import logs
from tools.aws.log_groups import LogGroup, existing
from tools.aws.windows import Around, Window, window
from tools.aws.wording import clock, shortened
from tools.contract import Observation, ToolError
from tools.declare import Minutes, reads

if TYPE_CHECKING:
    from types_boto3_logs import CloudWatchLogsClient

Query = Annotated[str, Field(min_length=1, max_length=10_000, description="a Logs Insights query")]

ROWS = 50
PATIENCE_SECONDS = 7.0
POLL_SECONDS = 0.1


@reads(needs=("logs:DescribeLogGroups", "logs:StartQuery", "logs:GetQueryResults", "logs:StopQuery"))
def aws_logs_insights(log_group: LogGroup, query: Query, minutes: Minutes = 60, around: Around = "") -> Observation:
    """Run a CloudWatch Logs Insights query over a log group and return its table."""
    span = window(minutes, around)
    with logs() as client:
        started = client.start_query(
            logGroupName=existing(client, log_group),
            queryString=query,
            startTime=int(span.start.timestamp()),
            endTime=int(span.end.timestamp()),
            limit=ROWS,
        )
        told = _results(client, started["queryId"])
    rows = [{each.get("field", ""): each.get("value", "") for each in row} for row in told.get("results", [])]
    return Observation(_table(log_group, span, rows, told.get("statistics", {}).get("recordsMatched", 0.0)))


def _results(client: CloudWatchLogsClient, query: str) -> Any:
    """Wait for a query's results.

    Raises:
        ToolError: It failed, or takes too long.
    """
    patience = time.monotonic() + PATIENCE_SECONDS
    while True:
        told = client.get_query_results(queryId=query)
        if told["status"] == "Complete":
            return told
        if told["status"] not in {"Scheduled", "Running"}:
            raise ToolError(f"The Logs Insights query ended as {told['status']}: simplify it and ask again.")
        if time.monotonic() > patience:
            client.stop_query(queryId=query)
            raise ToolError("The Logs Insights query takes too long: ask for fewer minutes, or filter more.")
        time.sleep(POLL_SECONDS)


def _table(log_group: str, span: Window, rows: Sequence[dict[str, str]], matched: float) -> str:
    names = [name for name in dict.fromkeys(name for row in rows for name in row) if name != "@ptr"]
    body = [" | ".join(shortened(row.get(name, ""), 300) for name in names) for row in rows]
    head = f"{log_group}, {clock(span.start)} to {clock(span.end)}: {matched:.0f} lines matched, {len(rows)} rows"
    return "\n".join([head, " | ".join(names), *body]) if rows else f"{head}."
