"""How much a finding weighs in a scene: is it about what was asked, does its time fit, does it explain the other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from agents.contract import Cited
from agents.subjects import family
from tools.contract import Role

LATER, SOON, OLD = timedelta(minutes=5), timedelta(hours=2), timedelta(hours=24)
"""Later than this is after, not with; a change counts as just before for this long; older is another story."""

_UNSURE = 0.5
"""Signs weaker than this are outweighed by seeing that the thing itself is in order."""

_IN_ORDER = frozenset({"workload_healthy", "rollout_complete", "rds_normal", "resource_fine", "ecs_fine"})

_EVERYWHERE = frozenset({"cluster", "namespace", "account", "alarms", "cloudwatch"})
_SHARED = "dns/"
"""Every workload rests on what is shared by the whole cluster."""


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


def weight(one: Cited, scene: Scene) -> float:
    """Return confidence, halved for what is out of scope or came after the trouble, less for what is old."""
    heavy = one.finding.confidence * (1.0 if near(one, scene) else 0.5)
    if not (scene.onset and one.finding.since):
        return heavy
    lead = scene.onset - one.finding.since
    return heavy * (0.5 if lead < -LATER else 0.6 if lead > OLD else 1.0)


def near(one: Cited, scene: Scene) -> bool:
    """Tell whether the finding is about what was asked; what holds for a whole cluster or account always is."""
    overall = one.finding.role is Role.HEALTHY and one.finding.subject.partition("/")[0] in _EVERYWHERE
    shared = one.finding.subject.startswith(_SHARED)
    return overall or shared or not scene.scope or not scene.scope.isdisjoint({subject(one), one.finding.subject})


def outweighed(one: Cited, every: Iterable[Cited]) -> bool:
    """Tell whether an unsure sign, such as an old warning, is about something that is plainly in order."""
    fine = (other for other in every if other.finding.role is Role.HEALTHY and other.finding.code in _IN_ORDER)
    return one.finding.confidence < _UNSURE and any(subject(other) == subject(one) for other in fine)


def linked(change: Cited, root: Cited, scene: Scene) -> bool:
    """Tell whether the change can have set the cause off: same thing, a user of it, or something it uses."""
    one, other = subject(change), subject(root)
    return one == other or other in scene.depends.get(one, ()) or one in scene.depends.get(other, ())


def explains(root: Cited, other: Cited, scene: Scene) -> bool:
    """Tell whether the other finding can follow from the root: same thing or a user of it, and not earlier."""
    one, consequence = subject(root), subject(other)
    rests = one == consequence or one.startswith(_SHARED) or one in scene.depends.get(consequence, ())
    return not after(root, other) and rests


def just_before(one: Cited, moment: datetime | None) -> bool:
    """Tell whether the finding began within two hours before the moment; unknown times do not contradict."""
    since = one.finding.since
    return moment is None or since is None or -LATER <= moment - since <= SOON


def after(one: Cited, other: Cited) -> bool:
    """Tell whether one clearly began after the other."""
    since, reference = one.finding.since, other.finding.since
    return bool(since and reference and since - reference > LATER)


def why_not(one: Cited, root: Cited | None, scene: Scene) -> str:
    """Return why a finding is not the cause, half a sentence."""
    since = one.finding.since
    if one.finding.role is Role.CONTEXT:
        return "it is over, a leftover of earlier"
    if scene.onset and since and since - scene.onset > LATER:
        return "it began after the trouble did"
    if scene.onset and since and scene.onset - since > OLD:
        return "it is more than a day older than the trouble"
    if not near(one, scene):
        return "it is not on the path of what was asked about"
    if root and subject(root) in scene.depends.get(subject(one), frozenset()) - {subject(one)}:
        return f"it depends on {subject(root)} and follows from it"
    return "it is weaker evidence than the cause" if root else "the evidence for it is too weak"


def subject(one: Cited) -> str:
    """Return what a finding is about, pods as their workload."""
    return family(one.finding.subject)


def order(one: Cited) -> tuple[float, str, str, int, str, str]:
    """Return a key that sorts findings the same way whatever order they came in, surest first."""
    finding = one.finding
    taken = len(one.evidence), one.evidence
    return (-finding.confidence, finding.code, finding.subject, *taken, repr(finding))


def one_each(findings: Iterable[Cited]) -> list[Cited]:
    """Return the first finding of each kind and subject: the same thing read twice is told once."""
    found: dict[tuple[str, str], Cited] = {}
    for one in findings:
        found.setdefault((one.finding.code, subject(one)), one)
    return list(found.values())


def one_a_subject(findings: Iterable[Cited]) -> list[Cited]:
    """Return the first finding of each subject."""
    found: dict[str, Cited] = {}
    for one in findings:
        found.setdefault(subject(one), one)
    return list(found.values())
