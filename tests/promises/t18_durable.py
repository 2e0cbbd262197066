"""T18: what was acknowledged is kept, although the process that said so is killed within 200 ms."""

import asyncio
import multiprocessing
import random
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection as Pipe

import aiohttp
from aiohttp import web

from bot.intake.rules import Rules
from bot.intake.taking import Intake
from bot.receiving import Receiving
from bot.store.connection import connected
from bot.store.store import make_store
from bot.web import make_web
from tests.promises.office import KEY, valkey
from tests.promises.rows import Row

FULL, QUICK = 500, 4
BURST = 6
"""Alerts that are on their way as the process is killed."""
WINDOW = 0.2
SECRET = "correct horse"


def measure(n: int) -> list[Row]:
    """Kill n processes that take alerts in, each within 200 ms of its first yes."""
    return asyncio.run(_measured(n))


async def _measured(n: int) -> list[Row]:
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload([__name__])
    async with valkey() as connection:
        said_yes = []
        for number in range(n):
            with _doomed(forks, connection.url) as (port, process):
                said_yes.append(await _until_killed(port, number, process))
        kept = sum(one.count for one in await make_store(connection, KEY).incidents.recent())
    acked = sum(said_yes)
    return [
        Row("T18", "acknowledged alerts lost", max(0, acked - kept), acked),
        Row("T18", "alerts kept that nobody sent", max(0, kept - n * BURST), n * BURST),
        Row("T18", "processes that acknowledged nothing", sum(not one for one in said_yes), n),
    ]


async def _until_killed(port: int, number: int, process: multiprocessing.process.BaseProcess) -> int:
    """Send a burst, kill the process soon after its first yes, and return how often it said yes."""
    url, headers = f"http://127.0.0.1:{port}/alerts/alertmanager", {"Authorization": f"Bearer {SECRET}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        sent = [asyncio.create_task(_yes(session, url, f"{number}-{index}")) for index in range(BURST)]
        await asyncio.wait(sent, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.sleep(random.uniform(0, WINDOW))  # noqa: S311 - the moment of death is what is varied
        process.kill()
        return sum(await asyncio.gather(*sent))


async def _yes(session: aiohttp.ClientSession, url: str, name: str) -> bool:
    alert = {"status": "firing", "labels": {"alertname": "Slow", "pod": name, "severity": "high"}, "fingerprint": name}
    try:
        async with session.post(url, json={"alerts": [alert]}) as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


@contextmanager
def _doomed(
    forks: multiprocessing.context.ForkServerContext, url: str
) -> Iterator[tuple[int, multiprocessing.process.BaseProcess]]:
    """Run a process that takes alerts in for the length of the block, if it lives that long."""
    ours, theirs = forks.Pipe()
    process = forks.Process(target=_serve, args=(url, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv(), process
    finally:
        process.kill()
        process.join(10)


def _serve(url: str, pipe: Pipe) -> None:
    asyncio.run(_listen(url, pipe))


async def _listen(url: str, pipe: Pipe) -> None:
    """Listen as the product's web process does, and say at which port."""
    intake = Intake(make_store(connected(url), KEY), Rules(channel="C0INCIDEN"))
    runner = web.AppRunner(make_web(None, "", {}, Receiving(intake, {"*": SECRET}).receive), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    pipe.send(runner.addresses[0][1])
    await asyncio.Event().wait()
