"""Read PromQL: selectors, rates, max_over_time, sum and its like, histogram_quantile, arithmetic; no more than that.

https://prometheus.io/docs/prometheus/latest/querying/basics/
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

AGGREGATIONS = ("sum", "avg", "max", "min", "count")
RATES = ("rate", "increase", "max_over_time")
QUANTILE = "histogram_quantile"
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_TOKEN = re.compile(
    r'\s*(?:(?P<duration>\d+[smhd]\b)|(?P<number>\d+(?:\.\d+)?)|(?P<name>[a-zA-Z_:][\w:]*)|(?P<text>"(?:[^"\\]|\\.)*")'
    r"|(?P<sign>=~|!~|!=|[=(){}\[\],+*/-]))"
)


class BadQueryError(ValueError):
    """What Prometheus answers with 400 and `bad_data`."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """A condition on a label; `sign` is =, !=, =~ or !~."""

    label: str
    sign: str
    value: str

    def fits(self, labels: dict[str, str]) -> bool:
        """Tell whether labels meet it; expressions are anchored, and a label that is not there is empty."""
        held = labels.get(self.label, "")
        equal = held == self.value if self.sign in {"=", "!="} else re.fullmatch(self.value, held) is not None
        return equal == (self.sign in {"=", "=~"})


@dataclass(frozen=True, slots=True)
class Selector:
    """Series by their labels; with a range of seconds behind the moment, or 0."""

    matchers: tuple[Matcher, ...]
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Rate:
    """`rate` or `increase` of counters, or `max_over_time` of anything."""

    name: str
    of: Selector


@dataclass(frozen=True, slots=True)
class Aggregation:
    """`sum by (…)` and its like."""

    name: str
    by: tuple[str, ...]
    of: Expression


@dataclass(frozen=True, slots=True)
class Quantile:
    """`histogram_quantile(share, buckets)`."""

    share: float
    of: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    """Two expressions and what is between them: + - * / or."""

    sign: str
    left: Expression
    right: Expression


Expression: TypeAlias = float | Selector | Rate | Aggregation | Quantile | Binary


def parse(query: str) -> Expression:
    """Read a query; raises BadQueryError if it is no PromQL, or more of it than is known here."""
    reader = _Reader(_tokens(query))
    found = reader.either()
    reader.end()
    return found


def _tokens(query: str) -> list[tuple[str, str]]:
    found, place = [], 0
    text = query.rstrip()
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None:
            raise BadQueryError(f"1:{place + 1}: parse error: unexpected character: {text[place]!r}")
        found.append((str(token.lastgroup), token[0].strip()))
        place = token.end()
    return found


class _Reader:
    """Goes through the tokens from left to right."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = [*tokens, ("end", "end of input")]
        self._at = 0

    def end(self) -> None:
        if self._kind != "end":
            raise self._unexpected()

    def either(self) -> Expression:
        found = self._sum()
        while self._takes("or"):
            found = Binary("or", found, self._sum())
        return found

    def _sum(self) -> Expression:
        found = self._product()
        while sign := self._takes("+", "-"):
            found = Binary(sign, found, self._product())
        return found

    def _product(self) -> Expression:
        found = self._one()
        while sign := self._takes("*", "/"):
            found = Binary(sign, found, self._one())
        return found

    def _one(self) -> Expression:
        if self._takes("("):
            found = self.either()
            self._expect(")")
            return found
        if self._kind == "number":
            return float(self._next())
        if self._word in AGGREGATIONS:
            return self._aggregation()
        if self._word in RATES:
            return self._rate()
        return self._quantile() if self._word == QUANTILE else self._selector()

    def _aggregation(self) -> Aggregation:
        name, by = self._next(), self._by()
        self._expect("(")
        found = self.either()
        self._expect(")")
        return Aggregation(name, by or self._by(), found)

    def _by(self) -> tuple[str, ...]:
        if not self._takes("by"):
            return ()
        self._expect("(")
        labels = [self._next()]
        while self._takes(","):
            labels.append(self._next())
        self._expect(")")
        return tuple(labels)

    def _rate(self) -> Rate:
        name = self._next()
        self._expect("(")
        found = self._selector()
        self._expect(")")
        if not found.seconds:
            raise BadQueryError(f'parse error: expected type range vector in call to function "{name}"')
        return Rate(name, found)

    def _quantile(self) -> Quantile:
        self._next()
        self._expect("(")
        if self._kind != "number":
            raise self._unexpected()
        share = float(self._next())
        self._expect(",")
        found = self.either()
        self._expect(")")
        return Quantile(share, found)

    def _selector(self) -> Selector:
        named = [Matcher("__name__", "=", self._next())] if self._kind == "name" else []
        if named and self._word == "(":
            raise BadQueryError(f'parse error: unknown function with name "{named[0].value}"')
        matchers = (*named, *self._matchers())
        if not matchers:
            raise self._unexpected()
        return Selector(matchers, self._range())

    def _matchers(self) -> list[Matcher]:
        found: list[Matcher] = []
        if not self._takes("{"):
            return found
        while not self._takes("}"):
            label = self._next()
            sign = self._takes("=", "!=", "=~", "!~")
            if not sign or self._kind != "text":
                raise self._unexpected()
            found.append(_matcher(label, sign, self._next()))
            self._takes(",")
        return found

    def _range(self) -> int:
        if not self._takes("["):
            return 0
        if self._kind != "duration":
            raise self._unexpected()
        text = self._next()
        self._expect("]")
        return int(text[:-1]) * SECONDS[text[-1]]

    @property
    def _kind(self) -> str:
        return self._tokens[self._at][0]

    @property
    def _word(self) -> str:
        return self._tokens[self._at][1]

    def _next(self) -> str:
        if self._kind == "end":
            raise self._unexpected()
        self._at += 1
        return self._tokens[self._at - 1][1]

    def _takes(self, *words: str) -> str:
        return self._next() if self._word in words and self._kind != "end" else ""

    def _expect(self, word: str) -> None:
        if not self._takes(word):
            raise self._unexpected()

    def _unexpected(self) -> BadQueryError:
        return BadQueryError(f"parse error: unexpected {self._kind} {self._word!r}")


def _matcher(label: str, sign: str, quoted: str) -> Matcher:
    value = re.sub(r"\\(.)", r"\1", quoted[1:-1])
    try:
        re.compile(value if sign in {"=~", "!~"} else "")
    except re.error as error:
        raise BadQueryError(f"parse error: error parsing regexp: {error}") from error
    return Matcher(label, sign, value)
