"""The security posture over as many findings as a large organization has, read page by page from a Security Hub."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from typing import Any

from sandbox.bench.rows import Row
from sandbox.product import CHECKOUT

FINDINGS = 50_000
LABELS = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL")
CONTROLS = ("S3.8", "EC2.13", "RDS.2", "S3.5", "IAM.3", "KMS.4", "EC2.8", "SQS.1", "ECR.1", "CloudTrail.4")
ACCOUNTS, PAGE = 40, 100
BUCKET: dict[str, Any] = {
    "Type": "AwsS3Bucket",
    "Partition": "aws",
    "Region": "us-east-1",
    "Details": {"AwsS3Bucket": {"OwnerId": "0" * 64, "CreatedAt": "2025-01-01T08:00:00.000Z"}},
}
ALIKE: dict[str, Any] = {
    "SchemaVersion": "2018-10-08",
    "ProductArn": "arn:aws:securityhub:us-east-1::product/aws/securityhub",
    "ProductName": "Security Hub",
    "CompanyName": "AWS",
    "Region": "us-east-1",
    "Types": ["Software and Configuration Checks/Industry and Regulatory Standards"],
    "CreatedAt": "2025-01-01T08:00:00.000Z",
    "UpdatedAt": "2026-01-01T08:00:00.000Z",
    "Description": "This control checks whether the resource is set up as it should be. " * 4,
    "Remediation": {"Recommendation": {"Text": "See the documentation.", "Url": "https://docs.aws.amazon.com/"}},
    "ProductFields": {f"RelatedAWSResources:0/name-{key}": f"securityhub-rule-{key}" for key in range(8)},
    "WorkflowState": "NEW",
    "Workflow": {"Status": "NEW"},
    "RecordState": "ACTIVE",
}
"""What all findings have alike."""
READING = """
import json, resource, time
from tools.security.readings import security_posture

began = time.perf_counter()
seen = security_posture.call()
took = time.perf_counter() - began
print(json.dumps([took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, seen.text]))
"""


def posture() -> Iterator[Row]:
    """Measure one reading, in a process of its own: its seconds and the most memory it ever held."""
    for label, start in product(LABELS, range(0, FINDINGS // len(LABELS), PAGE)):
        _page(label, start, PAGE)  # made before, so that what is measured is the reading
    with _security_hub() as url:
        environment = os.environ | {
            "AWS_ENDPOINT_URL": url,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
        }
        told = subprocess.run(  # noqa: S603 - the script above
            [sys.executable, "-c", READING], cwd=CHECKOUT, env=environment, check=True, capture_output=True
        )
    took, held, text = json.loads(told.stdout)
    complete = f"{FINDINGS:,} open findings" in text
    yield Row("posture_50k", took if complete else float("inf"), "s", FINDINGS, 10)
    yield Row("posture_50k_rss", held, "MiB", FINDINGS, 400)


class _Hub(BaseHTTPRequestHandler):
    """Answers GetFindings from a table, a page of a hundred at a time."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer that no region collects the findings of others."""
        self._answer(json.dumps({"FindingAggregators": []}).encode())

    def do_POST(self) -> None:
        """Answer a page."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        wanted = asked["Filters"]
        if wanted["WorkflowStatus"][0]["Value"] != "NEW":
            self._answer(json.dumps({"Findings": []}).encode())
            return
        self._answer(_page(wanted["SeverityLabel"][0]["Value"], int(asked.get("NextToken", 0)), asked["MaxResults"]))

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@cache
def _page(label: str, start: int, size: int) -> bytes:
    count = FINDINGS // len(LABELS)
    page = [_finding(label, number) for number in range(start, min(start + size, count))]
    more = {"NextToken": str(start + size)} if start + size < count else {}
    return json.dumps({"Findings": page, **more}).encode()


def _finding(label: str, number: int) -> dict[str, Any]:
    """Return a finding with all that Security Hub writes into one, about 2 kB."""
    control, account = CONTROLS[number % len(CONTROLS)], f"{100_000_000_000 + number % ACCOUNTS}"
    name = f"bench-{label.lower()}-{number}"
    return {
        **ALIKE,
        "Id": f"arn:aws:securityhub:us-east-1:{account}:security-control/{control}/finding/{name}",
        "GeneratorId": f"security-control/{control}",
        "AwsAccountId": account,
        "FirstObservedAt": f"2025-{number % 12 + 1:02}-{number % 28 + 1:02}T08:00:00.000Z",
        "Severity": {"Label": label, "Normalized": 70, "Original": label},
        "Title": f"{control} should hold for every resource that it is about",
        "Resources": [{"Id": f"arn:aws:s3:::{name}", **BUCKET}],
        "Compliance": {"Status": "FAILED", "SecurityControlId": control},
    }


@contextmanager
def _security_hub() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hub)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
