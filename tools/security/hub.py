"""Security Hub's open findings, the worst first, of all its accounts and regions, within a time that a reading has."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic_core import from_json

from tools.aws.client import securityhub
from tools.contract import ToolError
from tools.security.asff import BY, open_finding
from tools.security.records import SecurityFinding, Severity

if TYPE_CHECKING:
    from types_boto3_securityhub import SecurityHubClient
    from types_boto3_securityhub.type_defs import AwsSecurityFindingFiltersTypeDef

PAGE = 100
"""https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindings.html: the most a page holds."""

SECONDS = 15.0
"""Less than a reading has: with three pages a second (same page) a large account takes longer than that."""

Tests: TypeAlias = tuple[dict[str, str], ...]
_ACTIVE = {"RecordState": [{"Comparison": "EQUALS", "Value": "ACTIVE"}]}
_STATES: Tests = tuple({"Comparison": "EQUALS", "Value": value} for value in ("NEW", "NOTIFIED"))
_ASIDE: tuple[Tests, Tests] = (
    ({"Comparison": "EQUALS", "Value": "SUPPRESSED"},),
    ({"Comparison": "EQUALS", "Value": BY},),
)
"""What was set aside from here, with an end; what is over counts as open, so that nothing has to wake up for it."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What was read.

    Attributes:
        findings: The open ones, each once.
        regions: Where was asked; where findings of several regions are collected, that one.
        unread: Severities that time did not suffice for, the worst first.
        failures: Regions that could not be asked, and why.
    """

    findings: tuple[SecurityFinding, ...]
    regions: tuple[str, ...]
    unread: tuple[Severity, ...] = ()
    failures: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether everything was read."""
        return not (self.unread or self.failures)


def hub_findings(regions: Sequence[str], seconds: float = SECONDS) -> Reach:
    """Return the open findings of all accounts that Security Hub collects here.

    Args:
        regions: Regions to ask; what a finding aggregator collects is asked for there alone.
        seconds: After this long it stops; what is left is named.

    Raises:
        ToolError: No region could be asked.
    """
    places, until = collected_in(regions), time.monotonic() + seconds
    found: dict[tuple[str, str, str], SecurityFinding] = {}
    unread, failures = [], {}
    for severity, region in product(sorted(Severity, reverse=True), places):
        try:
            done = region in failures or _read(region, severity, found, until)
        except ToolError as error:
            failures[region] = f"{region}: {error}"
            continue
        unread += [] if done else [severity]
    if failures and len(failures) == len(places):
        raise ToolError(next(iter(failures.values())).partition(": ")[2])
    return Reach(tuple(found.values()), tuple(places), tuple(dict.fromkeys(unread)), tuple(failures.values()))


def findings_about(resource: str, regions: Sequence[str]) -> tuple[SecurityFinding, ...]:
    """Return what is open about one resource, by its id as findings have it.

    Raises:
        ToolError: A region could not be asked.
    """
    found: dict[tuple[str, str, str], SecurityFinding] = {}
    named = {"ResourceId": [{"Comparison": "EQUALS", "Value": resource}]}
    for region in collected_in(regions):
        with securityhub(region) as client:
            for page in _pages(client, {**_ACTIVE, **named}):
                for told in page:
                    _keep(told, found)
    return tuple(found.values())


def collected_in(regions: Sequence[str]) -> list[str]:
    """Return the regions to ask: the one where an aggregator collects the findings of all, else each."""
    with securityhub(regions[0]) as client:
        for one in client.list_finding_aggregators().get("FindingAggregators", []):
            told = client.get_finding_aggregator(FindingAggregatorArn=one["FindingAggregatorArn"])
            return [told["FindingAggregationRegion"]]
    return list(regions)


def _read(region: str, severity: Severity, found: dict[tuple[str, str, str], SecurityFinding], until: float) -> bool:
    """Add what is open of a severity, or was set aside from here; False if time ran out before the last page."""
    with securityhub(region) as client:
        for page in chain(_pages(client, _wanted(severity, _STATES)), _pages(client, _wanted(severity, *_ASIDE))):
            for told in page:
                _keep(told, found)
            if time.monotonic() > until:
                return False
    return True


def _keep(told: Mapping[str, Any], found: dict[tuple[str, str, str], SecurityFinding]) -> None:
    """Keep the newest word on a finding: it may come twice when it changes while pages are turned."""
    one = open_finding(told)
    if one is None:
        return
    key = one.product, one.id, one.resource
    if key not in found or found[key].updated <= one.updated:
        found[key] = one


def _wanted(severity: Severity, states: Tests, authors: Tests = ()) -> AwsSecurityFindingFiltersTypeDef:
    """Return the server's filters. What passed is left to `is_open`.

    A filter on the compliance status would drop what has none: threats, vulnerabilities and findings of other products.
    """
    wanted: dict[str, Any] = {
        **_ACTIVE,
        "WorkflowStatus": list(states),
        "SeverityLabel": [{"Comparison": "EQUALS", "Value": severity.name}],
        **({"NoteUpdatedBy": list(authors)} if authors else {}),
    }
    return wanted  # type: ignore[return-value]  # built up key by key


def _pages(client: SecurityHubClient, wanted: Mapping[str, Any]) -> Iterator[list[Mapping[str, Any]]]:
    token = ""
    client.meta.events.register_last(
        "before-parse.securityhub.GetFindings", _as_written, unique_id="findings as written"
    )
    while True:
        told: Any = client.get_findings(Filters=wanted, MaxResults=PAGE, **({"NextToken": token} if token else {}))  # type: ignore[arg-type]  # as above
        yield told["Findings"]
        token = told.get("NextToken", "")
        if not token:
            return


def _as_written(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object) -> None:
    """Take the findings of a page as they are: botocore copies them member by member, most of the time of a reading."""
    told = from_json(response_dict["body"] or b"{}")
    if isinstance(found := told.pop("Findings", None), list):
        customized_response_dict["Findings"] = found
        response_dict["body"] = json.dumps(told).encode()
