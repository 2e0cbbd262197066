"""Findings become a diagnosis: the likeliest cause, what set it off, what it is not, and whether anything is wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from agents.contract import Cited, Health
from agents.fitting import beside
from agents.weighing import (
    Scene,
    after,
    explains,
    just_before,
    linked,
    near,
    order,
    outweighed,
    subject,
    weight,
    why_not,
)
from config.settings import settings
from tools.contract import Call, Role

CONCLUSIVE = 0.55
"""Below this a finding alone is not taken for certain; how sure a cause must be is a setting."""

AWARE = 0.35
"""Below this a symptom is noise."""

NEARLY = 0.75
"""A cause in something depended on is preferred when it weighs this share of the heaviest one."""

REPEATED = 0.65
"""What a program says again and again is said with so much confidence, or more."""

ILL = ("deployment/", "statefulset/", "daemonset/", "rds/", "load_balancer/", "network_load_balancer/")
"""Subjects whose own symptoms are worth naming beside a cause elsewhere."""

SPEAKING = ("function/", "container_service/")
"""Subjects whose own words are in a log group of theirs."""

_EVER = datetime.min.replace(tzinfo=UTC)
_STORY = frozenset({Role.CAUSE, Role.CHANGE})


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the findings amount to.

    Attributes:
        health: Verdict.
        cause: The root cause, if one is claimed.
        trigger: The change that set it off, if one was found.
        confidence: 0 to 1, of the cause.
        symptoms: What hurts, strongest first.
        supports: Other findings that fit the cause.
        ruled_out: Causes that were considered, and why it is not they.
        healthy: What was looked at and found in order.
        remedy: The smallest safe change, and the finding that names it.
        suspect: The likeliest cause when none is claimed.
        elsewhere: A separate incident: trouble that is real, alarmed, and not on the path of what was asked about.
    """

    health: Health
    cause: Cited | None = None
    trigger: Cited | None = None
    confidence: float = 0.0
    symptoms: tuple[Cited, ...] = ()
    supports: tuple[Cited, ...] = ()
    ruled_out: tuple[tuple[Cited, str], ...] = ()
    healthy: tuple[Cited, ...] = ()
    remedy: tuple[Call, Cited] | None = None
    suspect: Cited | None = None
    elsewhere: "Diagnosis | None" = None

    def own_words(self) -> list[Cited]:
        """Return what the cause's own subject says of it beside the cause itself: a log line, an exit code."""
        root = self.cause
        causes = [one for one in self.supports if one.finding.role is Role.CAUSE]
        return [
            one for one in causes if root and subject(one) == subject(root) and one.finding.code != root.finding.code
        ]

    def hence(self) -> Cited | None:
        """Return the strongest symptom of what rests on the cause's subject; an alarm would only repeat it."""
        root = self.cause
        ill = (*ILL, "log_group/") if root and subject(root).startswith(SPEAKING) else ILL
        told = [one for one in self.symptoms if subject(one).startswith(ill)]
        return next((one for one in told if root and subject(one) != subject(root)), None)


def diagnose(findings: Iterable[Cited], scene: Scene) -> Diagnosis:
    """Weigh the findings; their order does not matter."""
    every = _distinct(findings)
    own = _weighed(every, scene)
    other = _apart(own, every, scene)
    told = (other.cause, other.trigger, *other.symptoms, *other.supports) if other else ()
    ruled_out = tuple((one, why) for one, why in own.ruled_out if one not in told)
    return replace(own, elsewhere=other, ruled_out=ruled_out)


def _weighed(every: Sequence[Cited], scene: Scene) -> Diagnosis:
    root = _root(_of(every, Role.CAUSE), _of(every, Role.CHANGE), scene)
    hurting = [one for one in _of(every, Role.SYMPTOM) if near(one, scene) and weight(one, scene) >= AWARE]
    hurting = [one for one in hurting if not outweighed(one, every)]
    if root is None and hurting:
        root = _suspicious_change(_of(every, Role.CHANGE), scene) or _out_of_sight(hurting, every, scene)
    if root is None or weight(root, scene) < settings().infra_sure:
        return _open(every, hurting, root, scene)
    return _closed(every, root, scene)


def _apart(own: Diagnosis, every: Sequence[Cited], scene: Scene) -> Diagnosis | None:
    """Return what is wrong off the path of what was asked, if an alarm fires for it and its cause is sure."""
    told = {order(one) for one in (own.cause, own.trigger, *own.symptoms, *own.supports) if one}
    off = [one for one in every if not near(one, scene) and order(one) not in told]
    other = _weighed(off, Scene(depends=scene.depends)) if scene.scope else None
    if other is None or other.cause is None or (own.cause and explains(own.cause, other.cause, scene)):
        return None
    hurt = {subject(other.cause), *(user for user, uses in scene.depends.items() if subject(other.cause) in uses)}
    alarms = [one.finding.subject for one in off if one.finding.code == "alarm_firing"]
    alarming = any(one.rpartition("/")[2] in alarm for one in hurt for alarm in alarms)
    return other if alarming else None


def _closed(every: Sequence[Cited], root: Cited, scene: Scene) -> Diagnosis:
    trigger = _trigger(root, every, scene)
    rest = [one for one in every if one not in (root, trigger)]
    supports = [one for one in rest if one.finding.role in _STORY and explains(root, one, scene)]
    others = [one for one in rest if one.finding.role in _STORY and one not in supports]
    symptoms = [one for one in _of(every, Role.SYMPTOM) if near(one, scene) or explains(root, one, scene)]
    return Diagnosis(
        health=Health.UNHEALTHY,
        cause=root,
        trigger=trigger,
        confidence=_confidence(root, trigger, (*supports, *symptoms), scene),
        symptoms=tuple(symptoms),
        supports=tuple(supports),
        ruled_out=tuple((one, why_not(one, root, scene)) for one in (*others, *_decoys(every, symptoms))),
        healthy=_in_order(every, scene),
        remedy=_remedy(root, trigger, supports),
    )


