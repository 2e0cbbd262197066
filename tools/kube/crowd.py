"""Logs of a workload: what its pods say together, whether they are ready or not."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from tools.contract import Finding, JsonObject, Observation, ToolError
from tools.declare import KubeName, reads
from tools.kube.ailments import ready
from tools.kube.client import Reader, reader
from tools.kube.fields import created, name_of, namespace_of, plural, some
from tools.kube.logs import errors_of, pick, told
from tools.kube.logwords import Line, lines_of, read
from tools.kube.owners import scene

PODS, LINES = 3, 400
"""So many pods speak for a workload: those that are not ready first, then the youngest."""
DAWN = datetime.min.replace(tzinfo=UTC)
WINDOW = timedelta(hours=1)


@reads(needs=("core/pods:list", "apps/deployments:list", "core/pods/log:get"))
def kube_log_errors(namespace: KubeName, workload: KubeName) -> Observation:
    """Read what a workload's pods say now, ready ones too: error lines by kind, the last exception, what they mean."""
    api, now = reader(), datetime.now(UTC)
    there = scene(pods=api.every("pods", namespace), deployments=api.any("deployments", namespace))
    mine = speakers(pod for pod in there.pods if there.owner(pod).name == workload)
    if not mine:
        return Observation(f"{workload} has no pod in {namespace}, so nothing says anything.")
    said = lines_said(api, mine, now)
    seen = read(said)
    names = some(map(name_of, mine))
    head = (
        f"Logs of {plural(len(mine), 'pod')} of {namespace}/{workload} ({names}): {len(said)} lines of the last hour."
    )
    subject = f"deployment/{namespace}/{workload}"
    found: tuple[Finding, ...] = (
        (told(subject, workload, f"logs of {names}", seen, lines=len(said), now=now),) if said else ()
    )
    return Observation("\n".join([head, *errors_of(seen), *api.unseen]), found)


def speakers(pods: Iterable[JsonObject]) -> list[JsonObject]:
    """Return the pods that speak for a workload."""
    youngest = sorted(pods, key=lambda pod: created(pod) or DAWN, reverse=True)
    return sorted(youngest, key=ready)[:PODS]


def lines_said(api: Reader, pods: Iterable[JsonObject], now: datetime) -> list[Line]:
    """Return what pods said in the last hour."""
    return [line for pod in pods for line in _lines(api, pod, now)]


def _lines(api: Reader, pod: JsonObject, now: datetime) -> Sequence[Line]:
    """Return the lines of the last hour; a container that has not started has none."""
    try:
        log = api.log(namespace_of(pod), name_of(pod), pick(pod, ""), previous=False, lines=LINES)
    except ToolError as error:
        api.unseen.append(str(error))
        return ()
    return [line for line in lines_of(log) if line.at is None or now - line.at <= WINDOW]
