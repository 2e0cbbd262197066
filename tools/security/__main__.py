"""`python -m tools.security posture|remedies`: what is open, or edits for what a line of JSON each says, as JSON."""

import json
import sys
from collections.abc import Iterator

from tools.contract import JsonObject
from tools.security.homes import regions
from tools.security.hub import hub_findings
from tools.security.posture import issues
from tools.security.remedies.remedy import CannotFix, Target
from tools.security.remedying import remedied
from tools.terraform.pipeline import judge


def main(command: str) -> int:
    """Print a line of JSON for each issue, or for each line read."""
    lines = posture() if command == "posture" else remedies(sys.stdin.read().splitlines())
    for line in lines:
        sys.stdout.write(json.dumps(line) + "\n")
    return 0


def posture() -> Iterator[JsonObject]:
    """Yield what is open, in order."""
    for issue in issues(hub_findings(regions()).findings):
        ids = [[one.id, one.resource, one.severity.name] for one in issue.findings]
        yield {"control": issue.control, "resource": issue.resource, "severity": issue.severity.name, "findings": ids}


def remedies(lines: list[str]) -> Iterator[JsonObject]:
    """Yield for each `{control, names, account, region, files}` all files after and what the judge says, or why not."""
    for told in map(json.loads, lines):
        target = Target(told["control"], tuple(told["names"]), told["account"], told["region"])
        try:
            after = {**told["files"], **remedied(target, told["files"]).files}
        except CannotFix as refusal:
            yield {"control": target.control, "refused": str(refusal)}
            continue
        failed = [step for step in judge(after).steps if step.state == "failed"]
        yield {"control": target.control, "files": after, "failed": [f"{one.name}: {one.details}" for one in failed]}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "posture"))
