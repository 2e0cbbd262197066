"""An incident: an alarm lands, is understood, fixed with a human yes, and verified."""

import re
from collections.abc import Callable

from sandbox.conversation import Conversation
from sandbox.slack.visitor import wait_for
from sandbox.slack.wire import Body
from tests.stories.conftest import Office


def test_a_bad_deploy_is_rolled_back_and_seen_to_recover(opens: Callable[..., Office]) -> None:
    """From the alarm to the summary: cause, card, approval, one change, recovery."""
    office = opens("bad-deploy")
    thread = office.is_paged()
    report = thread.report()
    card = thread.card("open")

    thread.clicks("ben", "infra_approve", card)

    assert report["health"] == "unhealthy"
    assert "PAYMENTS_API_URL" in report["cause"] or "2.14.0" in report["cause"]
    assert (card.tool, card.args["deployment"]) == ("kube_rollback", "checkout")
    assert thread.card("done").approval_id == card.approval_id
    assert recovered(thread)["answer"].startswith("**Recovered")
    assert len(office.company.cluster.writes) == 1
    assert wait_for(lambda: re.search(r"1 over · MTTR \d.* · approval wait [\d.]+ m?s", scoreboard(office), re.DOTALL))


def test_a_database_without_connections_is_traced_to_who_uses_them_up(opens: Callable[..., Office]) -> None:
    """The cause is the worker that was scaled up, not the decoys, and scaling it back ends it."""
    office = opens("connections")
    thread = office.is_paged()
    report = thread.report()
    card = thread.card("open")

    thread.clicks("cara", "infra_approve", card)

    assert "orders-worker" in report["cause"]
    assert "orders-db" in report["cause"]
    assert (card.tool, card.args) == (
        "kube_scale",
        {"namespace": "shop", "deployment": "orders-worker", "replicas": 3},
    )
    assert recovered(thread)["health"] == "recovered"


def test_a_false_alarm_changes_nothing(opens: Callable[..., Office]) -> None:
    """Where nothing is wrong, that is the answer, and nothing is proposed."""
    office = opens("false-alarm")

    thread = office.is_paged()

    report = thread.report()
    assert report["health"] in {"healthy", "recovered"}
    assert report["cause"] == ""
    assert thread.cards() == []
    assert office.company.cluster.writes == []


def scoreboard(office: Office) -> str:
    """Let a person ask how well it went."""
    return str(office.asks("ana", "scoreboard today", "general").report()["answer"])


def recovered(thread: Conversation) -> Body:
    """Wait for the report that says it has recovered."""
    return wait_for(lambda: [report for report in thread.reports() if report["health"] == "recovered"])[0]
