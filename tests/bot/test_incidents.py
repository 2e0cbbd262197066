"""From an alert at a door to an incident in a channel: kept before it is acknowledged, told once, looked into once."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from agents.contract import Alert, AskKind, ThreadRef
from bot.announcing import TRIES, Announcing
from bot.intake.record import Received
from bot.intake.rules import Rules, read_rules
from bot.intake.taking import Intake
from bot.polling import Polling
from bot.receiving import Receiving
from bot.slack.board import card
from bot.store.incidents import Incident
from bot.store.silences import Silence
from bot.thread import NotShownError
from bot.web import make_web
from config.settings import HERE
from tests.bot.conftest import Stage
from tests.bot.flow_fakes import TEAM, THREAD
from tools.aws.alert_queue import Queued

SECRET = "correct horse"
ALERT = {"alerts": [{"status": "firing", "labels": {"alertname": "Slow", "service": "search", "severity": "high"}}]}


def received(name: str = "Slow", service: str = "search", state: str = "firing", **more: Any) -> Received:
    """Return an alert."""
    alert = Alert("alertmanager", name, state, severity=more.pop("severity", "P2"), service=service)
    return Received(alert, f"{name}/{service}", f"{name} {state} {more}")


@dataclass
class FakeBoard:
    """Remembers what it was to show, and fails as often as it is told to."""

    shown: list[Incident] = field(default_factory=list)
    failing: int = 0
    busy: bool = False

    def room(self) -> bool:
        """Tell what it was told to."""
        return not self.busy

    async def show(self, incident: Incident) -> ThreadRef:
        """Remember an incident."""
        if self.failing:
            self.failing -= 1
            raise NotShownError("Slack declined chat.postMessage: not_in_channel.")
        self.shown.append(incident)
        return incident.thread or ThreadRef(TEAM, incident.to, f"17{len(self.shown)}.0001")


@dataclass
class FakeInbox:
    """A queue in memory."""

    messages: list[Queued] = field(default_factory=list)

    def receive(self) -> list[Queued]:
        """Give all of it, once more."""
        self.messages = [replace(one, receives=one.receives + 1) for one in self.messages]
        return list(self.messages)

    def delete(self, message: Queued) -> None:
        """Delete a message."""
        self.messages = [one for one in self.messages if one.id != message.id]

    def release(self, message: Queued) -> None:
        """Leave it there."""


@dataclass
class Site:
    """An intake on a real store, and what announces its incidents."""

    stage: Stage
    intake: Intake
    board: FakeBoard
    announcing: Announcing

    async def incidents(self) -> tuple[Incident, ...]:
        """Return all that are open or lately closed."""
        return await self.stage.store.incidents.recent()

    async def asked(self) -> int:
        """Return how many runs were asked for."""
        return len(await self.stage.store.runs.open())


@pytest.fixture
def site(stage: Stage) -> Site:
    """Return an intake under the rules that are shipped."""
    board, window = FakeBoard(), timedelta(minutes=15)
    announcing = Announcing(stage.ports, board, stage.flow.hear, window, timedelta(hours=24))
    return Site(stage, Intake(stage.store, read_rules(HERE / "alerts.toml")), board, announcing)


@pytest.fixture
async def http(site: Site) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    """Listen to alerts over HTTP."""
    receiving = Receiving(site.intake, {"alertmanager": SECRET})
    async with TestClient(TestServer(make_web(None, "", {}, receiving.receive))) as client:
        yield client


async def test_alerts_that_belong_together_are_told_once_and_looked_into_once(site: Site) -> None:
    """One message, one run; what comes later brings the message up to date."""
    await site.intake.take([received(), received("Errors")])
    await site.announcing.announce()
    await site.intake.take([received("Queue")])
    await site.announcing.announce()

    assert [len(one.troubles) for one in site.board.shown] == [2]
    assert await site.asked() == 1
    assert len((await site.incidents())[0].troubles) == 3


async def test_a_recovery_closes_the_incident_with_its_times(site: Site) -> None:
    """The scoreboard reads when it began, when it was over, and how long it took."""
    before = await site.stage.store.connection.now()
    await site.intake.take([received()])
    await site.announcing.announce()
    await site.intake.take([received(state="resolved")])
    await site.announcing.announce()

    [closed] = await site.stage.store.incidents.closed_since(before)

    assert closed.took
    assert closed.took > timedelta(0)
    assert site.board.shown[-1].resolved == closed.resolved


async def test_the_same_delivery_again_changes_nothing(site: Site) -> None:
    """Senders repeat what they did not hear us acknowledge."""
    for _ in range(3):
        await site.intake.take([received()])

    [incident] = await site.incidents()
    counts = await site.stage.store.incidents.counts()
    assert incident.count == 1
    assert (counts["taken"], counts["gathered"], counts["repeated"]) == (3, 1, 2)


async def test_many_at_once_open_one(site: Site) -> None:
    """Whoever comes first opens it; the others find it."""
    await asyncio.gather(*(site.intake.take([received(pod=number)]) for number in range(20)))

    [incident] = await site.incidents()
    assert incident.count == 20


async def test_what_is_new_does_not_wait_for_updates(site: Site) -> None:
    """While Slack takes no more updates, new incidents are told, and the updates come later."""
    await site.intake.take([received()])
    await site.announcing.announce()
    site.board.busy = True

    await site.intake.take([received(state="resolved"), received("Errors", "billing")])
    await site.announcing.announce()
    site.board.busy = False
    await site.announcing.announce()

    assert [one.title for one in site.board.shown] == ["Slow", "Errors", "Slow"]


async def test_rules_keep_quiet(site: Site) -> None:
    """A P4 is counted, and nothing else."""
    [taken] = await site.intake.take([received(severity="P4")])

    assert taken.incident is None
    assert (await site.stage.store.incidents.counts())["quiet"] == 1


async def test_a_silence_starts_nothing_and_ends(site: Site) -> None:
    """By name, with a star, for as long as somebody said."""
    now = await site.stage.store.connection.now()
    await site.intake.snooze("slo*", now + timedelta(hours=1), "U0BEN0001")

    [quiet] = await site.intake.take([received()])
    [other] = await site.intake.take([received("Errors", "billing")])

    assert quiet.incident is None
    assert other.opened


async def test_a_snoozed_incident_is_left_alone(site: Site) -> None:
    """Its alerts are kept in it, and nobody is told until then."""
    [taken] = await site.intake.take([received()])
    assert taken.incident
    now = await site.stage.store.connection.now()

    await site.intake.snooze(taken.incident.id, now + timedelta(hours=1), "U0BEN0001")
    await site.announcing.announce()

    assert site.board.shown == []
    assert await site.asked() == 0


@pytest.mark.parametrize("silence", ["", "slo*"])
async def test_a_recovery_is_heard_whatever_is_quiet(silence: str, site: Site) -> None:
    """Many systems grade a recovery as mere information, and what was silenced meanwhile is over all the same."""
    await site.intake.take([received()])
    if silence:
        await site.intake.snooze(silence, await site.stage.now() + timedelta(hours=1), "U0BEN0001")

    [taken] = await site.intake.take([received(state="resolved", severity="P4")])
    [stray] = await site.intake.take([received("Other", "other", state="resolved", severity="P4")])

    assert taken.incident
    assert taken.incident.resolved
    assert stray.incident is None


async def test_a_silence_ends_early(site: Site) -> None:
    """What comes next starts a look, and who ended it is on record; what was never silenced is called so."""
    now = await site.stage.store.connection.now()
    await site.intake.snooze("Slo*", now + timedelta(hours=1), "U0BEN0001")

    unknown = await site.intake.unsnooze("slow", "U0BEN0001")
    ended = await site.intake.unsnooze("slo*", "U0CARA001")
    [taken] = await site.intake.take([received()])

    assert (unknown, ended) == (False, True)
    assert taken.opened
    assert [one.data["by"] for one in site.stage.store.trail.records() if one.kind == "unsnoozed"] == ["U0CARA001"]


async def test_a_snoozed_incident_is_told_when_its_snooze_is_ended(site: Site) -> None:
    """What came meanwhile is shown with it."""
    [taken] = await site.intake.take([received()])
    assert taken.incident
    now = await site.stage.store.connection.now()
    await site.intake.snooze(taken.incident.id, now + timedelta(hours=1), "U0BEN0001")
    await site.announcing.announce()

    await site.intake.unsnooze(taken.incident.id, "U0BEN0001")
    await site.announcing.announce()

    assert [one.id for one in site.board.shown] == [taken.incident.id]
    assert await site.asked() == 1


async def test_silences_say_until_when_and_for_whom(site: Site) -> None:
    """To the second."""
    now = await site.stage.store.connection.now()
    await site.stage.store.silences.begin(Silence("Slow", now + timedelta(hours=1), "U0BEN0001"), now)

    [silence] = await site.stage.store.silences.all(now)

    assert (silence.pattern, silence.by) == ("slow", "U0BEN0001")
    assert timedelta(minutes=30) < silence.until - now <= timedelta(hours=1)


async def test_what_slack_declines_is_tried_three_times_and_parked(site: Site) -> None:
    """It does not stand in the way of the others, and people can find it."""
    site.board.failing = TRIES
    await site.intake.take([received()])

    for _ in range(TRIES + 2):
        await site.announcing.announce()

    assert site.board.shown == []
    assert "not_in_channel" in (await site.stage.store.incidents.parked())[0]


async def test_what_was_put_aside_is_tried_again_when_somebody_says_so(site: Site) -> None:
    """An incident that Slack declined is told, an alert is taken in, what fails again stays; it is on record."""
    site.board.failing = TRIES
    await site.intake.take([received()])
    for _ in range(TRIES):
        await site.announcing.announce()
    await site.intake.park("sqs", json.dumps({"name": "disk-full", "service": "search"}), "the store was full")
    await site.intake.park("sqs", "[" * 100_000, "it is nested too deep")

    released = await site.intake.release("U0BEN0001")
    await site.announcing.announce()

    assert (released.taken, [one.source for one in released.left]) == (2, ["sqs"])
    assert (bool(site.board.shown), len(await site.intake.parked())) == (True, 1)
    assert (await site.stage.store.incidents.counts())["gathered"] == 2
    assert "alerts released" in [record.kind for record in site.stage.store.trail.records()]


async def test_an_alert_in_slack_is_answered_where_it_is(site: Site) -> None:
    """Its incident has the message's thread, no message of its own, and no second run."""
    [taken] = await site.intake.take([received()], THREAD)
    await site.announcing.announce()

    assert taken.opened
    assert taken.incident
    assert (taken.incident.thread, taken.incident.own) == (THREAD, False)
    assert site.board.shown == []
    assert await site.asked() == 0


