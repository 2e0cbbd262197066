"""What people's words mean to us: commands, stop, questions; pure, and never more than their words say."""

import difflib
import html
import re
from dataclasses import dataclass
from typing import TypeAlias

LONGEST = 3000
"""Characters of a question we take."""

EXPLAINED = 300
"""Characters of what is to be explained."""

AGENTS = {
    "provision": "provisioning",
    "risk": "delivery",
    "triage": "delivery",
    "posture": "security",
    "cost": "cost",
    "costs": "cost",
    "chart": "observability",
    "capacity": "capacity",
    "forecast": "capacity",
    "document": "documentation",
    "postmortem": "documentation",
    "scoreboard": "scoreboard",
    "handover": "handover",
}
"""First words that say whom the question is for."""
ORDERS = {"postmortem": "documentation"}
"""First words that, in any thread of ours, are for somebody else than who spoke there."""
COMMANDS = ("help", "status", "stop", "policy", "snooze", "unsnooze", "schedule", *AGENTS)
_POLICY = re.compile(r"policy(?:\s+explain\b(?P<about>.*))?", re.IGNORECASE | re.DOTALL)
_MENTION = re.compile(r"<@(?P<user>[UW][A-Z0-9]+)(?:\|[^>]*)?>")
_LINK = re.compile(r"<(?P<target>(?:https?|mailto):[^>|]+)(?:\|(?P<label>[^>]*))?>")
_CHANNEL = re.compile(r"<#(?P<id>C[A-Z0-9]+)(?:\|(?P<name>[^>]*))?>")
_STOPS = {"stop", "stop it", "stop now", "stop please", "please stop", "cancel", "abort"}
_CHATTER = {"thanks", "thank you", "thx", "ok", "okay", "great", "nice", "cool", "got it", "on it", "looking", "lol"}
_ASKS = {
    "what",
    "why",
    "how",
    "when",
    "where",
    "who",
    "which",
    "is",
    "are",
    "does",
    "do",
    "did",
    "can",
    "could",
    "has",
    "was",
}
_GLASS = re.compile(r"break-?glass(?:\s+`?(?P<approval>[\w-]+)`?(?:\s+(?P<reason>.+))?)?", re.IGNORECASE | re.DOTALL)
_SNOOZE = re.compile(
    r"(?:snooze|silence)\b\s*`?(?P<what>[\w.*/:-]+)?`?(?:\s+(?:for\s+)?(?P<number>\d{1,4})\s*(?P<unit>[mhd])\w*)?",
    re.IGNORECASE,
)
_UNSNOOZE = re.compile(
    r"(?:un(?:snooze|silence)|(?:end|lift|cancel) (?:the )?(?:snooze|silence)(?: (?:of|on|for))?)\b"
    r"\s*`?(?P<what>[\w.*/:-]+)?`?"
    r"|(?:snooze|silence)\s+`?(?P<off>[\w.*/:-]+)`?\s+off",
    re.IGNORECASE,
)
_SCHEDULE = re.compile(
    r"schedules?(?:\s+(?P<do>list|run|pause|resume|add|remove)\b\s*(?P<rest>.*))?", re.IGNORECASE | re.DOTALL
)
_ASIDE = re.compile(r"alerts?\s+(?P<do>parked|release)\W*", re.IGNORECASE)
_MINUTES = {"m": 1, "h": 60, "d": 24 * 60}
LONGEST_SNOOZE = 7 * 24 * 60
"""Minutes; what is quiet for longer is better left out by a rule in config/alerts.toml."""
_EMOJI = re.compile(r"(:[a-z0-9_+'-]+:|[\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F\s])+")


@dataclass(frozen=True, slots=True)
class Help:
    """Show what can be asked; `about` says why, if it was not asked for."""

    about: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """Show runs and approvals waiting."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop what is running."""


@dataclass(frozen=True, slots=True)
class Explain:
    """Say what the policy would decide about a change."""

    about: str


@dataclass(frozen=True, slots=True)
class Snooze:
    """Leave an incident, or alerts of a name, alone for a while; `minutes` is 0 if the words do not say how long."""

    what: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Unsnooze:
    """Look again at what was to be left alone; with no `what`, show what is."""

    what: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """Show or change what is asked by itself; `rest` is the schedule's name, or what is to be asked."""

    do: str
    rest: str


