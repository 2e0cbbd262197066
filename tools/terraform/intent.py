"""What people ask for, read from their words: which golden module, where, what it is called, and with which values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tools.terraform.modules import Golden, Value

_ENVIRONMENTS = {
    "production": "production",
    "prod": "production",
    "live": "production",
    "staging": "staging",
    "stage": "staging",
    "development": "development",
    "dev": "development",
    "testing": "test",
    "test": "test",
    "sandbox": "sandbox",
}
_ENVIRONMENT = re.compile(rf"\b({'|'.join(_ENVIRONMENTS)})\b(?!-)", re.IGNORECASE)
_NAME = re.compile(
    r"\b(?:named|called|name it|call it|name(?: is|:|=)|(?:with|under) the name)\s*[`\"']?"
    r"([a-z0-9][a-z0-9._-]*[a-z0-9])",
    re.IGNORECASE,
)
_OWNER = re.compile(
    r"\b(?:owned by|owner(?: is|:|=)?|belongs to|for team|on behalf of)\s+(?:the |team )?[`\"']?([a-z0-9][\w.-]*\w)"
    r"|\bteam\s+[`\"']?([a-z0-9][\w.-]*\w)",
    re.IGNORECASE,
)
_SERVICE = re.compile(
    r"\b(?:for the ([a-z0-9][a-z0-9-]*) (?:service|app|application|api)|service(?: is|:|=)\s*`?([a-z0-9][a-z0-9-]*))",
    re.IGNORECASE,
)
_PURPOSE = re.compile(
    r"\b(?:for|to hold|to keep|to store)\s+(?:our |the |its |my )?([a-z][a-z0-9-]{2,})", re.IGNORECASE
)
_TAKES_DEFAULTS = re.compile(
    r"\b(?:defaults?|as (?:you )?(?:propose|suggest)(?:ed)?|you choose|go ahead|looks good|fine|ok(?:ay)?)\b",
    re.IGNORECASE,
)
_NO_PURPOSE = frozenset(
    {*_ENVIRONMENTS, "lambda", "ecs", "ec2", "ecs-tasks", "glue", "states", "team", "use", "using", "aws", "amazon"}
    | {"backups", "postgres", "mysql", "mariadb", "s3", "sqs", "dynamodb", "secretsmanager", "kms", "days", "now"}
    | {"new", "all", "this", "that", "them", "each", "every", "running", "storing", "one", "two", "three"}
)
_FITS = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that has to be known: what, as a question, and what is taken if nobody says."""

    what: str
    question: str
    default: str = ""


@dataclass(frozen=True, slots=True)
class Intent:
    """What was understood.

    Attributes:
        module: Name of the golden module; empty if the words name none.
        environment: Where.
        name: What it is called.
        owner: Tag Owner.
        service: Tag Service.
        values: Variables and settings that were said.
        said: Which of the fields above the words say themselves.
        missing: What nobody said and nothing else tells.
    """

    module: str = ""
    environment: str = ""
    name: str = ""
    owner: str = ""
    service: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)
    said: frozenset[str] = frozenset()
    missing: tuple[Missing, ...] = ()


def chosen(words: str, known: Mapping[str, Golden]) -> str:
    """Return the golden module that words ask for: whose words are there, the longest first, and said first."""
    heard = words.lower()
    found = [
        (_at(heard, word), -len(word), name)
        for name, one in known.items()
        for word in one.told.words
        if _in(heard, word)
    ]
    return min(found, key=_most_telling)[2] if found else ""


def understood(
    words: str,
    known: Mapping[str, Golden],
    environments: tuple[str, ...] = (),
    tags: Mapping[str, str] | None = None,
    owner: str = "",
) -> Intent:
    """Return what words ask for, with what the repository tells where they leave it open.

    Args:
        words: All that was said, latest last.
        known: The golden modules.
        environments: Those that the repository has.
        tags: The provider's default tags in the environment, names in lowercase.
        owner: Whose it is if nothing else says so.
    """
    module = chosen(words, known)
    if not module:
        kinds = ", ".join(one.told.title for one in known.values())
        return Intent(missing=(Missing("module", f"what it should be: {kinds}"),))
    told = known[module]
    values, name = dict(_values(words, told)), _name(words)
    environment = _last(_ENVIRONMENT, words).lower()
    service = _last(_SERVICE, words).lower()
    said = {"environment": environment, "name": name, "owner": _last(_OWNER, words).lower(), "service": service}
    whole = Intent(
        module=module,
        environment=_ENVIRONMENTS.get(environment, "") or (environments[0] if len(environments) == 1 else ""),
        name=name or _after(told.told.name, values) or _derived(words, told),
        owner=said["owner"] or (tags or {}).get("owner", "") or owner,
        service=service,
        values=values,
        said=frozenset(field for field, value in said.items() if value),
    )
    return _completed(whole, told, environments, takes_defaults=bool(_TAKES_DEFAULTS.search(_later(words))))