async def test_the_run_is_told_what_the_alert_says(site: Site) -> None:
    """Kind, words, severity and thread are those of the incident."""
    await site.intake.take([received()])
    await site.announcing.announce()

    [name] = await site.stage.store.runs.open()
    run = await site.stage.store.runs.get(name)

    assert run
    assert run.ask.alert
    assert (run.ask.kind, run.ask.asker, run.ask.alert.severity) == (AskKind.ALERT, "", "P2")
    assert run.ask.thread.channel == "C0INCIDEN"


async def test_an_alert_is_kept_before_it_is_acknowledged(site: Site, http: TestClient[Any, Any]) -> None:
    """The answer names the incident that it is in."""
    answer = await http.post("/alerts/alertmanager", json=ALERT, headers={"Authorization": f"Bearer {SECRET}"})

    [incident] = await site.incidents()
    assert (answer.status, await answer.json()) == (200, {"taken": 1, "incidents": [incident.id]})


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/alerts/alertmanager", "{}", 401),
        ("/alerts/datadog?token=correct%20horse", "{}", 401),
        ("/alerts/alertmanager?token=correct%20horse", "[" * 100_000, 400),
        ("/alerts/alert.manager?token=correct%20horse", "{}", 404),
        ("/alerts/alertmanager?token=correct%20horse", "x" * 1_100_000, 413),
        ("/alerts/alertmanager?token=correct%20horse", "disk full on web-1", 200),
        (
            "/alerts/sns",
            json.dumps({"Type": "Notification", "TopicArn": "arn:aws:sns:us-east-1:1:x", "Signature": "a"}),
            401,
        ),
    ],
)
async def test_a_door_says_why_it_is_closed(http: TestClient[Any, Any], path: str, body: str, status: int) -> None:
    """A sentence for each: no secret, unreadable, unnamed, too large; anything readable is taken."""
    answer = await http.post(path, data=io.BytesIO(body.encode()), headers={"Content-Type": "application/json"})

    assert answer.status == status
    assert await answer.text()


