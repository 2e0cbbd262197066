"""A page as lines that know where they stand: in code or not, and under which heading; pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tools.documentation.marks import spans

_FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,})")
_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(?P<title>.*)$")
IGNORED = "<!-- infra:ignore -->"


@dataclass(frozen=True, slots=True)
class Line:
    """One line.

    Attributes:
        number: Counted from 1.
        start: Offset in the page.
        text: Without its line break.
        code: Whether it stands in a fenced block.
        heading: Text of the nearest heading above.
    """

    number: int
    start: int
    text: str
    code: bool
    heading: str


def lines(page: str) -> Iterator[Line]:
    """Yield the lines that people wrote and did not mark as to be left alone."""
    machine = tuple(spans(page))
    start, fence, heading = 0, "", ""
    for number, whole in enumerate(page.splitlines(keepends=True), 1):
        text = whole.rstrip("\r\n")
        ends = _FENCE.match(text)
        if not fence and (title := _HEADING.match(text)):
            heading = title["title"]
        ours = any(begin <= start < end for begin, end in machine)
        if not ours and not ends and IGNORED not in text:
            yield Line(number, start, text, bool(fence), heading)
        fence = _fence(fence, ends[1] if ends else "")
        start += len(whole)


def _fence(open_by: str, mark: str) -> str:
    """Return what the fence that is open after this line was opened by; a fence ends with one as long, of its kind."""
    if not mark:
        return open_by
    if not open_by:
        return mark
    return "" if mark[0] == open_by[0] and len(mark) >= len(open_by) else open_by
