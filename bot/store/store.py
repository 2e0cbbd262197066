"""All of the state together, as the rest of the product is given it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.store.approvals import Approvals
from bot.store.connection import Connection
from bot.store.digests import Digests
from bot.store.due import Due
from bot.store.facts import Facts
from bot.store.incidents import Incidents
from bot.store.leases import Leases
from bot.store.ledger import Ledger
from bot.store.memories import Memories
from bot.store.plans import Plans
from bot.store.postures import Postures
from bot.store.runs import Runs
from bot.store.silences import Silences
from bot.store.slots import Slots
from bot.store.trail import Trail
from bot.store.transcripts import Transcripts


@dataclass(frozen=True)
class Store:
    """What is kept, by kind."""

    connection: Connection
    runs: Runs
    due: Due
    transcripts: Transcripts
    approvals: Approvals
    leases: Leases
    slots: Slots
    plans: Plans
    incidents: Incidents
    silences: Silences
    memories: Memories
    digests: Digests
    postures: Postures
    facts: Facts
    ledger: Ledger
    trail: Trail


def make_store(connection: Connection, key: bytes, lease_seconds: float = 20.0) -> Store:
    """Return the store on a connection; rows are signed with `key`."""
    client = connection.client
    trail = Trail(connection.sync, key, connection.now_sync)
    return Store(
        connection=connection,
        runs=Runs(client, key),
        due=Due(client, key),
        transcripts=Transcripts(client, key),
        approvals=Approvals(client, key),
        leases=Leases(client, lease_seconds),
        slots=Slots(client),
        plans=Plans(client, key),
        incidents=Incidents(client, key),
        silences=Silences(client),
        memories=Memories(client, connection.sync, key),
        digests=Digests(client, key),
        postures=Postures(connection.sync, key),
        facts=Facts(client),
        ledger=Ledger(connection.sync, key, trail),
        trail=trail,
    )
