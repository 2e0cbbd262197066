"""Logs of a container, with its errors and its last exception put first."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field

from tools.contract import Call, Finding, JsonObject, Observation, Role, ToolError
from tools.declare import KubeName, reads
from tools.kube.ailments import containers
from tools.kube.client import Reader, reader
from tools.kube.fields import ago, first, flag, name_of, number, parts, some, text
from tools.kube.logwords import Line, Reading, host, lines_of, read
from tools.kube.owners import scene

Container = Annotated[str, Field(max_length=63, description="the container; empty for the one in trouble")]
Lines = Annotated[int, Field(ge=1, le=2000, description="how many of the last lines to read")]
SHOWN = 40
RECENT = timedelta(minutes=30)
FEW = 3
"""Fewer lines than this that something cannot be reached are a hiccup."""
CAUSES = {
    *("config_missing", "memory_exhausted", "disk_exhausted", "certificate_bad"),
    *("name_unresolved", "api_forbidden", "access_denied"),
}
MEANT = {
    "name_unresolved": "DNS does not resolve that name, so nothing behind it can be reached.",
    "api_forbidden": "RBAC denies it: the service account lacks a Role or its binding.",
    "certificate_bad": "TLS fails for a certificate that has expired or is not trusted.",
}
"""What the classes mean, in a sentence."""
ADVICE = {
    "config_missing": "Set what is missing, or go back to a revision that does not ask for it.",
    "certificate_bad": "Renew the certificate.",
    "name_unresolved": "Correct the host name in the configuration or restore the Service behind it; if other names "
    "fail too, look at CoreDNS.",
    "api_forbidden": "Grant the service account the verb it needs in a Role, or bind the role it lost.",
    "disk_exhausted": "Free or enlarge the disk.",
    "dependency_down": "Look at what it cannot reach: does it run, and is there a way to it from here?",
    "access_denied": "Check the account that the program uses, and whether its rights or secret changed.",
}


@reads(needs=("core/pods:get", "core/pods:list", "core/pods/log:get"))
def kube_logs(
    namespace: KubeName, pod: KubeName, container: Container = "", *, previous: bool = False, lines: Lines = 200
) -> Observation:
    """Read the end of a container's log: the last exception and the error lines first, then the last lines.

    `previous` reads the log of the container that ended before the current one; if there is none, the current one's.
    """
    api, now = reader(), datetime.now(UTC)
    found = api.one("pods", namespace, pod)
    which = pick(found, container)
    log, note = _log(api, found, which, previous=previous, lines=lines)
    said = lines_of(log)
    seen = read(said)
    head = f"Log of container {which} in pod {namespace}/{pod}{note}: {len(said)} lines."
    shown = [one.words[:500] for one in said[-SHOWN:]]
    body = [head, *errors_of(seen), f"Last {len(shown)} lines:", *shown]
    return Observation("\n".join(body), (analyze(found, which, seen, said, now),))


def pick(pod: JsonObject, container: str) -> str:
    """Return the container to read: the named one, else one that is not ready, else the first.

    Raises:
        ToolError: Names the containers there are.
    """
    names = [text(one, "name") for one in parts(pod, "spec", "initContainers") + parts(pod, "spec", "containers")]
    sick = [text(one, "name") for one in reversed(containers(pod)) if not flag(one, "ready")]
    if container and names and container not in names:
        raise ToolError(f"Pod {name_of(pod)} has no container {container}; it has {some(names)}.")
    main = [text(one, "name") for one in parts(pod, "spec", "containers")]
    return next((one for one in (container, *sick, *main, *names) if one), "")


def analyze(pod: JsonObject, container: str, seen: Reading, said: Sequence[Line], now: datetime) -> Finding:
    """Return what the log establishes about the pod's workload."""
    where = f"log of pod {name_of(pod)}, container {container}"
    return told(scene().owner(pod).subject, name_of(pod), where, seen, lines=len(said), now=now)


def told(subject: str, who: str, where: str, seen: Reading, *, lines: int, now: datetime) -> Finding:
    """Return what log lines establish about their workload; `who` says them."""
    if seen.code == "log_calm":
        calm = f"No error among the last {lines} lines of {who}."
        return Finding("log_calm", subject, calm, where, 0.5, Role.HEALTHY if lines else Role.CONTEXT)
    old = seen.last is not None and now - seen.last > RECENT
    telling = seen.telling
    when = f", last {ago(seen.last, now)}" if seen.last else ""
    meant = f" {MEANT[seen.code]}" if seen.code in MEANT else ""
    count = sum(times for _, times in seen.errors)
    hiccup = seen.code == "dependency_down" and count < FEW
    return Finding(
        code=seen.code,
        subject=subject,
        observed=f"{who} says{when}: {telling} ({count} error lines).{meant}",
        pointer=where,
        confidence=0.4 if old else 0.6 if hiccup else 0.7,
        role=Role.CONTEXT if old else Role.CAUSE if seen.code in CAUSES else Role.SYMPTOM,
        since=seen.since,
        leads_to=_next(seen.code, telling),
        advice=ADVICE.get(seen.code, ""),
    )


def _next(code: str, telling: str) -> tuple[Call, ...]:
    """Ask who it is that cannot be reached."""
    named = host(telling)
    if code == "name_unresolved":
        return _behind(named)
    if code not in {"dependency_down", "database_full"} or not named:
        return ()
    return (Call("service_lookup", {"words": named}),)


def _behind(named: str) -> tuple[Call, ...]:
    """Return what shows why a name is not resolved: the cluster's DNS, and the services of the namespace it names."""
    inside = re.fullmatch(r"[-\w]+\.([a-z0-9][-a-z0-9]*)\.svc(?:\.cluster\.local)?", named)
    services = (Call("kube_services", {"namespace": inside[1]}),) if inside else ()
    return (*services, Call("kube_dns", {}))


def _log(api: Reader, pod: JsonObject, container: str, *, previous: bool, lines: int) -> tuple[str, str]:
    namespace, name = text(pod, "metadata", "namespace"), name_of(pod)
    if previous:
        try:
            return api.log(namespace, name, container, previous=True, lines=lines), " (previous run)"
        except ToolError:
            restarts = sum(number(one, "restartCount") for one in containers(pod))
            log = api.log(namespace, name, container, previous=False, lines=lines)
            return log, f" (current run; there is no previous one, {restarts} restarts)"
    return api.log(namespace, name, container, previous=False, lines=lines), ""


def errors_of(seen: Reading) -> list[str]:
    """Write the error lines by kind, the last exception first."""
    exception = [f"Last exception: {seen.exception}"] if seen.exception else []
    kinds = [f"{count} x {first(example, 240)}" for example, count in seen.errors]
    return [*exception, *(["Error lines by kind:", *kinds] if kinds else ["No error line."])]
