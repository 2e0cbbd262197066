"""The words between what can be done to the world and who decides; plain data, no third-party import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

JsonObject: TypeAlias = dict[str, object]
"""A JSON object: string keys, values that survive JSON."""


class ToolError(Exception):
    """A sentence for a person and a model: what went wrong and what to do about it."""


class Refused(ToolError):
    """The executor will not do this: no valid grant, or it has been used."""


class Expired(Refused):
    """The yes ran out before anything was sent; nobody said no."""


class Stale(ToolError):
    """The target moved since the preview, so what was approved is no longer what would happen."""


class Unknown(ToolError):
    """The target may or may not have done it (a time-out, a dropped connection): read back, never repeat."""


class Risk(StrEnum):
    """How much a change could hurt; the policy decides by it."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Call:
    """A tool and its arguments, not yet called."""

    tool: str
    args: JsonObject


class Role(StrEnum):
    """What part a finding plays in the story of an incident."""

    CAUSE = "cause"  # could explain the symptoms by itself
    CHANGE = "change"  # something somebody did: a rollout, a config change
    SYMPTOM = "symptom"  # what hurts, a consequence of something else
    CONTEXT = "context"  # worth knowing, explains nothing
    HEALTHY = "healthy"  # looked at and found in order; rules causes out


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a reading established.

    Attributes:
        code: Stable name of the kind of finding, such as `crash_loop`; documented in the generated table.
        subject: What it is about: `kind/namespace/name`, such as `deployment/shop/checkout`, or `rds/orders-db`.
        observed: One sentence with the observation itself, numbers and units included.
        pointer: Where in the reading the observation is, such as `pod checkout-7f9 previous log, last line`.
        confidence: 0 to 1: how surely the observation means what `code` says.
        role: What part it plays.
        since: When it began (UTC), where that is known.
        leads_to: Readings that would confirm or refute it; the runbook engine follows them.
        remedy: The smallest safe change that would end it, if there is one.
        advice: What a person should do where no change of ours helps, one sentence.
    """

    code: str
    subject: str
    observed: str
    pointer: str
    confidence: float
    role: Role
    since: datetime | None = None
    leads_to: tuple[Call, ...] = ()
    remedy: Call | None = None
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """A line of a chart: a value at each time (UTC), None where there is none."""

    name: str
    points: tuple[tuple[datetime, float | None], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """What a picture of a reading would show; drawn where it is posted.

    Attributes:
        title: What it shows, a few words.
        unit: Of all values, such as `ms` or `USD a day`.
        series: The lines, the one that matters first.
        marks: Moments to point out: when (UTC) and what, a few words.
        spans: Stretches to point out, such as an anomaly or a forecast: from, to (UTC) and what.
        alt: The picture in a sentence, for those who do not see it.
        band: A range that is likely, such as a forecast's: when (UTC), from, to.
    """

    title: str
    unit: str
    series: tuple[Series, ...]
    marks: tuple[tuple[datetime, str], ...] = ()
    spans: tuple[tuple[datetime, datetime, str], ...] = ()
    alt: str = ""
    band: tuple[tuple[datetime, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """What a reading returns: text for people and models, and what the reading's analysis found in it.

    Attributes:
        text: For people and models.
        findings: What the analysis found, what matters most first.
        headline: One sentence that a survey or a digest of it begins with.
        chart: What to draw of it, if a picture says more.
    """

    text: str
    findings: tuple[Finding, ...] = ()
    headline: str = ""
    chart: Chart | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do, established without doing it.

    Attributes:
        summary: One sentence: verb, target, from what to what.
        diff: Unified diff, or the server-side dry run's result.
        blast_radius: Who would notice, in words and numbers.
        way_back: How to undo it, one sentence.
        undo: The call that undoes it, where one does.
        observed: The facts the decision rests on (uid, resourceVersion, replicas …); execution refuses if they moved.
    """

    summary: str
    diff: str
    blast_radius: str
    way_back: str
    observed: JsonObject
    undo: Call | None = None


class Settled(StrEnum):
    """What reading the target back says about a change."""

    DONE = "done"
    NOT_DONE = "not_done"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Settlement:
    """The answer of a read-back, with the observation behind it."""

    state: Settled
    detail: str


Placed: TypeAlias = Callable[[JsonObject], JsonObject]
"""Returns arguments with the names of the instances that are meant."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """What a tool that is no function of ours says of itself; nothing of it is trusted.

    Attributes:
        origin: Whose it is, such as `the MCP server grafana`.
        description: What it is for, as people and models read it.
        arguments: JSON Schema of its arguments.
    """

    origin: str
    description: str
    arguments: JsonObject


@dataclass(frozen=True, slots=True)
class Reading:
    """A tool that only looks. Made by `@reads`.

    Attributes:
        name: The function's name.
        call: Takes the reading.
        needs: Permissions in the target's own words (see `Change`): all that it may ever call.
        foreign: What it says of itself, where it is no function of ours.
        placed: Fills in which cluster and account are meant, where there are several.
        seconds: How long it may take; 0 is what readings usually get.
        source: Setting that says where it looks, or whether it may; where that is empty there is no such reading.
    """

    name: str
    call: Callable[..., Observation]
    needs: tuple[str, ...] = ()
    foreign: Foreign | None = None
    placed: Placed | None = None
    seconds: float = 0.0
    source: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A tool that changes the world. Made by `@changes`; only `tools.execute` calls `apply`.

    Attributes:
        name: The function's name.
        apply: Makes the change; returns one sentence. Reads `tools.acting.grant()` for its preconditions and id.
        risk: Decided by the author of the tool, next to the code.
        needs: Permissions in the target's own words: `apps/deployments/scale:patch` (group, resource, verb; the core
            group is `core`) or `rds:StopDBInstance` (AWS's service and action);
            everything that applying, previewing and settling call.
        preview: Same arguments as `apply`; says what would change.
        settle: Same arguments as `apply`; reads back whether this very grant took effect.
        version: Changes whenever arguments, risk or needs do, so an old approval does not fit a new tool.
        foreign: What it says of itself, where it is no function of ours.
        placed: Fills in which cluster and account are meant, where there are several.
    """

    name: str
    apply: Callable[..., str]
    risk: Risk
    needs: tuple[str, ...]
    preview: Callable[..., Preview]
    settle: Callable[..., Settlement]
    version: str
    foreign: Foreign | None = None
    placed: Placed | None = None


Tool: TypeAlias = Reading | Change
