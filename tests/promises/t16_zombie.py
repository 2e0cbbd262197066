"""T16: a worker that was stopped in the middle and taken for dead sends nothing when it wakes up."""

import asyncio
import threading

from bot.store import keys
from tests.promises.office import Office, open_office
from tests.promises.rows import Row
from tests.promises.steps import STEPS, held_up

FULL, QUICK = 500, 3
DEPLOYMENTS = 4
PATIENCE = 30.0


def measure(n: int) -> list[Row]:
    """Stop a worker while it waits for the target, let another finish its dispatch, and wake it up, n times."""
    return asyncio.run(_measured(n))


async def _measured(n: int) -> list[Row]:
    async with open_office(DEPLOYMENTS) as office:
        other = Office(office.connection, office.site)
        sent = sum([await _by_zombie(office, other, number) for number in range(n)])
    return [Row("T16", "sent by a worker that was taken for dead", sent, n)]


async def _by_zombie(office: Office, other: Office, number: int) -> int:
    [approval] = await office.approved(office.rescale(number % DEPLOYMENTS))
    name, before = approval.proposal.id, len(office.site.writes)
    stopped, goes_on = threading.Event(), threading.Event()

    def stop() -> None:
        stopped.set()
        goes_on.wait(PATIENCE)

    with held_up(STEPS - number % STEPS, stop):
        zombie = asyncio.create_task(office.flow.dispatch(name))
        await asyncio.to_thread(stopped.wait, PATIENCE)
        await office.connection.client.delete(keys.LEASE.format(f"dispatch:{name}"))  # it ran out
        await other.flow.dispatch(name)
        goes_on.set()
        await asyncio.wait({zombie})
    return len(office.site.writes) - before
