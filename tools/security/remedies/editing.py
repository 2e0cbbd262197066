"""Small edits of Terraform that keep everything else as it was, in the layout that `terraform fmt` wants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import dedent, indent

from tools.security.remedies.source import Argument, Block, Files, read


def with_argument(files: Files, block: Block, name: str, value: str, path: Sequence[str] = ()) -> dict[str, str]:
    """Return the files with an argument of a block set, in a nested block if `path` names one; made where missing."""
    if not path:
        return _set(files, block, name, value)
    nested = block.inner(path[0])
    if nested:
        return with_argument(files, nested[0], name, value, path[1:])
    body = f"{name} = {value}"
    for kind in reversed(path):
        body = f"{kind} {{\n{indent(body, '  ')}\n}}"
    return with_lines(files, block, body)


def with_lines(files: Files, block: Block, lines: str) -> dict[str, str]:
    """Return the files with lines added at the end of a block, a blank line before them."""
    deeper = indent(dedent(lines).strip("\n"), "  " * (block.depth + 1))
    empty = not block.arguments and not block.blocks
    added = f"{'' if empty else chr(10)}{deeper}\n"
    return _spliced(files, block.file, *_before_close(files, block), added)


def without(files: Files, block: Block, argument: Argument) -> dict[str, str]:
    """Return the files without an argument and its line."""
    text = files[block.file].encode()
    start = text.rfind(b"\n", 0, argument.start) + 1
    end = text.find(b"\n", argument.end)
    return _spliced(files, block.file, start, (end if end >= 0 else len(text) - 1) + 1, "")


def without_block(files: Files, block: Block) -> dict[str, str]:
    """Return the files without a block, the comment right above it and one blank line."""
    text = files[block.file].encode()
    start = _with_comment(text, text.rfind(b"\n", 0, block.start) + 1)
    end = (text.find(b"\n", block.end) + 1) or len(text)
    if start and text[:start].endswith(b"\n\n"):
        start -= 1
    elif not start and text[end : end + 1] == b"\n":
        end += 1
    return _spliced(files, block.file, start, end, "")


def with_value(files: Files, block: Block, argument: Argument, value: str) -> dict[str, str]:
    """Return the files with another value of an argument."""
    return _spliced(files, block.file, argument.value_start, argument.end, value)


def added(files: Files, path: str, text: str, after: Block | None = None) -> dict[str, str]:
    """Return the files with blocks added behind one, or at the end of a file."""
    body = dedent(text).strip("\n")
    if after is not None:
        return _spliced(files, after.file, after.end, after.end, f"\n\n{body}")
    before = files.get(path, "").rstrip("\n")
    return {**files, path: f"{before}\n\n{body}\n" if before else f"{body}\n"}


def again(files: Files, block: Block) -> Block:
    """Return a block as it stands after an edit: the one with its address, and for nested ones its place.

    Raises:
        LookupError: It is gone.
    """
    same: Callable[[Block], bool] = lambda one: one.kind == block.kind and one.labels == block.labels  # noqa: E731 - a test of one line
    return next(one for one in read(block.file, files[block.file]) if same(one))


def _set(files: Files, block: Block, name: str, value: str) -> dict[str, str]:
    if present := block.argument(name):
        return with_value(files, block, present, value)
    last = _last_run(files, block)
    if not last:
        return with_lines(files, block, f"{name} = {value}")
    width = max(len(one.name) for one in last)
    if len(name) > width:
        return with_lines(files, block, f"{name} = {value}")
    line = f"\n{'  ' * (block.depth + 1)}{name.ljust(width)} = {value}"
    return _spliced(files, block.file, last[-1].end, last[-1].end, line)


def _last_run(files: Files, block: Block) -> tuple[Argument, ...]:
    """Return the one-line arguments, on lines without a gap, that end a block's arguments: `fmt` aligns those."""
    text, run = files[block.file].encode(), list[Argument]()
    for one in block.arguments:
        gap = text[run[-1].end : one.start] if run else b""
        if gap.count(b"\n") != 1 or gap.strip():
            run.clear()
        run.append(one)
        if "\n" in one.value or text[one.end : one.end + 1] not in {b"\n", b"\r"}:
            run.clear()
    return tuple(run)


def _with_comment(text: bytes, start: int) -> int:
    """Return where the comment lines right above a line begin; one that begins a file is about the file."""
    above = start
    while above and text[text.rfind(b"\n", 0, above - 1) + 1 : above].lstrip().startswith((b"#", b"//")):
        above = text.rfind(b"\n", 0, above - 1) + 1
    return above or start


def _before_close(files: Files, block: Block) -> tuple[int, int]:
    """Return where lines go that are to be the last of a block: an empty span at the start of its last brace's line."""
    text = files[block.file].encode()
    start = text.rfind(b"\n", 0, block.close) + 1
    if text[start : block.close].strip():
        return block.close, block.close
    return start, start


def _spliced(files: Files, path: str, start: int, end: int, text: str) -> dict[str, str]:
    before = files[path].encode()
    return {**files, path: (before[:start] + text.encode() + before[end:]).decode()}