def _open(every: Sequence[Cited], hurting: Sequence[Cited], suspect: Cited | None, scene: Scene) -> Diagnosis:
    if suspect and not (near(suspect, scene) and weight(suspect, scene) >= AWARE):
        suspect = None
    others = [one for one in every if one.finding.role in _STORY and one != suspect]
    return Diagnosis(
        health=_unsure(hurting) if hurting or suspect else _quiet(every),
        symptoms=tuple(hurting),
        ruled_out=tuple((one, why_not(one, None, scene)) for one in (*others, *_decoys(every, hurting))),
        healthy=_in_order(every, scene),
        suspect=suspect,
    )


def _decoys(every: Sequence[Cited], symptoms: Sequence[Cited]) -> list[Cited]:
    """Return what looks like trouble and is not this one: other things' alarms, and leftovers that are over."""
    others = [one for one in _of(every, Role.SYMPTOM) if one not in symptoms]
    alarms = [one for one in others if one.finding.subject.startswith(("alarm/", "deployment/", "rds/", "node/"))]
    return [*alarms, *(one for one in _of(every, Role.CONTEXT) if one.finding.code.startswith("old_"))]


def _quiet(every: Sequence[Cited]) -> Health:
    if any("recovered" in one.finding.code for one in every):
        return Health.RECOVERED
    return Health.HEALTHY if _of(every, Role.HEALTHY) else Health.UNKNOWN


def _unsure(hurting: Sequence[Cited]) -> Health:
    return Health.UNHEALTHY if any(one.finding.confidence >= CONCLUSIVE for one in hurting) else Health.UNKNOWN


def _root(causes: Sequence[Cited], changes: Sequence[Cited], scene: Scene) -> Cited | None:
    """Return the heaviest cause, or the one it depends on if that is nearly as heavy and no change of its own fits."""
    if not causes:
        return None
    best = _heaviest(causes, scene)
    below = scene.depends.get(subject(best), frozenset()) - {subject(best)}
    deeper = [one for one in causes if subject(one) in below and not after(one, best)]
    deeper = [one for one in deeper if weight(one, scene) >= NEARLY * weight(best, scene)]
    own = _trigger(best, [one for one in (*causes, *changes) if subject(one) == subject(best)], scene)
    return _heaviest(deeper, scene) if deeper and not own else best


def _heaviest(causes: Sequence[Cited], scene: Scene) -> Cited:
    return min(causes, key=lambda one: (-weight(one, scene), order(one)))


def _suspicious_change(changes: Sequence[Cited], scene: Scene) -> Cited | None:
    """Return the change nearest before the trouble, where no finding is a cause by itself and both times are known."""
    dated = [one for one in changes if one.finding.since and scene.onset]
    fit = [one for one in dated if near(one, scene) and just_before(one, scene.onset)]
    return max(fit, key=lambda one: (one.finding.since or _EVER, order(one)), default=None)


def _out_of_sight(hurting: Sequence[Cited], every: Sequence[Cited], scene: Scene) -> Cited | None:
    """Return who says again and again that it cannot reach something, where nothing of what it rests on can be seen."""
    seen = {subject(one) for one in every}
    said = [one for one in hurting if one.finding.code == "dependency_down" and one.finding.confidence >= REPEATED]
    blind = [one for one in said if not (scene.depends.get(subject(one), frozenset()) - {subject(one)}) & seen]
    return min(blind, key=order, default=None)


def _trigger(root: Cited, every: Sequence[Cited], scene: Scene) -> Cited | None:
    changes = [one for one in _of(every, Role.CHANGE) if one != root and not beside(one, root, every)]
    fit = [one for one in changes if linked(one, root, scene) and not after(one, root)]
    fit = [one for one in fit if just_before(one, root.finding.since or scene.onset)]
    return min(fit, key=order, default=None)


def _remedy(root: Cited, trigger: Cited | None, supports: Sequence[Cited]) -> tuple[Call, Cited] | None:
    """Return the remedy nearest to the root: undo the change that set it off, else what the cause itself asks for.

    What would end the trouble of who only suffers by the root is none.
    """
    own = [one for one in supports if subject(one) == subject(root) and not beside(one, root, supports)]
    story = [one for one in (trigger, root, *own) if one]
    return next(((one.finding.remedy, one) for one in story if one.finding.remedy), None)


def _confidence(root: Cited, trigger: Cited | None, backing: Sequence[Cited], scene: Scene) -> float:
    return round(min(0.97, weight(root, scene) + 0.05 * bool(trigger) + 0.02 * min(3, len(backing))), 2)


def _in_order(every: Sequence[Cited], scene: Scene) -> tuple[Cited, ...]:
    return tuple(one for one in _of(every, Role.HEALTHY) if near(one, scene))


def _distinct(findings: Iterable[Cited]) -> list[Cited]:
    """Return each finding once, with the first evidence that shows it, in an order of its own."""
    found: dict[str, Cited] = {}
    for one in sorted(findings, key=order):
        found.setdefault(repr(one.finding), one)
    return list(found.values())


def _of(findings: Sequence[Cited], role: Role) -> list[Cited]:
    return [one for one in findings if one.finding.role is role]
