"""Runbooks: Markdown for people and models, with front matter that the embedded engine follows to the letter."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agents.contract import Ask
from agents.runbook.steps import Refused, without_destruction
from tools.contract import Call

_FENCE = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_VERB = re.compile(r"([a-z]{3,}?)(?:ing|ed|e)\b(.*)", re.DOTALL)
"""A word that may be a verb's form; its stem, and what follows in a phrase like "timing out"."""


class FrontMatter(BaseModel):
    """What the first lines of a runbook may say."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    name: str
    agent: str = "incident"
    when: tuple[str, ...] = Field((), description="words in an ask or alert; none makes it the one for everything else")
    readings: tuple[dict[str, dict[str, Any] | None], ...] = Field(description="tool: {argument: value or {fact}}")
    tell: str = Field("", description="who should know, in words")
    about: Literal["", "database"] = Field("", description="what a name in the ask is taken for, if nothing knows it")


@dataclass(frozen=True, slots=True)
class Runbook:
    """A way to look into one kind of trouble; `refused` are commands of its text that destroy, which are left out."""

    name: str
    agent: str
    when: tuple[str, ...]
    readings: tuple[Call, ...]
    tell: str
    about: str
    text: str
    refused: tuple[Refused, ...] = ()


def read_runbooks(folder: Path) -> tuple[Runbook, ...]:
    """Read every runbook in a folder.

    Raises:
        ValueError: Names the file and what is wrong with it.
    """
    return tuple(read_runbook(file.read_text("utf-8"), file.name) for file in sorted(folder.glob("*.md")))


def read_runbook(text: str, name: str) -> Runbook:
    """Read one runbook.

    Raises:
        ValueError: Names the file and what is wrong with it.
    """
    found = _FENCE.match(text)
    if not found:
        raise ValueError(f"{name}: a runbook begins with front matter between two lines of ---.")
    try:
        front = FrontMatter.model_validate(yaml.safe_load(found[1]))
    except (yaml.YAMLError, ValidationError) as error:
        raise ValueError(f"{name}: {error}") from error
    readings = tuple(Call(tool, dict(args or {})) for entry in front.readings for tool, args in entry.items())
    words, refused = without_destruction(found[2].strip())
    return Runbook(front.name, front.agent, front.when, readings, front.tell, front.about, words, refused)


def pick(books: Sequence[Runbook], ask: Ask, agent: str = "incident") -> Runbook | None:
    """Return the agent's runbook whose words the ask uses most; one without words stands in; None if there are none."""
    books = [book for book in books if book.agent == agent]
    alert = ask.alert
    heard = " ".join((ask.text, *((alert.name, alert.resource, alert.service) if alert else ()))).lower()
    counts = [(_fit(book, heard), not book.when, book.name) for book in books]
    best = max(range(len(books)), key=lambda at: counts[at], default=None)
    return None if best is None else books[best]


def _fit(book: Runbook, heard: str) -> int:
    """Count the book's words; one about a kind of thing counts once more, as what fails is said of everything."""
    count = sum(_says(heard, word) for word in book.when)
    return count + bool(count and book.about)


def _says(heard: str, word: str) -> bool:
    """Tell whether a word is said, or another form of its verb: "failing" is heard in "why did it fail?"."""
    verb = _VERB.fullmatch(word.lower())
    forms = (re.escape(word.lower()), *([_forms(verb[1]) + re.escape(verb[2]) + r"(?![a-z])"] if verb else []))
    return any(re.search(rf"(?<![a-z]){form}", heard) for form in forms)


def _forms(stem: str) -> str:
    """Return a pattern of a verb's forms, given one without its -ing, -ed or -e: fail, tim, lagg."""
    plain = stem[:-1] if stem[-1] == stem[-2] and stem[-1] not in "ls" else stem
    return rf"(?:{re.escape(plain)}(?:e?s?|ures?|ions?)|{re.escape(stem)}(?:ed|ing))"
