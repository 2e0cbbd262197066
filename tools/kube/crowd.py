"""Logs of a workload: what its pods say together, whether they are ready or not."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tools.contract import Finding, JsonObject, Observation, Role, ToolError
from tools.declare import KubeName, reads
from tools.kube.ailments import ready
from tools.kube.client import Reader, reader
from tools.kube.fields import created, lasting, name_of, namespace_of, plural, some
from tools.kube.logs import errors_of, pick, told
from tools.kube.logwords import Line, is_error, lines_of, read
from tools.kube.owners import scene

PODS, LINES = 3, 400
"""So many pods speak for a workload: those that are not ready first, then the youngest."""
DAWN = datetime.min.replace(tzinfo=UTC)
WINDOW = timedelta(hours=1)
LONG, LOUDER = timedelta(minutes=30), 1.5
"""Errors that come as evenly as this for so long are how the program always talks."""
PLAIN = frozenset({"log_errors", "log_exception"})
"""Errors of no known meaning: only these can be no news."""


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
    found = [told(subject, workload, f"logs of {names}", seen, lines=len(said), now=now)] if said else []
    if all(map(ready, mine)) and usual(said):
        found = [as_ever(one) for one in found]
    return Observation("\n".join([head, *errors_of(seen), *api.unseen]), tuple(found))


def usual(said: Sequence[Line]) -> bool:
    """Tell whether errors are background: in every quarter of at least half an hour, no more in the last than before.

    A log without times tells nothing of that.
    """
    times = sorted(one.at for one in said if one.at)
    if not times or times[-1] - times[0] < LONG:
        return False
    quarter = (times[-1] - times[0]) / 4
    counts = Counter(min(int((one.at - times[0]) / quarter), 3) for one in said if one.at and is_error(one.words))
    before = [counts[it] for it in range(3)]
    return min(before) > 0 and counts[3] <= LOUDER * max(before)


def as_ever(one: Finding) -> Finding:
    """Return a finding of errors that no meaning is known of as context: they are no news, and the pods are ready."""
    if one.code not in PLAIN:
        return one
    since = f" As often for {lasting(LONG)} or more, and its pods are ready, so it is no news."
    return replace(one, role=Role.CONTEXT, observed=f"{one.observed}{since}")


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
