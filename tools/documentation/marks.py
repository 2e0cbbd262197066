"""The parts of a page that a machine writes, between marks; everything else is people's, and stays byte for byte."""

import re
from collections.abc import Iterator

_NAME = r"[a-z][a-z0-9-]{0,40}"
_PART = re.compile(rf"<!-- infra:begin (?P<name>{_NAME})[^\n]*?-->(?P<body>.*?)<!-- infra:end (?P=name) -->", re.DOTALL)
NOTE = "(written by Infra; edits between these marks are lost)"


def written(page: str, name: str, body: str) -> str:
    """Return the page with a part of this name saying `body`; a page without it gets it at its end.

    All that stands outside of the part is returned as it was, to the byte.
    """
    part = f"<!-- infra:begin {name} {NOTE} -->\n{_tame(body).strip()}\n<!-- infra:end {name} -->"
    for found in _PART.finditer(page):
        if found["name"] == name:
            return f"{page[: found.start()]}{part}{page[found.end() :]}"
    gap = "" if not page else "\n" if page.endswith("\n") else "\n\n"
    return f"{page}{gap}{part}\n"


def said(page: str, name: str) -> str | None:
    """Return what a part of the page says, None if there is no such part."""
    return next((found["body"].strip() for found in _PART.finditer(page) if found["name"] == name), None)


def spans(page: str) -> Iterator[tuple[int, int]]:
    """Yield where the parts that a machine writes begin and end."""
    return (found.span() for found in _PART.finditer(page))


def _tame(body: str) -> str:
    """Return the body without marks of its own, which would end the part early."""
    return re.sub(r"<!-- infra:(begin|end)", r"<!-- infra \1", body)
