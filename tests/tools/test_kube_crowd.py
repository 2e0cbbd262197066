"""Logs of a workload: what is news, and what it always says."""

from datetime import UTC, datetime, timedelta

from tools.contract import Finding, JsonObject, Role
from tools.kube.blame import blame, examine
from tools.kube.crowd import as_ever, usual
from tools.kube.logwords import Line
from tools.kube.owners import scene
from tools.kube.queues import used

NOON = datetime(2026, 6, 2, 12, tzinfo=UTC)


def lines(*minutes: int, words: str = "ERROR failed to parse user agent") -> list[Line]:
    """Return a line for each minute before noon."""
    return [Line(NOON - timedelta(minutes=one), words) for one in minutes]


def test_errors_that_come_evenly_are_background() -> None:
    """What a program logs all the time, at one rate for half an hour or more, is no news."""
    assert usual(lines(*range(60)))
    assert not usual(lines(*range(20)))


def test_errors_that_begin_or_swell_are_news() -> None:
    """Errors that were not there in an earlier quarter, or come faster now, are trouble."""
    fine = lines(*range(60), words="served 420 requests")

    assert not usual([*fine, *lines(*range(15))])
    assert not usual([*lines(*range(60)), *lines(*range(10)), *lines(*range(10))])


def test_a_log_without_times_says_nothing_of_before() -> None:
    """Without times nobody knows whether errors are old."""
    assert not usual([Line(None, "ERROR no")] * 90)


def test_an_error_with_a_meaning_stays_trouble() -> None:
    """Only errors of no known meaning can be background: a refused connection may last as long as the log."""
    plain = Finding("log_errors", "deployment/shop/search", "search says: no.", "log", 0.7, Role.SYMPTOM)
    known = Finding("dependency_down", "deployment/shop/search", "search says: refused.", "log", 0.7, Role.SYMPTOM)

    assert as_ever(plain).role is Role.CONTEXT
    assert as_ever(known) == known


def test_a_queue_rests_on_who_names_it() -> None:
    """A workload that names a queue by URL or ARN is what its messages wait for; other addresses are none."""
    variables = [
        {"name": "QUEUE_URL", "value": "https://sqs.eu-west-1.amazonaws.com/210987654321/invoices"},
        {"name": "DLQ", "value": "arn:aws:sqs:eu-west-1:210987654321:invoices-dead"},
        {"name": "HOME_PAGE", "value": "https://shop.acme.example/210987654321/about"},
    ]
    containers: list[JsonObject] = [{"name": "main", "env": variables}]
    template: JsonObject = {"spec": {"containers": containers}}
    consumer: JsonObject = {"metadata": {"namespace": "shop", "name": "mailer"}, "spec": {"template": template}}

    found = list(used([consumer]))

    assert [one.subject for one in found] == ["queue/invoices", "queue/invoices-dead"]
    assert found[0].leads_to[0].args == {"namespace": "shop", "workload": "mailer"}


def test_a_pod_that_filled_the_disk_is_the_cause_of_its_eviction() -> None:
    """The kubelet says whose use it was; a pod evicted for others' use is a victim."""

    def role(message: str) -> Role:
        status: JsonObject = {"phase": "Failed", "reason": "Evicted", "message": message, "startTime": _ago(9)}
        owners: list[JsonObject] = [{"kind": "StatefulSet", "name": "thumbs", "controller": True}]
        meta: JsonObject = {"namespace": "shop", "name": "thumbs-0", "ownerReferences": owners}
        there = scene([{"metadata": meta, "spec": {}, "status": status}])
        return blame(there, examine(there, NOON), NOON)[0].role

    low = "The node was low on resource: ephemeral-storage."

    assert role(f"{low} Container thumbs was using 41Gi, has larger consumption of ephemeral-storage.") is Role.CAUSE
    assert role(low) is Role.SYMPTOM


def _ago(minutes: int) -> str:
    return (NOON - timedelta(minutes=minutes)).isoformat()
