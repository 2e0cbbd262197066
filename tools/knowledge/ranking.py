"""Which texts words are about: SQLite's full-text search, and where wordllama is installed, meaning beside it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_COMMON = """
a an and are as at be been but by can could did do does for from had has have how i if in is it its me my no not
of on or our should so than that the their then there they this to was we were what when where which who why will with
would you
"""
COMMON = frozenset(_COMMON.split())
TITLE, TEXT = 3.0, 1.0
"""Weights of a word in the title and in the text: https://www.sqlite.org/fts5.html#the_bm25_function"""
K = 60
"""Of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)."""
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Document:
    """A text that may be found."""

    id: str
    title: str
    text: str


def ranked(documents: Sequence[Document], words: str, most: int, *, meaning: bool = True) -> tuple[Document, ...]:
    """Return the documents that the words are about, the likeliest first; `meaning` may be told to stay out of it."""
    by_words = _by_words(documents, words)
    by_meaning = _by_meaning(documents, words) if meaning else []
    scores: dict[int, float] = {}
    for ranking in (by_words, by_meaning):
        for place, number in enumerate(ranking):
            scores[number] = scores.get(number, 0.0) + 1 / (K + place)
    best = sorted(scores, key=lambda number: (-scores[number], number))
    return tuple(documents[number] for number in best[:most])


def terms(words: str) -> tuple[str, ...]:
    """Return the words that tell something, each once."""
    found = (one.lower() for one in _WORD.findall(words))
    return tuple(dict.fromkeys(one for one in found if one not in COMMON and len(one) > 1))


def _by_words(documents: Sequence[Document], words: str) -> list[int]:
    query = " OR ".join(f'"{one}"' for one in terms(words))
    if not query:
        return []
    with closing(sqlite3.connect(":memory:")) as base:
        base.execute("CREATE VIRTUAL TABLE found USING fts5(title, text, tokenize = 'porter unicode61')")
        rows = ((number, one.title, one.text) for number, one in enumerate(documents))
        base.executemany("INSERT INTO found (rowid, title, text) VALUES (?, ?, ?)", rows)
        asked = "SELECT rowid FROM found WHERE found MATCH ? ORDER BY bm25(found, ?, ?), rowid"
        return [int(row[0]) for row in base.execute(asked, (query, TITLE, TEXT))]


def _by_meaning(documents: Sequence[Document], words: str) -> list[int]:
    """Return the documents by how close their meaning is; none without the optional library."""
    model = _model()
    if model is None or not documents or not terms(words):
        return []
    vectors = model.embed([words, *(f"{one.title}. {one.text}" for one in documents)], norm=True)
    near = vectors[1:] @ vectors[0]
    return sorted(range(len(documents)), key=lambda number: (-float(near[number]), number))


@cache
def _model() -> Any:
    """Return wordllama's model from its own package (16 MB, half a second; nothing is fetched), None without it."""
    try:
        import wordllama  # noqa: PLC0415 - optional, and slow to import
    except ImportError:
        return None
    home = Path(wordllama.__file__).parent
    return wordllama.WordLlama.load(cache_dir=home, disable_download=True)


def has_meaning() -> bool:
    """Tell whether meaning is part of the ranking here."""
    return _model() is not None


def lines(texts: Iterable[str]) -> str:
    """Return texts as one, a line each."""
    return "\n".join(text for text in texts if text)
