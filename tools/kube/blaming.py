"""What callers say of what they call: the error lines that name a workload are evidence about that workload; pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tools.contract import Call, Finding, JsonObject, Role
from tools.kube.fields import ago, first, labels, name_of, namespace_of, part, parts, plural, selects, some, text, texts
from tools.kube.logwords import HOSTS, MOST, STAMP, Line, is_error, meaning, shape

FINDINGS = {
    "callers_fail": "Callers of a workload report that it fails or cannot be reached.",
    "certificate_refused": "Callers of a workload refuse the certificate that it shows: it has expired.",
}
FEW, RECENT = 3, timedelta(minutes=30)
"""Fewer lines than this are a hiccup; what was said longer ago than this is over."""
REACH = frozenset({"dependency_down", "certificate_bad", "name_unresolved"})
"""What a caller says when it did not get through."""
FAILED = re.compile(r"\b5\d\d\b|unavailable|unreachable", re.IGNORECASE)
EXPIRED = re.compile(r"certificate (has|is) expired|CERT_HAS_EXPIRED|certificate expired", re.IGNORECASE)
TO = r"(?:\b(?:to|from|at|by|reach|call|calling|upstream|service|host|dependency|backend)[:= ]+['\"]?)"
DID = r"(?:['\"]? ?(?:: |answered|returned|responded|replied|timed out|refused|is un|failed|did not|does not))"


@dataclass(frozen=True)
class Callee:
    """A workload as its callers know it: the names that lead to it, in its namespace."""

    namespace: str
    workload: str
    names: tuple[str, ...]

    @property
    def subject(self) -> str:
        """How findings name it."""
        return f"deployment/{self.namespace}/{self.workload}"

    def addressed(self, words: str, *, inside: bool) -> bool:
        """Tell whether the words hold its address: a URL, a host with a port, or its name with its namespace.

        Args:
            words: Of a log line, or of a setting.
            inside: Whether they are from its own namespace, where the name alone leads to it.
        """
        own, space = "|".join(map(re.escape, self.names)), re.escape(self.namespace)
        whole = rf"(?:{own})\.{space}(?:\.svc(?:\.[\w.]+)?)?(?![\w-])"
        short = rf"(?<=//)(?:{own})(?![\w-]|\.\w)|(?:{own}):\d+\b"
        pattern = rf"(?<![\w.-])(?:{whole}|{short})" if inside else rf"(?<![\w.-])(?:{whole})"
        return bool(re.search(pattern, words[:MOST]))

    def blamed(self, words: str, *, inside: bool) -> bool:
        """Tell whether an error line is about it, and not about something else that the caller was doing for it."""
        means = meaning([words])
        if self.addressed(words, inside=inside):
            return means in REACH or is_error(words)
        failing = means in REACH or (is_error(words) and bool(FAILED.search(words[:MOST])))
        return inside and failing and self._spoken_of(words) and not _another(words, self.names)

    def _spoken_of(self, words: str) -> bool:
        own = "|".join(map(re.escape, self.names))
        bare = rf"(?<![\w./-])(?:{own})(?![\w/-]|\.\w)"
        return bool(re.search(rf"{TO}{bare}|{bare}{DID}", words[:MOST], re.IGNORECASE))


def callee(namespace: str, workload: str, deployments: Iterable[JsonObject], services: Iterable[JsonObject]) -> Callee:
    """Return a workload with the names of the services that lead to it."""
    mine = next((one for one in deployments if (namespace_of(one), name_of(one)) == (namespace, workload)), {})
    marked = labels(mine, "spec", "template", "metadata", "labels")
    leading = (one for one in services if namespace_of(one) == namespace)
    names = (name_of(one) for one in leading if selects(part(one, "spec", "selector"), marked))
    return Callee(namespace, workload, tuple(dict.fromkeys([workload, *names])))


def callers(of: Callee, deployments: Iterable[JsonObject]) -> list[JsonObject]:
    """Return the deployments whose settings hold the workload's address."""
    others = (one for one in deployments if (namespace_of(one), name_of(one)) != (of.namespace, of.workload))
    return [one for one in others if _calls(one, of)]


def blaming(of: Callee, said: Mapping[str, Sequence[Line]], where: str, now: datetime) -> tuple[Finding, ...]:
    """Return what callers say of a workload, none where they say nothing against it.

    Args:
        of: Whom the lines are about.
        said: Lines that blame it, by caller.
        where: What they were read from.
        now: The time.
    """
    lines = [one for each in said.values() for one in each]
    if not lines:
        return ()
    times = [one.at for one in lines if one.at]
    last, expired = max(times, default=None), any(EXPIRED.search(one.words[:MOST]) for one in lines)
    over = len(lines) < FEW or (last is not None and now - last > RECENT)
    who = some(name for name, each in said.items() if each)
    when = f", last {ago(last, now)}" if last else ""
    words = f"{who} says of {of.workload}{when}: {_telling(lines)} ({plural(len(lines), 'error line')})."
    found = _expired(of, words) if expired else _failing(of, words)
    found = replace(found, pointer=where, since=min(times, default=None))
    return (replace(found, confidence=0.4, role=Role.CONTEXT) if over else found,)


def _expired(of: Callee, words: str) -> Finding:
    look = (Call("kube_certificates", {"namespace": of.namespace}),)
    advice = f"Renew the certificate that {of.workload} shows, and have it loaded."
    return Finding("certificate_refused", of.subject, words, "", 0.75, Role.CAUSE, leads_to=look, advice=advice)


def _failing(of: Callee, words: str) -> Finding:
    look = (Call("kube_services", {"namespace": of.namespace}),)
    return Finding("callers_fail", of.subject, words, "", 0.6, Role.SYMPTOM, leads_to=look)


def _telling(lines: Sequence[Line]) -> str:
    """Return the latest line of the commonest kind."""
    commonest, _ = Counter(shape(one.words) for one in lines).most_common(1)[0]
    latest = [one for one in lines if shape(one.words) == commonest][-1]
    return first(STAMP.sub("", latest.words), 240)


def _another(words: str, names: Sequence[str]) -> bool:
    """Tell whether the line plainly names another host."""
    hits = (pattern.search(words[:MOST]) for pattern in HOSTS[:-1])
    return any(hit and hit[1].partition(".")[0] not in names for hit in hits)


def _calls(deployment: JsonObject, of: Callee) -> bool:
    inside = namespace_of(deployment) == of.namespace
    return any(of.addressed(one, inside=inside) or (inside and one in of.names) for one in _settings(deployment))


def _settings(deployment: JsonObject) -> Iterable[str]:
    for one in parts(deployment, "spec", "template", "spec", "containers"):
        yield from (text(each, "value") for each in parts(one, "env"))
        yield from (*texts(one, "args"), *texts(one, "command"))
