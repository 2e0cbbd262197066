"""Security: what is open is ranked, and a click away from being closed."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from sandbox.conversation import NAMES
from sandbox.slack.visitor import wait_for
from tests.stories.conftest import Office

BUCKET = "S3.8/arn:aws:s3:::acme-receipts"
DATABASE = "arn:aws:rds:us-east-1:123456789012:db:reports-db"


@pytest.fixture(scope="module")
def shop(opens: Callable[..., Office]) -> Office:
    """Open an office with a bucket that may become public."""
    return opens("public-bucket")


def test_a_public_bucket_ends_as_a_merged_pull_request_and_a_closed_finding(shop: Office) -> None:
    """Ana has it fixed, Ben approves the pull request, two people its merge, and the posture is rid of it."""
    thread = shop.asks("ana", "posture fix acme-receipts")
    card = thread.card("open")
    thread.clicks("ben", "infra_approve", card)
    thread.card("done")
    [pull] = shop.company.hub.repositories["acme/infrastructure"].pulls.values()
    before = subjects(shop)

    merging = shop.asks("ana", f"merge pull request {pull.number} of acme/infrastructure")
    merge = merging.card("open")
    merging.clicks("ben", "infra_approve", merge)
    merging.clicks("cara", "infra_approve", merge)
    merging.card("done")
    wait_for(lambda: pull.merged)

    assert (pull.labels, pull.reviewers) == (["security-remediation"], ["cara"])
    assert BUCKET in before
    assert wait_for(lambda: BUCKET not in subjects(shop))
    git = shop.company.hub.repositories["acme/infrastructure"].git
    assert b"restrict_public_buckets = true" in git.run("show", "main:storage.tf")


def test_a_risk_is_accepted_by_two_people_with_a_reason_and_a_day(shop: Office) -> None:
    """One yes is not enough, nor is that of who asked; then the finding is off the list, with why and until when."""
    until = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    before = subjects(shop)
    thread = shop.asks("ana", f"posture suppress RDS.3 on {DATABASE} until {until} because it is deleted in May")
    card = thread.card("open")

    thread.clicks("ana", "infra_approve", card)
    thread.clicks("ben", "infra_approve", card)
    wait_for(lambda: [one for one in thread.bot_messages() if one["ts"] == card.ts and NAMES["ben"] in str(one)])
    halfway = thread.card("open")
    thread.clicks("cara", "infra_approve", card)
    thread.card("done")

    assert f"RDS.3/{DATABASE}" in before
    assert halfway.approval_id == card.approval_id
    assert wait_for(lambda: f"RDS.3/{DATABASE}" not in subjects(shop))
    kept = found(shop, DATABASE)
    assert kept["Workflow"]["Status"] == "SUPPRESSED"
    assert kept["Note"]["Text"] == f"it is deleted in May (until {until})"


def found(shop: Office, resource: str) -> dict[str, Any]:
    """Return the finding about a resource as Security Hub has it."""
    hub = boto3.client(
        "securityhub",
        endpoint_url=shop.company.urls["aws"],
        region_name="us-east-1",
        aws_access_key_id="sandbox",
        aws_secret_access_key="sandbox",
    )
    with closing(hub):
        told = hub.get_findings(Filters={"ResourceId": [{"Value": resource, "Comparison": "EQUALS"}]})["Findings"]
    return next(dict(one) for one in told if "RDS.3" in str(one))


def subjects(shop: Office) -> list[str]:
    """Ask for the posture; return what it lists."""
    return [one["finding"]["subject"] for one in shop.asks("ana", "posture").report()["findings"]]