async def test_a_queued_message_is_deleted_once_its_alerts_are_kept(site: Site) -> None:
    """What cannot be read is tried three times and put aside."""
    inbox = FakeInbox([Queued("good", json.dumps(ALERT), "r1", 0), Queued("bad", "[" * 100_000, "r2", 0)])
    polling = Polling(inbox, site.intake)

    left = []
    for _ in range(3):
        await polling.once()
        left.append([one.id for one in inbox.messages])

    assert left == [["bad"], ["bad"], []]
    assert len(await site.incidents()) == 1
    assert len(await site.stage.store.incidents.parked()) == 1


async def test_hostile_alerts_ping_nobody(site: Site) -> None:
    """Names and resources are made safe in the card."""
    await site.intake.take([received("<!channel> <@U0BEN0001> <https://evil.example|click>")])
    [incident] = await site.incidents()

    shown = json.dumps(card(incident)["blocks"])

    assert "<!channel>" not in shown
    assert "<@U0BEN0001>" not in shown
    assert "<https://evil.example" not in shown


async def test_an_incident_that_was_looked_into_ends_with_its_postmortem(site: Site) -> None:
    """The button comes once it is over, and not where nobody looked."""
    await site.intake.take([received()])
    [opened] = await site.incidents()
    over = replace(opened, resolved=opened.last)

    shown = [json.dumps(card(one)["blocks"]) for one in (opened, over, replace(over, looked=over.last))]

    assert ["infra_postmortem" in one for one in shown] == [False, False, True]


def test_a_file_that_does_not_fit_is_named(tmp_path: Path) -> None:
    """The sentence says which key."""
    (tmp_path / "alerts.toml").write_text('[[rule]]\ndo = "shout"\n')

    with pytest.raises(ValueError, match=r"alerts\.toml: 1 validation error"):
        read_rules(tmp_path / "alerts.toml")
    assert read_rules(tmp_path / "none.toml") == Rules()
