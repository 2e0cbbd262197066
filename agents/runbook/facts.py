"""What an ask is about: workloads, databases, log groups and alarms, gathered from what was found so far."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

from agents.runbook.case import Case
from agents.subjects import family, subject_of
from tools.contract import Call, Finding

LOOKUP = "service_lookup"
BENEATH = ("node/", "dns/", "ingress/", "httproute/", "networkpolicy/", "claim/", "certificate/")
"""Subjects that workloads rest on: whatever their findings lead to is what suffers by them."""

READERS = ("reader_known", "reader_disabled", "reader_refused")
"""Findings that say which function works off a queue or stream."""

ACCOUNT = ("quota/", "network/")
"""What everything in an account may rest on, where a reading of the thing leads there."""

AWS = (
    *("load_balancer/", "network_load_balancer/", "api/", "http_api/", "function/", "queue/", "stream/"),
    *("table/", "cache/", "container_service/", "machine/"),
)
THINGS = ("deployment/", "statefulset/", "daemonset/", "rds/", "node/", *AWS)
"""Subjects that can be ill themselves, as an alarm or a log group cannot."""

GUESSES = 2
_IDENTIFIER = re.compile(r"(?<![\w./-])[a-z][a-z0-9]*(?:-[a-z0-9]+)+(?![\w/-])")
_HOLE = re.compile(r"^\{(\w+)\}$")
_WORD = re.compile(r"[\w.-]+")
_BY_HOLE = {"database": "rds", "alarm": "alarm", "log_group": "log_group"}


@dataclass(frozen=True, slots=True)
class Facts:
    """The subjects an ask is about, and what each subject depends on."""

    scope: frozenset[str]
    depends: Mapping[str, frozenset[str]]

    def named(self, kind: str) -> list[str]:
        """Return the names of the subjects of a kind, sorted."""
        return sorted(subject.partition("/")[2] for subject in self.scope if subject.startswith(f"{kind}/"))


def facts_of(case: Case) -> Facts:
    """Return what the ask is about: what the catalogue says, and whatever found subject the ask names.

    A lookup of something that was found along the way says what depends on it, and does not widen the question.
    """
    lookups = [
        (look, finding) for look in case.looks if look.call.tool == LOOKUP for finding in look.observation.findings
    ]
    depends: dict[str, frozenset[str]] = {}
    for _, finding in lookups:
        targets = frozenset(subject for call in finding.leads_to if (subject := subject_of(call)))
        depends[family(finding.subject)] = depends.get(family(finding.subject), frozenset()) | targets
    for subject, rests_on in _found_out(case):
        depends[subject] = depends.get(subject, frozenset()) | {rests_on}
    asked = {family(finding.subject) for look, finding in lookups if look.call.args.get("words") in asked_words(case)}
    named = {family(finding.subject) for finding, _ in case.findings() if _names(case, finding)}
    scope = asked | named | _measured(case)
    scope = scope.union(*(depends.get(subject, ()) for subject in scope))
    scope |= {one for subject in scope for one in depends.get(subject, ()) if one.startswith((*BENEATH, *ACCOUNT))}
    if not any(subject.startswith(THINGS) for subject in scope):
        return Facts(frozenset(), depends)  # the words name nothing that there is, so it is about everything
    return Facts(frozenset(scope | _alarms_of(case, scope)), depends)


def guessed(case: Case, facts: Facts) -> Facts:
    """Return the facts with the names in the ask taken for databases, where nothing knows of any."""
    if facts.named("rds"):
        return facts
    alert = case.ask.alert
    heard = f"{alert.resource} {alert.service} {case.ask.text}" if alert else case.ask.text
    taken = {subject.rpartition("/")[2] for subject in facts.scope}
    names = dict.fromkeys(name for name in _IDENTIFIER.findall(heard) if name not in taken)
    return replace(facts, scope=facts.scope | {f"rds/{name}" for name in list(names)[:GUESSES]})


def asked_words(case: Case) -> tuple[str, ...]:
    """Return the words to look up: those of the ask, then the service that the thread is about."""
    alert = case.ask.alert
    words = " ".join(filter(None, (case.ask.text, *((alert.name, alert.service, alert.resource) if alert else ()))))
    return words[:400], case.prior.service if case.prior else ""


def filled(readings: Iterable[Call], facts: Facts) -> Iterator[Call]:
    """Yield the readings with their {holes} filled from the facts, one for each workload, database, and so on."""
    for reading in readings:
        holes = {name: hole[1] for name, value in reading.args.items() if (hole := _HOLE.match(str(value)))}
        for values in product(*(group for group in _groups(set(holes.values()), facts))):
            found = {name: value for group in values for name, value in group.items()}
            yield Call(reading.tool, {**reading.args, **{name: found[hole] for name, hole in holes.items()}})


def _found_out(case: Case) -> Iterator[tuple[str, str]]:
    """Yield who rests on what: workloads on node or route, replicas on their source, queues on who works them off.

    What has a log rests on what that says, and some things on the account's quotas and its network.
    """
    for finding, _ in case.findings():
        pointed = {subject_of(call) for call in finding.leads_to} - {"", finding.subject}
        yield from ((family(finding.subject), subject) for subject in pointed if subject.startswith(ACCOUNT))
        if finding.subject.startswith(BENEATH):
            yield from ((subject, finding.subject) for subject in pointed)
        elif finding.subject.startswith("rds/"):
            yield from ((finding.subject, subject) for subject in pointed if subject.startswith("rds/"))
        elif finding.code in {"uses_queue", *READERS}:  # its messages wait for whoever works them off
            yield from ((finding.subject, subject) for subject in pointed)
        elif finding.subject.startswith(AWS):  # what a task says of itself, and whose tasks a balancer's targets are
            behind = ("log_group/", "container_service/")
            yield from ((finding.subject, subject) for subject in pointed if subject.startswith(behind))


def _alarms_of(case: Case, scope: Iterable[str]) -> set[str]:
    """Return the alarms about what is in scope: those that page, and those that bear its name."""
    found, paged = {finding.subject for finding, _ in case.findings()}, paging(case)
    return {one for one in found if one.startswith("alarm/") and (one in paged or _named_like(one, scope))}


def _measured(case: Case) -> set[str]:
    """Return what the alarm that paged measures: its own readings say, and those of the alarms it is made of."""
    return {subject for alarm in paging(case) for subject in _pointed(case, alarm) if subject.startswith(THINGS)}


def paging(case: Case) -> frozenset[str]:
    """Return the alarm that paged, and the alarms that it is made of if it is a composite one."""
    paged = _paged(case)
    parts = {subject for subject in _pointed(case, paged) if subject.startswith("alarm/")} if paged else set()
    return frozenset({paged, *parts} - {""})


def _pointed(case: Case, alarm: str) -> set[str]:
    return {subject_of(call) for finding, _ in case.findings() if finding.subject == alarm for call in finding.leads_to}


def _paged(case: Case) -> str:
    return f"alarm/{case.ask.alert.name}" if case.ask.alert and case.ask.alert.name else ""


def _groups(holes: set[str], facts: Facts) -> list[list[dict[str, str]]]:
    """Return, for each independent hole, what may fill it; namespace and workload go together."""
    groups = [[{hole: name} for name in facts.named(kind)] for hole, kind in _BY_HOLE.items() if hole in holes]
    if "workload" in holes:
        pairs = [name.partition("/") for name in facts.named("deployment")]
        groups.append([{"namespace": namespace, "workload": workload} for namespace, _, workload in pairs])
    elif "namespace" in holes:
        spaces = sorted({name.partition("/")[0] for name in facts.named("deployment")})
        groups.append([{"namespace": namespace} for namespace in spaces])
    return groups


def _named_like(alarm: str, scope: Iterable[str]) -> bool:
    """Tell whether an alarm bears the name of a workload or a database in scope."""
    names = {subject.rpartition("/")[2].lower() for subject in scope if subject.startswith(("deployment/", "rds/"))}
    return any(re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", alarm.lower()) for name in names)


def _names(case: Case, finding: Finding) -> bool:
    """Tell whether the ask names the finding's subject."""
    alert = case.ask.alert
    heard = " ".join((case.ask.text, *((alert.name, alert.resource, alert.service) if alert else ())))
    words = set(_WORD.findall(heard.lower()))
    return family(finding.subject).rpartition("/")[2].lower() in words
