"""Logs Insights' two calls: StartQuery runs the query, GetQueryResults hands over what it found."""

from __future__ import annotations

import uuid
from typing import Any

from sandbox.aws.errors import AwsError
from sandbox.aws.insights import run, text
from sandbox.aws.logs import between, group_of
from sandbox.aws.present import Present
from sandbox.aws.wire import Params


class Queries:
    """The queries that were started, by id."""

    def __init__(self) -> None:
        self._results: dict[str, Params] = {}

    def start(self, now: Present, params: Params) -> Params:
        """Run a query over log groups, and keep the result for GetQueryResults."""
        span = {"startTime": params["startTime"] * 1000, "endTime": params["endTime"] * 1000 + 999}
        groups = [group_of(now, named) for named in _named(params)]
        events = [(name, event) for name in groups for event in between(now.estate.groups[name], span)]
        rows, matched = run(params["queryString"], events, params.get("limit"))
        query = str(uuid.uuid4())
        size = sum(len(event.message) for _, event in events)
        self._results[query] = {
            "queryLanguage": "CWLI",
            "results": [_fields(row) for row in rows],
            "statistics": {
                "recordsMatched": float(matched),
                "recordsScanned": float(len(events)),
                "bytesScanned": float(size),
            },
            "status": "Complete",
        }
        return {"queryId": query}

    def results(self, _now: Present, params: Params) -> Params:
        """Return what a query found."""
        if params["queryId"] not in self._results:
            raise AwsError("ResourceNotFoundException", "The specified query does not exist.")
        return self._results[params["queryId"]]


def _named(params: Params) -> list[Params]:
    names = [params["logGroupName"]] if "logGroupName" in params else params.get("logGroupNames", [])
    named = [{"logGroupName": name} for name in names]
    named += [{"logGroupIdentifier": name} for name in params.get("logGroupIdentifiers", [])]
    if not named:
        raise AwsError("InvalidParameterException", "Name the log groups to query.")
    return named


def _fields(row: dict[str, Any]) -> list[dict[str, str]]:
    return [{"field": name, "value": text(value)} for name, value in row.items()]
