"""The composition root: settings become the parts, and the parts are joined; the only place that names them all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from agents.placing import placed
from agents.redrafting import Redrafting
from bot.announcing import Announcing
from bot.archive import Exporter, archive_at
from bot.books import our_books
from bot.channels import Channels, read_channels
from bot.chores import Chores
from bot.clock import Chore, Clock
from bot.digests.keeping import Digesting
from bot.firsthand import Firsthand
from bot.flow import Flow
from bot.intake.doors import secrets_of
from bot.intake.rules import read_rules
from bot.intake.taking import Intake
from bot.late import LateRunner
from bot.listeners.app import make_app
from bot.listeners.desk import Desk
from bot.listeners.diary import schedules_of
from bot.listeners.ports import StoreMemory
from bot.live import LivePolicy
from bot.polling import Polling
from bot.ports import Ports
from bot.queue import Queue
from bot.receiving import Receiving
from bot.rules import awaited, changes, explainer
from bot.scoping import Scoping
from bot.slack.board import SlackBoard
from bot.slack.calls import Calls
from bot.slack.digests import SlackDigests
from bot.slack.directory import SlackDirectory
from bot.slack.posting import Identity
from bot.slack.socket import Sockets
from bot.slack.thread import Reader, SlackThreads
from bot.store.connection import connect
from bot.store.signing import signing_key
from bot.store.store import Store, make_store
from config.settings import Settings
from tools import CATALOGUE
from tools.aws.alert_queue import AlertQueue
from tools.execute import Executor
from tools.knowledge.past import remember_by
from tools.security.books import keep_in

WAKE_SECONDS = 1.0
EXPIRE_SECONDS = 2.0
NUDGE_SECONDS = 5.0
SWEEP_SECONDS = 10.0
SCHEDULE_SECONDS = 5.0
EXPORT_SECONDS = 5.0
ANNOUNCE_SECONDS = 0.5
REST_SECONDS = 60.0

EDIT = Redrafting(CATALOGUE, placed)


@dataclass(frozen=True)
class Doors:
    """Where alerts come in: all of them lead to one intake."""

    intake: Intake
    receiving: Receiving
    polling: Polling | None


@dataclass(frozen=True)
class Parts:
    """The joined parts of one process; which of them run depends on what the process is for."""

    settings: Settings
    store: Store
    client: AsyncWebClient
    threads: SlackThreads
    flow: Flow
    runner: LateRunner
    queue: Queue
    clock: Clock
    app: AsyncApp
    sockets: Sockets | None
    doors: Doors
    desk: Desk
    policy: LivePolicy

    def renew(self) -> None:
        """Make again what is made of the catalogue, because it has more tools now."""
        self.policy.again()
        self.runner.renew()

    async def close(self) -> None:
        """Close what is open, in the order in which it is needed least."""
        await self.threads.settle(5.0)
        if self.client.session:
            await self.client.session.close()
        await self.store.connection.close()


@dataclass(frozen=True)
class Open:
    """What is joined before anything can come in."""

    store: Store
    queue: Queue
    threads: SlackThreads
    runner: LateRunner
    ports: Ports
    flow: Flow
    desk: Desk
    policy: LivePolicy


async def build(settings: Settings) -> Parts:
    """Join the parts.

    Raises:
        ValueError: A file of the configuration, or a setting, does not fit; the sentence says which and how.
        RuntimeError: No store could be reached or started.
    """
    policy = LivePolicy(settings.infra_config / "policy.toml", changes, awaited)
    channels = read_channels(settings.infra_config / "channels.toml")
    key = signing_key(settings)
    store = make_store(connect(settings), key)
    _remembered_in(store)
    queue = Queue(store.connection, key, settings.infra_people_slots, settings.infra_background_slots)
    calls = Calls(_slack_client(settings))
    directory = SlackDirectory(calls)
    threads = SlackThreads(calls, settings, _reader(channels, directory), lambda thread, by: flow.stop(thread, by))  # noqa: PLW0108 - made below
    executor = Executor(CATALOGUE, store.ledger, key, store.connection.now_sync)
    scoping = Scoping(settings.infra_config / "scopes.toml", directory)
    runner = LateRunner(settings, scoping.of)
    books = our_books(settings.infra_config, store, scoping, lambda: flow, directory)
    digests = Digesting(store, store.connection.now, SlackDigests(calls, threads.identity))
    reached = (store, queue, threads, Firsthand(books, runner), directory, policy, executor, key, store.connection.now)
    ports = Ports(*reached, redraft=EDIT, scoped=scoping, reported=digests.reported, oncall=(settings.infra_oncall,))
    flow = Flow(ports)
    desk = Desk(flow, StoreMemory(store), threads, directory, channels, calls, Identity(calls), explainer(policy))
    desk.digests = digests
    return _opened(settings, Open(store, queue, threads, runner, ports, flow, desk, policy))


def _remembered_in(store: Store) -> None:
    """Have readings know what was: incidents that are over, and how the posture was."""
    remember_by(store.memories.all)
    keep_in(store.postures)


def _opened(settings: Settings, made: Open) -> Parts:
    """Join what comes in and what happens by itself to the rest."""
    calls, desk, doors = made.threads.calls, made.desk, _doors(settings, made.store)
    schedules = schedules_of(settings.infra_config / "schedules.toml", made.ports, calls, made.flow.hear)
    desk.alerts, desk.schedules = doors.intake, schedules
    app, sockets = _edge(settings, calls.client, desk)
    more = _announcing(made.ports, made.flow, made.threads, doors.intake)
    asking = Chore("schedules", SCHEDULE_SECONDS, schedules.asking.chore)
    clock = _clock(made.ports, made.flow, settings, (*more, asking))
    reached = (made.store, calls.client, made.threads, made.flow, made.runner, made.queue)
    return Parts(settings, *reached, clock, app, sockets, doors, desk, made.policy)


def _slack_client(settings: Settings) -> AsyncWebClient:
    """Return a client that keeps its connections and repeats nothing: `Calls` knows what is safe to repeat."""
    return AsyncWebClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        session=aiohttp.ClientSession(),
        retry_handlers=[],
    )


def _edge(settings: Settings, client: AsyncWebClient, desk: Desk) -> tuple[AsyncApp, Sockets | None]:
    """Return the app, and its connections where there is a token for them."""
    app = make_app(settings, client, desk)
    token = settings.slack_app_token.get_secret_value()
    return app, Sockets(app, token) if token else None


def _reader(channels: Channels, directory: SlackDirectory) -> Reader:
    async def reader(channel: str) -> str:
        """Return who an alert's run is streamed to in a channel: the first of the group that the channel names."""
        group = channels.readers(channel)
        return min(await directory.members(group), default="") if group else ""

    return reader