@dataclass(frozen=True, slots=True)
class Aside:
    """Show the alerts that could not be taken in, or try them again."""

    do: str


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """Have one person carry out what waits for others."""

    approval: str
    reason: str


@dataclass(frozen=True, slots=True)
class Question:
    """Look into something; `agent` is empty where the words name none."""

    text: str
    agent: str = ""


Command: TypeAlias = Help | Status | Stop | Explain | BreakGlass | Snooze | Unsnooze | Schedule | Aside | Question


def command(text: str) -> Command:
    """Return what the words after `/infra` or `@infra` ask for; what we cannot understand asks for help."""
    words = said(text)
    bare = _bare(words)
    if bare in {"", "help", "hi", "hello"}:
        return Help("I found no words in that." if words and not bare else "")
    if bare == "status":
        return Status()
    if bare in _STOPS:
        return Stop()
    return _told(words) or _question(words, bare)


def said(text: str) -> str:
    """Return what a person wrote: Slack's entities, links and channel names turned back into plain words."""
    words = _CHANNEL.sub(lambda found: f"#{found['name'] or found['id']}", text)
    words = _LINK.sub(lambda found: found["label"] or found["target"], words)
    return html.unescape(words).replace("\x00", "").strip()


def without_mention(text: str, user: str) -> str:
    """Return the text without the mentions of one user."""
    return _MENTION.sub(lambda found: "" if found["user"] == user else found.group(), text).strip()


def mentions(text: str, user: str) -> bool:
    """Tell whether the text mentions a user."""
    return any(found["user"] == user for found in _MENTION.finditer(text))


def follow_up(text: str) -> Question:
    """Return what words in a thread of ours ask for: the thread's agent, unless they order what another one does."""
    words = said(text)
    return Question(words, ORDERS.get(_bare(words).split(" ", 1)[0], ""))


def is_stop(text: str) -> bool:
    """Tell whether the words are nothing but a wish to stop."""
    return _bare(said(text)) in _STOPS


def is_question(text: str) -> bool:
    """Tell whether the words are a question."""
    words = said(text)
    first = _bare(words).split(" ", 1)[0]
    return words.endswith("?") or (first in _ASKS and len(words.split()) > 2)  # noqa: PLR2004 - "is it" asks nothing


def is_follow_up(text: str) -> bool:
    """Tell whether a message in our thread is for us: not to somebody else, not mere thanks or emoji."""
    starts = _MENTION.match(text.strip())
    words = said(text)
    return bool(words) and not starts and not _EMOJI.fullmatch(words) and _bare(words) not in _CHATTER


def _told(words: str) -> Command | None:
    """Return the command that says what it is about; None if the words are no such command."""
    if asked := _POLICY.fullmatch(words):
        return Explain((asked["about"] or "").replace("`", " ").strip()[:EXPLAINED])
    if breaking := _GLASS.fullmatch(words):
        return BreakGlass(breaking["approval"] or "", (breaking["reason"] or "").strip())
    if asked := _SCHEDULE.fullmatch(words):
        return Schedule((asked["do"] or "list").lower(), (asked["rest"] or "").replace("`", " ").strip())
    if aside := _ASIDE.fullmatch(words):
        return Aside(aside["do"].lower())
    return _snoozed(words)


def _snoozed(words: str) -> Snooze | Unsnooze | None:
    if loud := _UNSNOOZE.fullmatch(words):
        return Unsnooze(loud["what"] or loud["off"] or "")
    found = _SNOOZE.fullmatch(words)
    if found is None:
        return None
    minutes = int(found["number"] or 0) * _MINUTES[(found["unit"] or "m").lower()]
    return Snooze(found["what"] or "", min(LONGEST_SNOOZE, minutes))


def _question(words: str, bare: str) -> Command:
    if len(words) > LONGEST:
        return Help(f"That is {len(words):,} characters; please ask in at most {LONGEST:,}.")
    agent = AGENTS.get(bare.split(" ", 1)[0], "")
    if " " not in bare and not agent and (meant := difflib.get_close_matches(bare, COMMANDS, n=1, cutoff=0.75)):
        return Help(f"Did you mean `{meant[0]}`?")
    return Question(words, agent)


def _bare(words: str) -> str:
    return " ".join(re.sub(r"[^\w\s'-]|_", " ", words.lower()).split())
