"""A change that a model called for becomes a proposal: exactly these arguments, this preview, this asker."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from agents.contract import Agent, Ask
from tools.canonical import canonical
from tools.contract import Change, JsonObject, Preview, ToolError
from tools.proposal import Proposal
from tools.redact import redact
from tools.scope import Scopes


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a target belongs, as the service catalogue says."""

    service: str = ""
    environment: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """What the toolbelt needs to know of the run it serves."""

    id: str
    ask: Ask
    agent: Agent
    now: Callable[[], datetime]
    placed: Callable[[JsonObject], Placement]
    scopes: Scopes = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """A change as a model called for it."""

    args: JsonObject
    reason: str = ""
    evidence: tuple[str, ...] = ()


def wish_of(args: JsonObject, schema: JsonObject) -> Wish:
    """Split what a model passed into the change's arguments and the reasons for it; some changes have a reason, too."""
    evidence, own = args.get("evidence"), _properties(schema)
    return Wish(
        args={name: value for name, value in args.items() if name in own or name not in {"reason", "evidence"}},
        reason=redact(str(args.get("reason") or "No reason was given.")).text,
        evidence=tuple(map(str, evidence)) if isinstance(evidence, list | tuple) else (),
    )


def asked_for(schema: JsonObject) -> JsonObject:
    """Return a change's argument schema with the two things people want to know: why, and from what evidence."""
    own, required = _properties(schema), schema.get("required")
    why = {"type": "string", "description": "one sentence: why, from what was found"}
    cited = {"type": "array", "items": {"type": "string"}, "description": "ids of the evidence, such as E3"}
    return {
        **schema,
        "properties": {**own, "reason": own.get("reason", why), "evidence": own.get("evidence", cited)},
        "required": list(dict.fromkeys([*(required if isinstance(required, list) else []), "reason", "evidence"])),
    }


def _properties(schema: JsonObject) -> JsonObject:
    properties = schema.get("properties")
    return properties if isinstance(properties, dict) else {}


def key_of(change: Change, args: JsonObject) -> bytes:
    """Return what makes two proposals of a run the same one."""
    try:
        return canonical([change.name, args])
    except ValueError as error:
        raise ToolError(str(error)) from error


def proposal_of(run: Run, change: Change, wish: Wish, preview: Preview, taint: tuple[str, ...]) -> Proposal:
    """Return the proposal, with an id that cannot be guessed; `observed` is bound as it is, the words are redacted."""
    placement = run.placed(wish.args)
    return Proposal(
        id=secrets.token_urlsafe(18),
        tool=change.name,
        version=change.version,
        args=wish.args,
        risk=change.risk,
        needs=change.needs,
        preview=fit_to_show(preview),
        reason=wish.reason,
        evidence=wish.evidence,
        asker=run.ask.asker,
        environment=placement.environment,
        service=placement.service,
        run_id=run.id,
        at=run.now(),
        taint=tuple(redact(source).text for source in taint),
    )


def fit_to_show(preview: Preview) -> Preview:
    """Return a preview without secrets in its words; `observed` stays as it is, because a yes is bound to it."""
    return replace(
        preview,
        summary=redact(preview.summary).text,
        diff=redact(preview.diff).text,
        blast_radius=redact(preview.blast_radius).text,
        way_back=redact(preview.way_back).text,
    )