def _completed(intent: Intent, told: Golden, environments: tuple[str, ...], *, takes_defaults: bool) -> Intent:
    """Return it with what is missing, or with the defaults if those were accepted."""
    missing = tuple(_missing(intent, told, environments))
    if takes_defaults and all(one.default for one in missing):
        taken = {one.what: one.default for one in missing}
        missing = ()
    else:
        taken = {}
    return Intent(
        module=intent.module,
        environment=intent.environment or taken.get("environment", ""),
        name=intent.name or taken.get("name", ""),
        owner=intent.owner,
        service=intent.service or intent.name or taken.get("name", ""),
        values=intent.values,
        said=intent.said,
        missing=missing,
    )


def _missing(intent: Intent, told: Golden, environments: tuple[str, ...]) -> Iterator[Missing]:
    if not intent.environment:
        there = f" ({', '.join(environments)} are there)" if environments else ""
        default = "staging" if "staging" in environments or not environments else environments[0]
        yield Missing("environment", f"which environment{there}", default)
    if not intent.name:
        yield Missing("name", f"what the {told.told.title} is called", told.told.name)
    for one in told.wants():
        if one.name not in intent.values:
            yield Missing(one.name, f"`{one.name}`: {_inside(one.description)}")


def _inside(sentence: str) -> str:
    """Return a sentence as part of another; what begins with an abbreviation keeps its letters."""
    kept = sentence[1:2].isupper()
    return (sentence if kept else f"{sentence[:1].lower()}{sentence[1:]}").rstrip(".")


def _values(words: str, told: Golden) -> Iterator[tuple[str, Value]]:
    """Yield what words say of variables and settings; of two that say the same the later one counts."""
    lists: dict[str, list[str]] = {}
    for saying in told.told.says:
        for found in saying.pattern.finditer(words):
            if any((value or "").lower() in saying.excluded for value in found.groupdict().values()):
                continue
            yield from saying.sets.items()
            for name, value in found.groupdict().items():
                if value and _type(told, name).startswith("list"):
                    lists.setdefault(name, []).append(value)
                elif value:
                    yield name, _coerced(value, _type(told, name))
    yield from ((name, list(dict.fromkeys(several))) for name, several in lists.items())


def _type(told: Golden, name: str) -> str:
    if name in told.variables:
        return told.variables[name].type
    default = told.told.settings[name].default if name in told.told.settings else ""
    return "number" if isinstance(default, int) and not isinstance(default, bool) else "string"


def _coerced(value: str, kind: str) -> Value:
    if kind == "number":
        return int(value)
    return value if ":" in value or "/" in value else value.lower()


def _name(words: str) -> str:
    return _last(_NAME, words).lower().rstrip(".")


def _derived(words: str, told: Golden) -> str:
    """Return a name from what it is for, empty if the words say nothing of that."""
    for found in _PURPOSE.finditer(words):
        word = found[1].lower()
        if word not in _NO_PURPOSE and word not in told.told.words and _FITS.fullmatch(word):
            return word
    return ""


def _after(pattern: str, values: Mapping[str, Value]) -> str:
    """Return the name that a module's things take from a value, such as `{service}`; empty without that value."""
    found = re.search(r"\{(\w+)\}", pattern)
    return pattern.replace(found[0], str(values[found[1]]).replace(".", "-")) if found and found[1] in values else ""


def _later(words: str) -> str:
    """Return what was said after the first line: the answer to a question."""
    return words.partition("\n")[2]


def _last(pattern: re.Pattern[str], words: str) -> str:
    found = list(pattern.finditer(words))
    return next((group for group in found[-1].groups() if group), "") if found else ""


def _in(heard: str, word: str) -> bool:
    return _at(heard, word) >= 0


def _at(heard: str, word: str) -> int:
    found = re.search(rf"(?<![\w-]){re.escape(word)}s?(?![\w-])", heard)
    return found.start() if found else -1


def _most_telling(found: tuple[int, int, str]) -> tuple[int, int]:
    """Order by where the words stand, the longer of two that begin at one place first."""
    at, length, _ = found
    return at, length
