"""T8: if the target moved between the yes and the write nothing is written, and people are told what moved."""

import asyncio
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import requests

from bot.approvals.model import State
from tests.kube_cluster import deployment
from tests.promises.afresh import LIMIT, Afresh, Looking
from tests.promises.office import Office, open_office
from tests.promises.rows import Row
from tests.promises.steps import STEPS, held_up
from tools.contract import JsonObject
from tools.kube.client import reader

FULL, QUICK = 2500, 12
DEPLOYMENTS = 4
PATIENCE = 10


@dataclass
class Tally:
    """What was seen."""

    stale: int = 0
    drifts: int = 0
    unsaid: int = 0
    refused: int = 0
    harmless: int = 0
    afresh: Afresh = field(default_factory=Afresh)


def measure(n: int) -> list[Row]:
    """Let somebody else change the target, n times: before the dispatch, or in the middle of it."""
    return asyncio.run(_measured(n))


async def _measured(n: int) -> list[Row]:
    tally = Tally()
    async with open_office(DEPLOYMENTS, Looking()) as office:
        for number in range(n):
            await _drifted(office, number, tally)
    return [
        Row("T8", "executed on a target that had moved", tally.stale, tally.drifts),
        Row("T8", "not said that it moved, and what", tally.unsaid, tally.drifts),
        Row("T8", "refused though only bookkeeping moved", tally.refused, tally.harmless),
        Row("T8", "neither a new card nor why there is none", tally.afresh.neither, tally.drifts),
        Row("T8", "longest wait for it", tally.afresh.longest, tally.drifts, limit=LIMIT, unit="s"),
    ]


async def _drifted(office: Office, number: int, tally: Tally) -> None:
    happens, said = DRIFTS[number % len(DRIFTS)]
    target = f"d{number % DEPLOYMENTS}"
    [approval] = await office.approved(office.rescale(number % DEPLOYMENTS))
    name = approval.proposal.id
    step = STEPS - number // len(DRIFTS) % (STEPS + 1)
    if step == 0:
        await asyncio.to_thread(happens, target)
    began = time.monotonic()
    with held_up(step, lambda: happens(target)):
        await office.flow.dispatch(name)
    made, ended = office.site.actions().count(name), await office.approval(name)
    if said:
        tally.drifts += 1
        tally.stale += made
        tally.unsaid += ended is None or ended.state is not State.STALE or said not in ended.detail.lower()
        await tally.afresh.look(office, approval, began)
    else:
        tally.harmless += 1
        tally.refused += made != 1


def _rescaled(target: str) -> None:
    _patch(target, {"spec": {"replicas": 3}})


def _other_image(target: str) -> None:
    _template(target, {"image": f"web:{next(NEW)}"})


def _other_settings(target: str) -> None:
    _template(target, {"image": "web:1", "env": [{"name": "SALE", "value": str(next(NEW))}]})


def _made_anew(target: str) -> None:
    requests.delete(_address(target), timeout=PATIENCE).raise_for_status()
    requests.post(_address(), json=deployment(target, replicas=1), timeout=PATIENCE).raise_for_status()


def _annotated(target: str) -> None:
    """Change nothing that matters: the resourceVersion moves, as it does whenever a pod becomes ready."""
    _patch(target, {"metadata": {"annotations": {"note": str(next(NEW))}}})


DRIFTS: tuple[tuple[Callable[[str], None], str], ...] = (
    (_rescaled, "generation"),
    (_other_image, "generation"),
    (_other_settings, "generation"),
    (_made_anew, "uid"),
    (_annotated, ""),
)
"""What happens, and the word by which people are told; empty if it is none of their business."""
NEW = itertools.count(2)


def _template(target: str, container: JsonObject) -> None:
    _patch(target, {"spec": {"template": {"spec": {"containers": [{"name": target, **container}]}}}})


def _patch(target: str, patch: JsonObject) -> None:
    """Change a deployment as somebody else would, past the product."""
    headers = {"Content-Type": "application/merge-patch+json", "User-Agent": "kubectl"}
    requests.patch(_address(target), json=patch, headers=headers, timeout=PATIENCE).raise_for_status()


def _address(target: str = "") -> str:
    return f"{reader().connection.server}/apis/apps/v1/namespaces/shop/deployments/{target}".rstrip("/")
