"""GuardDuty, Config and IAM Access Analyzer as a world wrote them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.aws.errors import AwsError
from sandbox.aws.paging import next_page, page
from sandbox.aws.present import Present
from sandbox.aws.shapes import conform
from sandbox.aws.wire import Params
from sandbox.world import World

DETECTOR = "5ab0d3f1c7e94b2a8d6f4c3b2a190817"
ANALYZER = "infra-sandbox"
SIZE = 50


class Watchers:
    """What the three services hold of one account; a service whose folder the world lacks is switched off."""

    def __init__(self, world: World) -> None:
        self._on = {name for name in ("guardduty", "config", "accessanalyzer") if name in world.aws}
        self._threats = _listed(world, "guardduty", "Findings", "guardduty", "Finding")
        self._evaluations = _listed(world, "config", "EvaluationResults", "config", "EvaluationResult")
        self._accesses = _listed(world, "accessanalyzer", "findings", "accessanalyzer", "FindingSummaryV2")
        self._analyzer = f"arn:aws:access-analyzer:{world.region}:{world.account}:analyzer/{ANALYZER}"
        self.operations = {
            ("guardduty", "ListDetectors"): self.detectors,
            ("guardduty", "ListFindings"): self.threat_ids,
            ("guardduty", "GetFindings"): self.threats,
            ("config", "DescribeComplianceByConfigRule"): self.rules,
            ("config", "GetComplianceDetailsByConfigRule"): self.evaluations,
            ("accessanalyzer", "ListAnalyzers"): self.analyzers,
            ("accessanalyzer", "ListFindingsV2"): self.accesses,
        }

    def detectors(self, _now: Present, _params: Params) -> Params:
        """Return the detector, if GuardDuty is on."""
        return {"DetectorIds": [DETECTOR] if "guardduty" in self._on else []}

    def threat_ids(self, _now: Present, params: Params) -> Params:
        """Return the ids of findings; the one criterion served is whether they are archived."""
        wanted = params.get("FindingCriteria", {}).get("Criterion", {})
        if set(wanted) - {"service.archived"}:
            raise AwsError("BadRequestException", f"This sandbox does not look for {', '.join(sorted(wanted))}.")
        allowed = wanted.get("service.archived", {}).get("Equals") or wanted.get("service.archived", {}).get("Eq")
        found = [one["Id"] for one in self._threats if not allowed or _archived(one) in allowed]
        held, token = page(found, params.get("NextToken"), params.get("MaxResults", SIZE))
        return {"FindingIds": held, **next_page("NextToken", token)}

    def threats(self, _now: Present, params: Params) -> Params:
        """Return findings by id."""
        return {"Findings": [one for one in self._threats if one["Id"] in params["FindingIds"]]}

    def rules(self, _now: Present, params: Params) -> Params:
        """Return the rules with their worst result."""
        results: dict[str, str] = {}
        for name, told in self._judged():
            results[name] = told if results.get(name) != "NON_COMPLIANT" else "NON_COMPLIANT"
        wanted = params.get("ComplianceTypes") or list(set(results.values()))
        found = [
            {"ConfigRuleName": name, "Compliance": {"ComplianceType": told}}
            for name, told in sorted(results.items())
            if told in wanted
        ]
        held, token = page(found, params.get("NextToken"), SIZE)
        return {"ComplianceByConfigRules": held, **next_page("NextToken", token)}

    def evaluations(self, _now: Present, params: Params) -> Params:
        """Return the results of a rule."""
        wanted = params.get("ComplianceTypes") or ["COMPLIANT", "NON_COMPLIANT", "NOT_APPLICABLE"]
        pairs = zip(self._judged(), self._evaluations, strict=True)
        found = [one for (name, told), one in pairs if name == params["ConfigRuleName"] and told in wanted]
        held, token = page(found, params.get("NextToken"), params.get("Limit") or SIZE)
        return {"EvaluationResults": held, **next_page("NextToken", token)}

    def analyzers(self, now: Present, _params: Params) -> Params:
        """Return the analyzer, if there is one."""
        made = {"arn": self._analyzer, "name": ANALYZER, "type": "ACCOUNT", "status": "ACTIVE"}
        created = {"createdAt": conform("accessanalyzer", "Timestamp", now.clock.time() - 86400)}
        return {"analyzers": [made | created] if "accessanalyzer" in self._on else []}

    def accesses(self, _now: Present, params: Params) -> Params:
        """Return findings; filtered by status alone."""
        wanted = params.get("filter", {}).get("status", {}).get("eq")
        found = [one for one in self._accesses if not wanted or one["status"] in wanted]
        held, token = page(found, params.get("nextToken"), params.get("maxResults", SIZE))
        return {"findings": held, **next_page("nextToken", token)}

    def _judged(self) -> Iterator[tuple[str, str]]:
        for one in self._evaluations:
            qualifier = one["EvaluationResultIdentifier"]["EvaluationResultQualifier"]
            yield qualifier["ConfigRuleName"], one["ComplianceType"]


def _listed(world: World, folder: str, member: str, service: str, shape: str) -> list[Any]:
    documents = world.aws.get(folder, {}).values()
    held = [each for document in documents if isinstance(document, dict) for each in document.get(member, [])]
    return [conform(service, shape, world.shifted(each)) for each in held]


def _archived(found: Params) -> str:
    return str(bool(found.get("Service", {}).get("Archived"))).lower()
