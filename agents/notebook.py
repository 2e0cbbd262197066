"""What a run has established so far, and the events that tell of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from agents.contract import Cited, Ending, Evidence, Health, Report
from agents.events import Proposed, RunEvent
from agents.titles import title_of
from config.settings import settings
from tools.contract import Call, Chart, Finding, Observation, Role
from tools.proposal import Proposal

_ORDER = {Role.CAUSE: 0, Role.CHANGE: 1, Role.SYMPTOM: 2, Role.HEALTHY: 3, Role.CONTEXT: 4}


@dataclass(frozen=True, slots=True)
class Look:
    """A reading that was taken: what a tool message carries beside its text."""

    evidence: str
    call: Call
    observation: Observation


@dataclass(frozen=True, slots=True)
class Offer:
    """A change that was called for: the proposal, or why there is none."""

    call: Call
    proposal: Proposal | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """A reading that failed, and what was said of it."""

    call: Call
    why: str


@dataclass(frozen=True, slots=True)
class Misfit:
    """A call whose arguments do not fit its tool: nothing was called."""

    call: Call


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What the model says the run established; its claims are checked against the evidence."""

    health: Health
    cause: str = ""
    confidence: float = 0.0
    evidence: tuple[str, ...] = ()
    ruled_out: tuple[str, ...] = ()
    unknowns: tuple[str, ...] = ()
    service: str = ""


class Notebook:
    """Collects what one run finds. `emit` passes events on to whoever follows the run."""

    def __init__(self, emit: Callable[[RunEvent], None]) -> None:
        self.emit = emit
        self.looks: list[Look] = []
        self.proposals: dict[bytes, Proposal] = {}
        self.sources: dict[str, None] = {}
        self.conclusion = Conclusion(Health.UNKNOWN)
        self.concluded = False
        self._ids = 0

    def next_id(self) -> str:
        """Return the id of the reading that begins now."""
        self._ids += 1
        return f"E{self._ids}"

    def heard(self, *sources: str) -> None:
        """Keep whose words the run knows from now on; what it proposes later is marked with all of them."""
        self.sources |= dict.fromkeys(sources)

    def look(self, look: Look) -> None:
        """Keep what a reading showed."""
        self.looks.append(look)

    def propose(self, key: bytes, proposal: Proposal) -> None:
        """Keep a proposal and tell of it."""
        self.proposals[key] = proposal
        self.emit(Proposed(proposal))

    def conclude(self, conclusion: Conclusion) -> None:
        """Keep the model's conclusion; the last one counts."""
        self.conclusion = conclusion
        self.concluded = True

    def findings(self) -> tuple[Cited, ...]:
        """Return all that was found, strongest first."""
        cited = [Cited(finding, look.evidence) for look in self.looks for finding in look.observation.findings]
        return tuple(sorted(cited, key=lambda one: (_ORDER[one.finding.role], -one.finding.confidence)))

    def evidence(self) -> tuple[Evidence, ...]:
        """Return the readings taken, in order of their ids."""
        return tuple(_evidence(look) for look in sorted(self.looks, key=lambda look: int(look.evidence[1:])))

    def report(self, answer: str) -> Report:
        """Return what the run established, with the words it posted."""
        conclusion = self.conclusion
        return Report(
            answer=answer,
            health=conclusion.health,
            cause=conclusion.cause,
            confidence=conclusion.confidence,
            findings=self.findings(),
            evidence=self.evidence(),
            ruled_out=conclusion.ruled_out,
            unknowns=conclusion.unknowns,
            proposals=tuple(proposal.id for proposal in self.proposals.values()),
            service=conclusion.service,
        )

    def ending(self) -> Ending:
        """Tell whether the question is answered; one that needed no verdict is, and one that led to a proposal."""
        told = self.conclusion
        unsure = self.concluded and told.health is Health.UNKNOWN and not self.proposals
        doubtful = bool(told.cause) and told.confidence < settings().infra_sure and not self.proposals
        return Ending.INCONCLUSIVE if unsure or doubtful else Ending.ANSWERED


def gist(observation: Observation, width: int = 200) -> str:
    """Return one line of what a reading showed: its strongest finding, or its first line."""
    telling = [finding for finding in observation.findings if finding.role is not Role.CONTEXT]
    words = _strongest(telling).observed if telling else _first_line(observation.text)
    return words if len(words) <= width else f"{words[: width - 1]}…"


def masked(observation: Observation, mask: Callable[[str], str]) -> Observation:
    """Return the observation with every sentence in it masked."""
    findings = (
        replace(one, observed=mask(one.observed), pointer=mask(one.pointer), advice=mask(one.advice))
        for one in observation.findings
    )
    chart = _masked_chart(observation.chart, mask) if observation.chart else None
    return Observation(mask(observation.text), tuple(findings), mask(observation.headline), chart)


def _masked_chart(chart: Chart, mask: Callable[[str], str]) -> Chart:
    return replace(
        chart,
        title=mask(chart.title),
        alt=mask(chart.alt),
        series=tuple(replace(one, name=mask(one.name)) for one in chart.series),
        marks=tuple((at, mask(what)) for at, what in chart.marks),
        spans=tuple((start, end, mask(what)) for start, end, what in chart.spans),
    )


def _strongest(findings: Sequence[Finding]) -> Finding:
    return min(findings, key=lambda finding: (_ORDER[finding.role], -finding.confidence))


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "nothing")


def _evidence(look: Look) -> Evidence:
    return Evidence(look.evidence, look.call, title_of(look.call), gist(look.observation))
