"""Alerts that belong together become one incident, and a storm becomes a few."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agents.contract import Alert
from bot.intake.grouping import AGAIN, Arrived, Grouping
from bot.intake.record import Received
from bot.store.incidents import Incident

NOW = datetime(2026, 5, 4, 14, 5, tzinfo=UTC)
WINDOW = timedelta(minutes=15)
CALLS = {("storefront", "checkout"), ("checkout", "orders-db"), ("storefront", "orders-db")}
GROUPING = Grouping(WINDOW, 4, lambda one, other: (one, other) in CALLS or (other, one) in CALLS)


def arrived(name: str, service: str = "", state: str = "firing", key: str = "", severity: str = "P2") -> Arrived:
    """Return an alert that came in."""
    alert = Alert("alertmanager", name, state, severity=severity, service=service)
    return Arrived(
        Received(alert, key or f"{name}/{service}", name), service, looks=True, to="C0INCIDEN", delivery=name
    )


def after(*alerts: Arrived, apart: timedelta = timedelta(seconds=1)) -> list[Incident]:
    """Return the incidents after these alerts came, in the order they were opened."""
    known: dict[str, Incident] = {}
    for number, one in enumerate(alerts):
        placed = GROUPING.place(one, tuple(reversed(known.values())), NOW + number * apart)
        known |= {placed.id: placed} if placed else {}
    return list(known.values())


def test_the_same_alert_again_is_no_new_incident() -> None:
    """It is counted, however late it comes again."""
    [incident] = after(arrived("HighErrorRate", "checkout"), arrived("HighErrorRate", "checkout"), apart=2 * WINDOW)

    assert (incident.count, len(incident.troubles)) == (2, 1)


def test_what_a_service_depends_on_is_the_same_incident() -> None:
    """The database, the service on it and the pages on that fail together."""
    [incident] = after(arrived("Connections", "orders-db"), arrived("5xx", "checkout"), arrived("Slow", "storefront"))

    assert [one.service for one in incident.troubles] == ["orders-db", "checkout", "storefront"]


def test_services_that_have_nothing_to_do_with_each_other_are_apart() -> None:
    """One incident must not hide another."""
    assert len(after(arrived("5xx", "checkout"), arrived("Disk", "search"))) == 2


def test_what_comes_later_than_the_window_is_apart() -> None:
    """Another alert of the service tomorrow is tomorrow's incident."""
    assert len(after(arrived("5xx", "checkout"), arrived("Slow", "checkout"), apart=WINDOW * 2)) == 2


def test_the_same_alert_of_many_pods_is_one_incident() -> None:
    """Nobody knows the service, but the alert has one name."""
    [incident] = after(*(arrived("CrashLooping", key=f"pod-{number}") for number in range(30)))

    assert len(incident.troubles) == 30


def test_an_incident_is_over_once_all_of_it_is() -> None:
    """It says when, and how long it took."""
    both = arrived("5xx", "checkout"), arrived("Slow", "checkout")

    [half] = after(*both, arrived("5xx", "checkout", "resolved"))
    [over] = after(*both, arrived("5xx", "checkout", "resolved"), arrived("Slow", "checkout", "resolved"))

    assert half.resolved is None
    assert over.took == timedelta(seconds=3)


def test_a_recovery_by_another_door_finds_its_incident() -> None:
    """Slack's message about an alarm has another key than SNS's; its name is the same."""
    [over] = after(
        arrived("checkout-5xx", "checkout", key="arn"), arrived("checkout-5xx", key="slack", state="resolved")
    )

    assert over.resolved


def test_a_recovery_of_a_namesake_closes_nothing() -> None:
    """A thousand findings have one title: that one bucket's is closed leaves the other's open."""
    finding, other = arrived("Buckets should be private", key="a"), arrived("Buckets should be private", "", "ok", "b")
    fires = replace(finding, received=_about(finding.received, "arn:aws:s3:::receipts"))
    closes = replace(other, received=_about(other.received, "arn:aws:s3:::press-kit"))

    [incident] = after(fires, closes)

    assert incident.resolved is None


def _about(received: Received, resource: str) -> Received:
    return replace(received, alert=replace(received.alert, resource=resource))


def test_a_recovery_of_nothing_opens_nothing() -> None:
    """There is nothing to tell."""
    assert after(arrived("5xx", "checkout", "resolved")) == []


def test_what_fires_again_soon_is_the_same_incident_and_is_looked_into_anew() -> None:
    """It is open again, and a new look is due once the last one is old enough."""
    [over] = after(arrived("5xx", "checkout"), arrived("5xx", "checkout", "resolved"))
    looked = replace(over, looked=NOW)

    again = GROUPING.place(arrived("5xx", "checkout"), (looked,), NOW + AGAIN + timedelta(seconds=5))
    soon = GROUPING.place(arrived("5xx", "checkout"), (looked,), NOW + timedelta(seconds=5))

    assert again
    assert soon
    assert (again.id, again.resolved, again.looked, again.look) == (over.id, None, None, 1)
    assert (soon.resolved, soon.looked, soon.look) == (None, NOW, 0)


@given(st.lists(st.tuples(st.integers(0, 50), st.sampled_from(["firing", "resolved"])), max_size=120))
def test_a_storm_opens_no_more_than_the_most(storm: list[tuple[int, str]]) -> None:
    """Whatever fires, the last incident takes in what comes while too much happens at once."""
    alerts = [arrived(f"alert-{number}", f"service-{number}", state) for number, state in storm]

    incidents = after(*alerts)

    assert len(incidents) <= GROUPING.most
    firing = {one for one in alerts if one.received.alert.state == "firing"}
    assert sum(len(one.troubles) for one in incidents) >= min(100, len({one.received.key for one in firing}))
