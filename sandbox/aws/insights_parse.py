"""Parse a Logs Insights query, command by command."""

from __future__ import annotations

from sandbox.aws.insights_query import Command, Expression, Field, Func, Literal, Named, Test, Token, malformed, tokens

COMPARISONS = {"=", "!=", "<", "<=", ">", ">=", "=~", "like", "in"}
END = Token("end", "")


def parse(query: str) -> list[Command]:
    """Return the commands of a query.

    Raises:
        AwsError: The query is not one of the language's, or uses a part of it that is not served here.
    """
    reader = _Reader(tokens(query))
    commands = [reader.command()]
    while reader.here.kind != "end":
        reader.expect("|")
        commands.append(reader.command())
    return commands


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, found: list[Token]) -> None:
        self._tokens = [*found, END]
        self._at = 0

    @property
    def here(self) -> Token:
        return self._tokens[self._at]

    def take(self) -> Token:
        token = self.here
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def accept(self, *texts: str) -> str:
        """Take the next token if it is one of these signs or words."""
        lowered = self.here.text.lower()
        if self.here.kind in {"sign", "name"} and lowered in texts:
            self.take()
            return lowered
        return ""

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise malformed(f"expected {text} but found {self.here.text or 'the end of the query'}")

    def command(self) -> Command:
        verb = self.take().text.lower()
        match verb:
            case "fields" | "display" | "dedup":
                return Command(verb, values=self._list())
            case "filter":
                return Command(verb, test=self._or())
            case "stats":
                return self._stats()
            case "sort":
                return self._sort()
            case "limit" | "head" | "tail":
                return Command("limit", count=int(self._number()))
            case "parse":
                return self._parse()
            case _:
                raise malformed(f"expected a command but found {verb or 'the end of the query'}")

    def _list(self) -> tuple[Named, ...]:
        found = [self._named()]
        while self.accept(","):
            found.append(self._named())
        return tuple(found)

    def _named(self) -> Named:
        start = self._at
        expression = self._operand()
        written = "".join(_written(token) for token in self._tokens[start : self._at])
        return Named(expression, self.take().text if self.accept("as") else written)

    def _stats(self) -> Command:
        values = self._list()
        return Command("stats", values=values, keys=self._list() if self.accept("by") else ())

    def _sort(self) -> Command:
        values, descending = [], []
        while True:
            values.append(self._named())
            descending.append(self.accept("asc", "desc") == "desc")
            if not self.accept(","):
                return Command("sort", values=tuple(values), descending=tuple(descending))

    def _number(self) -> float:
        token = self.take()
        if token.kind != "number":
            raise malformed(f"expected a number but found {token.text or 'the end of the query'}")
        return float(token.text)

    def _parse(self) -> Command:
        source: Expression = Field("@message") if self.here.kind in {"text", "regex"} else self._operand()
        pattern = self.take()
        if pattern.kind not in {"text", "regex"}:
            raise malformed("parse needs a pattern in quotes or slashes")
        names = self._list() if self.accept("as") else ()
        return Command("parse", values=names, keys=(Named(source, ""),), test=Literal(pattern.text, pattern.kind))

    def _or(self) -> Expression:
        left = self._and()
        while self.accept("or"):
            left = Test("or", (left, self._and()))
        return left

    def _and(self) -> Expression:
        left = self._not()
        while self.accept("and"):
            left = Test("and", (left, self._not()))
        return left

    def _not(self) -> Expression:
        if self.accept("not"):
            return Test("not", (self._not(),))
        return self._comparison()

    def _comparison(self) -> Expression:
        if self.accept("("):
            inner = self._or()
            self.expect(")")
            return inner
        left = self._operand()
        negated = bool(self.accept("not"))
        operator = self.accept(*COMPARISONS)
        if not operator:
            return left
        right = self._set() if operator == "in" else (self._operand(),)
        test = Test("like" if operator == "=~" else operator, (left, *right))
        return Test("not", (test,)) if negated else test

    def _set(self) -> tuple[Expression, ...]:
        self.expect("[")
        found = [self._operand()]
        while self.accept(","):
            found.append(self._operand())
        self.expect("]")
        return tuple(found)

    def _operand(self) -> Expression:
        token = self.take()
        match token.kind:
            case "text" | "regex":
                return Literal(token.text, token.kind)
            case "span":
                return Literal(token.text, "span")
            case "number":
                return Literal(float(token.text), "number")
            case "name" if self.here == Token("sign", "("):
                return self._function(token.text)
            case "name":
                return Field(token.text)
            case _:
                raise malformed(f"unexpected symbol found {token.text or 'the end of the query'}")

    def _function(self, name: str) -> Func:
        self.expect("(")
        args: list[Expression] = []
        while not self.accept(")"):
            if not self.accept("*"):
                args.append(self._or())
            if self.here.kind == "end":
                raise malformed(f"{name}( is not closed")
            self.accept(",")
        return Func(name.lower(), tuple(args))


def _written(token: Token) -> str:
    return {"text": f'"{token.text}"', "regex": f"/{token.text}/"}.get(token.kind, token.text)
