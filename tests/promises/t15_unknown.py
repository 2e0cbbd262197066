"""T15: a write whose answer is lost is never repeated; reading back says what became of it, or that nobody knows."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from bot.approvals.model import State
from tests.promises.office import open_office
from tests.promises.rows import Row
from tools.contract import ToolError, Unknown
from tools.kube.client import Connection
from tools.kube.refusals import refusal

FULL, QUICK = 1000, 8
DEPLOYMENTS = 4
STALE_READS = 3


@dataclass(frozen=True)
class Fault:
    """What goes wrong at the write, and after it.

    Attributes:
        error: What the sender of the write sees.
        label: How the change must end.
        arrives: Whether the write reaches the cluster.
        down: Whether nothing can be read back.
        behind: How many of the readings back see the cluster as it was.
    """

    error: Callable[[], Exception]
    label: State
    arrives: bool
    down: bool = False
    behind: int = 0


def _lost() -> Exception:
    return Unknown("The answer was lost.")


def _error_500() -> Exception:
    return refusal(500, b"", doing="patch", writing=True)


def _crash() -> Exception:
    return RuntimeError("broken pipe")


FAULTS = (
    Fault(_lost, State.DONE, arrives=True),
    Fault(_lost, State.FAILED, arrives=False),
    Fault(_error_500, State.DONE, arrives=True),
    Fault(_error_500, State.FAILED, arrives=False),
    Fault(_crash, State.DONE, arrives=True),
    Fault(_lost, State.UNKNOWN, arrives=True, down=True),
    Fault(_lost, State.UNKNOWN, arrives=False, down=True),
    Fault(_lost, State.DONE, arrives=True, behind=STALE_READS),
)


def measure(n: int) -> list[Row]:
    """Lose the answers to n writes, in every way."""
    return asyncio.run(_measured(n))


async def _measured(n: int) -> list[Row]:
    repeated = wrong = open_ended = 0
    async with open_office(DEPLOYMENTS) as office:
        for number in range(n):
            fault = FAULTS[number % len(FAULTS)]
            [approval] = await office.approved(office.rescale(number % DEPLOYMENTS))
            with _going_wrong(fault):
                await office.flow.dispatch(approval.proposal.id)
            await office.flow.dispatch(approval.proposal.id)
            made, ended = office.site.actions().count(approval.proposal.id), await office.approval(approval.proposal.id)
            repeated += made > 1
            wrong += made != fault.arrives or ended is None or ended.state is not fault.label
            open_ended += ended is None or ended.state is State.DISPATCHED
    return [
        Row("T15", "sent again", repeated, n),
        Row("T15", "said to be what it is not", wrong, n),
        Row("T15", "never said what became of it", open_ended, n),
    ]


@contextmanager
def _going_wrong(fault: Fault) -> Iterator[None]:
    """Let the fault happen within the block."""
    send, old, reads = Connection.send, b"", 0

    def faulty(self: Connection, method: str, *args: Any, **told: Any) -> bytes:
        nonlocal old, reads
        writing = method != "GET" and ("dryRun", "All") not in told.get("query", ())
        if writing:
            if fault.arrives:
                send(self, method, *args, **told)
            reads = 1
            raise fault.error()
        if reads and fault.down:
            raise ToolError("The Kubernetes API cannot be reached.")
        if reads and reads <= fault.behind:
            reads += 1
            return old
        answer = send(self, method, *args, **told)
        old = old if reads else answer
        return answer

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Connection, "send", faulty)
        yield
