"""Security: what is open is ranked, and a click away from being closed."""

from collections.abc import Callable

import pytest

from sandbox.slack.visitor import wait_for
from tests.stories.conftest import Office

BUCKET = "S3.8/arn:aws:s3:::acme-receipts"


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


def subjects(shop: Office) -> list[str]:
    """Ask for the posture; return what it lists."""
    return [one["finding"]["subject"] for one in shop.asks("ana", "posture").report()["findings"]]
