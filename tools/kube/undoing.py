"""Whether going back a revision gives a service its pods or ports back, and which side was changed; pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from tools.contract import Call, JsonObject
from tools.kube.fields import ago, name_of, namespace_of, within
from tools.kube.owners import Scene
from tools.kube.revisions import began, gone_back, good

DAY = timedelta(days=1)

Fits: TypeAlias = Callable[[JsonObject], bool]
"""Whether a pod template is what a service needs."""


@dataclass(frozen=True)
class Undoing:
    """What would mend a service: the rollback, if one would, and a sentence on which side moved."""

    remedy: Call | None = None
    since: datetime | None = None
    why: str = ""


def undoing(there: Scene, deployments: Sequence[JsonObject], fits: Fits, now: datetime) -> Undoing:
    """Return the rollback of the one deployment whose last rollout took away what a service needs.

    An earlier template that would not fit either tells that the service was changed, or never fitted. A rollout of more
    than a day ago is not undone: much else has come since.

    Args:
        there: The deployments' revisions.
        deployments: Those whose pods the service is for.
        fits: Judges a template.
        now: The time.
    """
    found = [one for one in (_undone(there, each, fits, now) for each in deployments) if one]
    if len(found) == 1 and found[0].remedy:
        return found[0]
    same = not found and any(good(there.revisions(one)) for one in deployments)
    return Undoing(why=" The template before was the same in this, so it is the service to correct." if same else "")


def _undone(there: Scene, deployment: JsonObject, fits: Fits, now: datetime) -> Undoing | None:
    history = there.revisions(deployment)
    before, since = good(history), began(history)
    if before is None or gone_back(history) or not fits(before.template) or fits(history[0].template):
        return None
    if not within(since, now, DAY):
        return Undoing()
    here: JsonObject = {"namespace": namespace_of(deployment), "deployment": name_of(deployment)}
    why = f" {name_of(deployment)}'s rollout {ago(since, now)} changed that; revision {before.number} fits."
    return Undoing(Call("kube_rollback", {**here, "revision": before.number}), since, why)
