"""A process of the product that people click in: `python -m tests.promises.voting URL KUBECONFIG NAME`.

It takes volleys of votes from a list in Redis, counts each volley at once, and carries out what the queue sends it.
"""

import asyncio
import json
import logging
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.approvals.model import Answer, Vote
from bot.flow import Flow
from bot.people import Person
from bot.queue import Queue
from bot.store.connection import connected
from tests.bot.flow_fakes import NOON, TEAM
from tests.promises.office import KEY, Office
from tests.promises.site import pointed, seen_from_afar

VOLLEYS = "storm:volleys:{}"
TOLD = "storm:told:{}"
READY = "storm:ready"
VOTERS = tuple(f"U0VOTER{number:02}" for number in range(32))
LISTEN_SECONDS = 1


def staff(office: Office) -> None:
    """Put all voters on call."""
    office.directory.groups["oncall"] = frozenset(VOTERS)
    office.directory.people |= {voter: Person(voter, TEAM, voter) for voter in VOTERS}


async def _vote(flow: Flow, name: str, voter: str, answer: str) -> tuple[bool, str, float]:
    """Return whether the vote was counted, what it said if so, and how long its voter waited to be told."""
    began = time.monotonic()
    ruling = await flow.rule(Vote(name, voter, TEAM, Answer(answer), "button", NOON))
    return ruling.counted and bool(ruling.words), answer, time.monotonic() - began


async def _work(url: str, kubeconfig: Path, name: str) -> None:
    connection = connected(url)
    office = Office(connection, seen_from_afar(kubeconfig))
    staff(office)
    queue = Queue(connection, KEY, people=1, background=1)
    flow = Flow(replace(office.ports, queue=queue))
    await queue.start_worker(flow)
    await connection.client.incr(READY)
    while True:
        heard = await connection.client.blpop([VOLLEYS.format(name)], timeout=LISTEN_SECONDS)
        if heard is None:
            continue
        volley = json.loads(heard[1])
        office.clock.ahead = timedelta(days=volley["days"])
        told = await asyncio.gather(*(_vote(flow, volley["approval"], *vote) for vote in volley["votes"]))
        await connection.client.rpush(TOLD.format(volley["id"]), json.dumps(told))


def main() -> None:
    """Work until killed."""
    url, kubeconfig, name = sys.argv[1:]
    logging.disable(logging.CRITICAL)
    site = seen_from_afar(Path(kubeconfig))
    with pointed(site):
        asyncio.run(_work(url, site.kubeconfig, name))


if __name__ == "__main__":
    main()