def _doors(settings: Settings, store: Store) -> Doors:
    intake = Intake(store, read_rules(settings.infra_config / "alerts.toml"))
    receiving = Receiving(intake, secrets_of(settings.infra_alert_secrets.get_secret_value()))
    queue = settings.infra_alert_queue
    return Doors(intake, receiving, Polling(AlertQueue(queue), intake) if queue else None)


def _announcing(ports: Ports, flow: Flow, threads: SlackThreads, intake: Intake) -> tuple[Chore, ...]:
    window, rest = timedelta(minutes=intake.rules.window_minutes), timedelta(hours=intake.rules.rest_hours)
    announcing = Announcing(ports, SlackBoard(threads.calls, threads.poster, threads.identity), flow.hear, window, rest)
    return (
        Chore("announce", ANNOUNCE_SECONDS, announcing.announce),
        Chore("rest", REST_SECONDS, announcing.rest),
    )


def _clock(ports: Ports, flow: Flow, settings: Settings, more: tuple[Chore, ...]) -> Clock:
    chores = Chores(ports, flow)
    return Clock(
        ports.store.leases,
        (
            Chore("wake", WAKE_SECONDS, chores.wake),
            Chore("expire", EXPIRE_SECONDS, chores.expire),
            Chore("nudge", NUDGE_SECONDS, chores.nudge),
            Chore("sweep", SWEEP_SECONDS, chores.sweep),
            *more,
            *_export(ports, settings),
        ),
    )


def _export(ports: Ports, settings: Settings) -> tuple[Chore, ...]:
    if not settings.infra_audit_export:
        return ()
    archive = archive_at(settings.infra_audit_export, settings.infra_audit_days)
    return (Chore("export", EXPORT_SECONDS, Exporter(ports.store.trail, archive).chore),)
