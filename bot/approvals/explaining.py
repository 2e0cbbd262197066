"""What would be decided, and by which rule: `kube_scale in production for P2 at 03:00`, answered in words."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import get_args

from bot.approvals.model import Decision, Effect
from bot.approvals.policy import Context, Matter, Policy, Severity
from bot.approvals.windows import clock_time, zone_of
from tools.contract import Change, Risk, Tool, ToolError
from tools.declare import schema_of

USAGE = "Write it as `policy explain kube_scale in production for P2 at 2026-12-24 03:00 Europe/Berlin`."
SEVERITIES = tuple(severity for severity in get_args(Severity) if severity)


def arguments_of(tool: Tool) -> tuple[str, ...]:
    """Return the names of a tool's arguments."""
    told = schema_of(tool).get("properties")
    return tuple(told) if isinstance(told, dict) else ()


class UnclearError(ValueError):
    """The words ask for nothing that can be explained; the sentence says what would."""


@dataclass(frozen=True)
class Explainer:
    """Explains decisions.

    Attributes:
        policy: Returns the policy as it is by now.
        tools: The catalogue.
        environments: Returns the environments that services are in.
    """

    policy: Callable[[], Policy]
    tools: Mapping[str, Tool]
    environments: Callable[[], Collection[str]]

    def __call__(self, words: str, asker: str, channel: str, now: datetime) -> str:
        """Return what would be decided if this person asked for it in this channel, in a few sentences."""
        policy = self.policy()
        try:
            matter = self._matter(words.split(), policy, Context(channel, "", now))
        except (ValueError, ToolError) as unclear:
            return _sentence(str(unclear))
        decision = policy.rule_on(replace(matter, asker=asker))
        head = f"{_spelled(matter)}, asked by {'you, here' if asker else 'nobody, as by an alert'}:"
        tail = f"Stage {policy.file.stage.value}, policy {policy.version[:8]}."
        return "\n".join([head, verdict(decision, asker), f"{_rule(decision)} {tail}"])

    def _matter(self, words: list[str], policy: Policy, context: Context) -> Matter:
        if not words:
            raise UnclearError(USAGE)
        tool, matter = self.tools.get(words[0].lower()), Matter(words[0].lower(), Risk.HIGH, "", "", context)
        if not isinstance(tool, Change):
            raise UnclearError(self._no_change(matter.tool))
        matter = replace(matter, risk=tool.risk)
        rest = words[1:]
        while rest:
            matter, rest = self._told(matter, rest, policy)
        return matter

    def _told(self, matter: Matter, words: list[str], policy: Policy) -> tuple[Matter, list[str]]:
        """Return what a condition such as `in production` makes of the matter, and the words after it."""
        match [words[0].lower(), *words[1:]]:
            case ["in", where, *rest]:
                return replace(matter, environment=self._environment(where, policy)), rest
            case ["for", severity, *rest]:
                return replace(matter, context=replace(matter.context, severity=_severity(severity))), rest
            case ["at", *when] if when:
                at, rest = moment(when, matter.context.at)
                return replace(matter, context=replace(matter.context, at=at)), rest
            case ["with", told, *rest] if "=" in told:
                name, _, value = told.partition("=")
                self._has(matter.tool, name)
                return replace(matter, arguments={**matter.arguments, name: value}), rest
            case _:
                raise UnclearError(f"I do not know what “{words[0]}” means there. {USAGE}")

    def _has(self, tool: str, name: str) -> None:
        if name not in (known := sorted(arguments_of(self.tools[tool]))):
            raise UnclearError(f"{tool} has no argument {name}; it has {', '.join(known)}.")

    def _environment(self, where: str, policy: Policy) -> str:
        known = sorted({*self.environments(), *policy.environments} - {""})
        if where.lower() not in known:
            there = ", ".join(known) or "none"
            raise UnclearError(f"No service and no rule is in an environment {where}; there is {there}.")
        return where.lower()

    def _no_change(self, name: str) -> str:
        if name in self.tools:
            return f"{name} only reads, so nobody has to say yes to it; the policy is about changes."
        changes = sorted(name for name, tool in self.tools.items() if isinstance(tool, Change))
        meant = difflib.get_close_matches(name, changes, n=1)
        hint = f"did you mean {meant[0]}?" if meant else f"the changes are {', '.join(changes)}."
        return f"There is no change named {name}; {hint}"


def verdict(decision: Decision, asker: str) -> str:
    """Return what a decision means, in a sentence for the asker, if there is one."""
    match decision.effect:
        case Effect.ALLOW:
            return "It would be done at once; nobody is asked."
        case Effect.DENY:
            return "It would be refused."
        case Effect.ASK:
            groups = " or ".join(f"@{group}" for group in decision.groups)
            people = "1 person" if decision.quorum == 1 else f"{decision.quorum} different people"
            but = ", and not you" if asker else ""
            return f"It would be asked: {people} of {groups} within {decision.minutes} minutes{but}."


def moment(words: list[str], now: datetime) -> tuple[datetime, list[str]]:
    """Return the moment that `[2026-12-24] 03:00 [Europe/Berlin]` names, and the words after it.

    Without a date it is the next such moment, without a zone it is UTC.

    Raises:
        ValueError: It names none.
    """
    day, words = _date(words)
    clock = clock_time(words[0] if words else "")
    zone, rest = _zone(words[1:])
    today = now.astimezone(zone).date()
    at = datetime.combine(day or today, clock, zone)
    return (at + timedelta(days=1) if day is None and at < now else at), rest


def _date(words: list[str]) -> tuple[date | None, list[str]]:
    try:
        return date.fromisoformat(words[0]), words[1:]
    except ValueError:
        return None, words


def _zone(words: list[str]) -> tuple[tzinfo, list[str]]:
    if not words or words[0].lower() in {"in", "for", "at", "with"}:
        return UTC, words
    return zone_of(words[0]), words[1:]


def _severity(word: str) -> str:
    if word.upper() not in SEVERITIES:
        raise UnclearError(f"A severity is one of {', '.join(SEVERITIES)}, and {word} is none.")
    return word.upper()


def _spelled(matter: Matter) -> str:
    context = matter.context
    where = f"in {matter.environment}" if matter.environment else "of a target in no known environment"
    severity = f" for {context.severity}" if context.severity else ""
    given = "".join(f" with {name}={value}" for name, value in matter.arguments.items())
    zone = getattr(context.at.tzinfo, "key", "UTC")
    return (
        f"{matter.tool} ({matter.risk.value} risk) {where}{severity}{given}, on {context.at:%a %d %b %Y %H:%M} {zone}"
    )


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."


def _rule(decision: Decision) -> str:
    return f"Rule “{decision.rule}”" + (f": {decision.why}" if decision.why else ".")
