"""Security Hub as a world wrote it: findings with what the service itself fills in, filtered, paged and updated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.aws.errors import AwsError
from sandbox.aws.paging import next_page, page
from sandbox.aws.present import Present
from sandbox.aws.shapes import conform
from sandbox.aws.wire import Params
from sandbox.files import json_lines
from sandbox.world import World

SIZE = 10
"""https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindings.html: MaxResults is 1 to 100."""

FIELDS: dict[str, str] = {
    "AwsAccountId": "AwsAccountId",
    "ComplianceSecurityControlId": "Compliance.SecurityControlId",
    "ComplianceStatus": "Compliance.Status",
    "GeneratorId": "GeneratorId",
    "Id": "Id",
    "NoteUpdatedBy": "Note.UpdatedBy",
    "ProductArn": "ProductArn",
    "ProductName": "ProductName",
    "RecordState": "RecordState",
    "Region": "Region",
    "ResourceId": "Resources.Id",
    "ResourceType": "Resources.Type",
    "SeverityLabel": "Severity.Label",
    "Title": "Title",
    "WorkflowStatus": "Workflow.Status",
}
"""String filters that are served, and what of a finding they look at."""

COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "EQUALS": lambda told, wanted: told == wanted,
    "PREFIX": lambda told, wanted: told.startswith(wanted),
    "CONTAINS": lambda told, wanted: wanted in told,
    "NOT_EQUALS": lambda told, wanted: told != wanted,
    "PREFIX_NOT_EQUALS": lambda told, wanted: not told.startswith(wanted),
    "NOT_CONTAINS": lambda told, wanted: wanted not in told,
}

BOUNDS = ((90, "CRITICAL"), (70, "HIGH"), (40, "MEDIUM"), (1, "LOW"), (0, "INFORMATIONAL"))
"""https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Severity.html: labels of normalized severities."""


class SecurityHub:
    """The findings of one account, and what people did to them since."""

    def __init__(self, world: World) -> None:
        self._findings = [_filled(world.shifted(found), world) for found in _written(world)]
        self._world = world
        self.operations = {
            ("securityhub", "GetFindings"): self.get_findings,
            ("securityhub", "BatchUpdateFindings"): self.update,
            ("securityhub", "ListFindingAggregators"): self.aggregators,
            ("securityhub", "GetFindingAggregator"): self.aggregator,
        }

    def get_findings(self, now: Present, params: Params) -> Params:
        """Return a page of the findings that the filters let through."""
        tests = list(_tests(params.get("Filters") or {}))
        found = [each for each in self._present(now) if all(test(each) for test in tests)]
        held, token = page(found, params.get("NextToken"), params.get("MaxResults", SIZE))
        return {"Findings": held, **next_page("NextToken", token)}

    def update(self, now: Present, params: Params) -> Params:
        """Change what people may change of findings: workflow, note, user-defined fields."""
        at = datetime.fromtimestamp(now.clock.time(), UTC)
        done: list[Params] = []
        missing: list[Params] = []
        for named in params["FindingIdentifiers"]:
            found = [each for each in self._findings if _is(each, named)]
            for each in found:
                each.update(_changed(params, at))
            (done if found else missing).append(named)
        refused = [
            {"FindingIdentifier": named, "ErrorCode": "FindingNotFound", "ErrorMessage": "Finding Not Found"}
            for named in missing
        ]
        return {"ProcessedFindings": done, "UnprocessedFindings": refused}

    def aggregators(self, _now: Present, _params: Params) -> Params:
        """Return the finding aggregator, if the world has one."""
        return {"FindingAggregators": [{"FindingAggregatorArn": self._arn}] if self._aggregates else []}

    def aggregator(self, _now: Present, params: Params) -> Params:
        """Return where findings of all regions come together."""
        if not self._aggregates or params["FindingAggregatorArn"] != self._arn:
            raise AwsError("ResourceNotFoundException", "There is no such finding aggregator.", 404)
        mode = {"FindingAggregationRegion": self._aggregates, "RegionLinkingMode": "ALL_REGIONS"}
        return {"FindingAggregatorArn": self._arn, **mode}

    @property
    def _aggregates(self) -> str:
        return str(self._world.settings.get("finding_aggregation_region", ""))

    @property
    def _arn(self) -> str:
        return f"arn:aws:securityhub:{self._aggregates}:{self._world.account}:finding-aggregator/sandbox"

    def _present(self, now: Present) -> Iterator[Params]:
        """Yield the findings, those whose trouble is over as the next check would leave them."""
        for found in self._findings:
            healed = now.healed_finding(found["Id"])
            yield found if healed is None else found | _passed(found, healed)


def _written(world: World) -> Iterator[Mapping[str, object]]:
    for document in world.aws.get("securityhub", {}).values():
        held: Any = json_lines(document) if isinstance(document, str) else document
        yield from held.get("Findings", [held]) if isinstance(held, dict) else held


def _filled(found: Mapping[str, Any], world: World) -> Params:
    """Return a finding with the members that Security Hub always has.

    Its rules: https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html.
    """
    told: Params = {"SchemaVersion": "2018-10-08", "RecordState": "ACTIVE", "Region": world.region} | dict(found)
    severity = dict(told.get("Severity") or {})
    normalized = int(severity.get("Normalized", 0))
    severity.setdefault("Label", next(label for least, label in BOUNDS if normalized >= least))
    told["Severity"] = severity
    told.setdefault("Workflow", {"Status": "NEW"})
    told.setdefault("Description", told.get("Title", ""))
    told.setdefault("AwsAccountId", world.account)
    return dict(conform("securityhub", "AwsSecurityFinding", told))


def _tests(filters: Mapping[str, Any]) -> Iterator[Callable[[Params], bool]]:
    for name, wanted in filters.items():
        if name not in FIELDS:
            raise AwsError("InvalidInputException", f"This sandbox does not filter findings by {name}.")
        yield _test(FIELDS[name], wanted)


def _test(path: str, wanted: list[Params]) -> Callable[[Params], bool]:
    """Return a filter: any of the positive values, and none that a negative one excludes."""
    negative = [one for one in wanted if "NOT" in one["Comparison"]]
    positive = [one for one in wanted if one not in negative]

    def holds(found: Params) -> bool:
        told = list(_told(found, path.split(".")))
        fits = not positive or any(
            COMPARISONS[one["Comparison"]](each, one["Value"]) for one in positive for each in told
        )
        return fits and all(COMPARISONS[one["Comparison"]](each, one["Value"]) for one in negative for each in told)

    return holds


def _told(value: object, path: list[str]) -> Iterator[str]:
    match value:
        case list():
            for each in value:
                yield from _told(each, path)
        case dict() if path:
            yield from _told(value.get(path[0]), path[1:])
        case str():
            yield value


def _is(found: Params, named: Params) -> bool:
    return bool(found["Id"] == named["Id"] and found["ProductArn"] == named["ProductArn"])


def _changed(params: Params, at: datetime) -> Params:
    told: Params = {name: params[name] for name in ("Workflow", "UserDefinedFields") if name in params}
    if note := params.get("Note"):
        told["Note"] = note | {"UpdatedAt": _written_time(at)}
    return told | {"UpdatedAt": _written_time(at)}


def _passed(found: Params, healed: float) -> Params:
    at = _written_time(datetime.fromtimestamp(healed, UTC))
    compliance = dict(found.get("Compliance") or {}) | {"Status": "PASSED"}
    return {"Compliance": compliance, "Workflow": {"Status": "RESOLVED"}, "UpdatedAt": at}


def _written_time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"
