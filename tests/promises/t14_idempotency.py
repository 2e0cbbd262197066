"""T14: one approval is one dispatch, whoever asks again, at once or later, with its arguments or with others."""

import asyncio
from collections import Counter
from dataclasses import replace

from tests.promises.office import Office, grant_of, open_office
from tests.promises.rows import Row
from tools.proposal import Verdict

FULL, QUICK = 1000, 6
DEPLOYMENTS = 4
AT_ONCE = 4


def measure(n: int) -> list[Row]:
    """Send every approved change several times."""
    return asyncio.run(_measured(n))


async def _measured(n: int) -> list[Row]:
    async with open_office(DEPLOYMENTS) as office:
        mismatched = sum([await _sent_again(office, number) for number in range(n)])
        sent = Counter(office.site.actions())
    return [
        Row("T14", "second dispatches", sum(sent.values()) - len(sent), n * (AT_ONCE + 1)),
        Row("T14", "approved changes never dispatched", n - len(sent), n),
        Row("T14", "other arguments under a used id accepted", mismatched, n),
    ]


async def _sent_again(office: Office, number: int) -> int:
    """Dispatch one approval over and over; return how many other arguments were accepted under its id."""
    [approval] = await office.approved(office.rescale(number % DEPLOYMENTS))
    grant = grant_of(approval)
    await asyncio.gather(*(asyncio.to_thread(office.executor.execute, grant) for _ in range(AT_ONCE)))
    await office.flow.dispatch(approval.proposal.id)
    other = replace(approval, proposal=replace(approval.proposal, args={**approval.proposal.args, "replicas": 3}))
    outcome = await asyncio.to_thread(office.executor.execute, grant_of(other))
    return int(outcome.verdict is not Verdict.REFUSED)
