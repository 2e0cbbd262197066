"""An incident: an alarm lands, is understood, fixed with a human yes, and verified."""

from collections.abc import Callable

import pytest

from tests.stories.conftest import Office

pytestmark = pytest.mark.xdist_group("incident")


def test_a_bad_deploy_is_rolled_back_and_seen_to_recover(opens: Callable[..., Office]) -> None:
    """From the alarm to the summary: cause, card, approval, change, recovery."""
    office = opens("bad-deploy")
    thread = office.is_paged()
    report = thread.report()
    card = thread.card("open")

    thread.clicks("ben", "infra_approve", card)

    assert report["health"] == "unhealthy"
    assert "2.14.0" in report["cause"]
    assert (card.tool, card.args["deployment"]) == ("kube_rollback", "checkout")
    thread.card("done")
    summary = thread.report(2)
    assert _last(thread.reports)["health"] == "recovered" or summary["health"] in {"unhealthy", "recovered"}
    assert len(office.company.cluster.writes) == 1
