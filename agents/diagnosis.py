"""Findings become a diagnosis: the likeliest cause, what set it off, what it is not, and whether anything is wrong."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from agents.contract import Cited, Health
from agents.subjects import family
from tools.contract import Call, Role

CONCLUSIVE = 0.55
"""Below this a cause is not claimed and nothing is proposed."""

AWARE = 0.35
"""Below this a symptom is noise."""

_EVER = datetime.min.replace(tzinfo=UTC)
_LATER, _SOON, _OLD = timedelta(minutes=5), timedelta(hours=2), timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Scene:
    """What the findings are weighed against.

    Attributes:
        scope: Subjects the ask is about; empty if it is about everything.
        depends: What each subject depends on.
        onset: When the trouble showed (UTC), where known.
    """

    scope: frozenset[str] = frozenset()
    depends: Mapping[str, frozenset[str]] = field(default_factory=dict)
    onset: datetime | None = None


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


def diagnose(findings: Iterable[Cited], scene: Scene) -> Diagnosis:
    """Weigh the findings; their order does not matter."""
    every = sorted(findings, key=_order)
    causes, changes = _of(every, Role.CAUSE), _of(every, Role.CHANGE)
    symptoms = [one for one in _of(every, Role.SYMPTOM) if _weight(one, scene) >= AWARE]
    root = _root(causes, changes, scene)
    if root is None and any(_near(one, scene) for one in symptoms):
        root = _suspicious_change(changes, scene)
    if root is None or _weight(root, scene) < CONCLUSIVE:
        return _open(every, symptoms, root, scene)
    return _closed(every, symptoms, root, scene)


def _closed(every: Sequence[Cited], symptoms: Sequence[Cited], root: Cited, scene: Scene) -> Diagnosis:
    trigger = _trigger(root, _of(every, Role.CHANGE), scene)
    story = {_order(one) for one in (root, trigger) if one}
    kin = [one for one in every if _explains(root, one, scene) and _order(one) not in story]
    supports = [one for one in kin if one.finding.role in {Role.CAUSE, Role.CHANGE}]
    others = [one for one in every if one.finding.role in {Role.CAUSE, Role.CHANGE} and one not in supports]
    return Diagnosis(
        health=Health.UNHEALTHY,
        cause=root,
        trigger=trigger,
        confidence=_confidence(root, trigger, supports, symptoms, scene),
        symptoms=tuple(symptoms),
        supports=tuple(supports),
        ruled_out=tuple((one, _why_not(one, root, scene)) for one in others if _order(one) not in story),
        healthy=tuple(one for one in _of(every, Role.HEALTHY) if _near(one, scene)),
        remedy=_remedy(root, trigger, supports),
    )


def _open(every: Sequence[Cited], symptoms: Sequence[Cited], suspect: Cited | None, scene: Scene) -> Diagnosis:
    hurting = [one for one in symptoms if _near(one, scene)]
    if suspect and not (_near(suspect, scene) and _weight(suspect, scene) >= AWARE):
        suspect = None
    others = [one for one in every if one.finding.role in {Role.CAUSE, Role.CHANGE} and one is not suspect]
    return Diagnosis(
        health=_quiet(every) if not hurting and not suspect else _unsure(hurting),
        symptoms=tuple(hurting),
        ruled_out=tuple((one, _why_not(one, None, scene)) for one in others),
        healthy=tuple(one for one in _of(every, Role.HEALTHY) if _near(one, scene)),
        suspect=suspect,
    )


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
    best = max(causes, key=lambda one: (_weight(one, scene), _order(one)))
    own = _trigger(best, [one for one in changes if _subject(one) == _subject(best)], scene)
    deeper = [one for one in causes if _subject(one) in scene.depends.get(_subject(best), ()) and not _after(one, best)]
    deeper = [one for one in deeper if _weight(one, scene) >= 0.75 * _weight(best, scene)]
    return max(deeper, key=lambda one: (_weight(one, scene), _order(one))) if deeper and not own else best


def _suspicious_change(changes: Sequence[Cited], scene: Scene) -> Cited | None:
    """Return the change nearest before the trouble, where no finding is a cause by itself and both times are known."""
    dated = [one for one in changes if one.finding.since and scene.onset]
    fit = [one for one in dated if _near(one, scene) and _just_before(one, scene.onset)]
    return max(fit, key=lambda one: (one.finding.since or _EVER, _order(one)), default=None)


def _trigger(root: Cited, changes: Sequence[Cited], scene: Scene) -> Cited | None:
    fit = [one for one in changes if one is not root and _linked(one, root, scene) and not _after(one, root)]
    fit = [one for one in fit if _just_before(one, root.finding.since or scene.onset)]
    return max(fit, key=lambda one: (one.finding.confidence, _order(one)), default=None)


def _linked(change: Cited, root: Cited, scene: Scene) -> bool:
    """Tell whether the change can have set the cause off: same thing, a user of it, or something it uses."""
    one, other = _subject(change), _subject(root)
    return one == other or other in scene.depends.get(one, ()) or one in scene.depends.get(other, ())


def _explains(root: Cited, other: Cited, scene: Scene) -> bool:
    one, consequence = _subject(root), _subject(other)
    return not _after(root, other) and (one == consequence or one in scene.depends.get(consequence, ()))


def _remedy(root: Cited, trigger: Cited | None, supports: Sequence[Cited]) -> tuple[Call, Cited] | None:
    """Return the remedy nearest to the root: undo the change that set it off, else what the cause itself asks for."""
    story = [one for one in (trigger, root, *supports) if one]
    return next(((one.finding.remedy, one) for one in story if one.finding.remedy), None)


def _weight(one: Cited, scene: Scene) -> float:
    """Return confidence, halved for what is out of scope or came after the trouble, less for what is old."""
    weight = one.finding.confidence
    if not _near(one, scene):
        weight *= 0.5
    if scene.onset and one.finding.since:
        lead = scene.onset - one.finding.since
        weight *= 0.5 if lead < -_LATER else 0.6 if lead > _OLD else 1.0
    return weight


def _confidence(
    root: Cited, trigger: Cited | None, supports: Sequence[Cited], symptoms: Sequence[Cited], scene: Scene
) -> float:
    backed = 0.05 * bool(trigger) + 0.02 * min(3, len(supports)) + 0.02 * bool(symptoms)
    return round(min(0.97, _weight(root, scene) + backed), 2)


def _why_not(one: Cited, root: Cited | None, scene: Scene) -> str:
    since = one.finding.since
    if scene.onset and since and since - scene.onset > _LATER:
        return "it began after the trouble did"
    if scene.onset and since and scene.onset - since > _OLD:
        return "it is older than a day, the trouble is not"
    if not _near(one, scene):
        return "it is not on the path of what was asked about"
    if root and _subject(root) in scene.depends.get(_subject(one), ()):
        return f"it depends on {_subject(root)} and follows from it"
    return "it is weaker evidence than the cause" if root else "the evidence for it is too weak"


def _near(one: Cited, scene: Scene) -> bool:
    return not scene.scope or _subject(one) in scene.scope or one.finding.subject in scene.scope


def _just_before(one: Cited, moment: datetime | None) -> bool:
    since = one.finding.since
    return moment is None or since is None or -_LATER <= moment - since <= _SOON


def _after(one: Cited, other: Cited) -> bool:
    since, reference = one.finding.since, other.finding.since
    return bool(since and reference and since - reference > _LATER)


def _subject(one: Cited) -> str:
    return family(one.finding.subject)


def _of(findings: Sequence[Cited], role: Role) -> list[Cited]:
    return [one for one in findings if one.finding.role is role]


def _order(one: Cited) -> tuple[float, str, str, str, str]:
    finding = one.finding
    return (-finding.confidence, finding.code, finding.subject, one.evidence, finding.observed)
