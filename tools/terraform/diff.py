"""A unified diff as data: which files, which lines are gone and which are new."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_HEAD = re.compile(r'^diff --git "?a/(.*?)"? "?b/(.*?)"?$')


@dataclass
class FileDiff:
    """What a diff does to one file."""

    path: str
    removed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    deleted: bool = False
    created: bool = False
    headed: bool = True  # by a line `diff --git`


def file_diffs(text: str) -> list[FileDiff]:
    """Return the files of a unified diff, of `git diff` or plain `diff -u`, in its order."""
    files: list[FileDiff] = []
    left = [0, 0]  # lines of the hunk still to come: of the old file, of the new one
    for line in text.splitlines():
        if any(count > 0 for count in left) and files:
            _in_hunk(files[-1], line, left)
        else:
            left = _heading(files, line)
    return files


def _in_hunk(file: FileDiff, line: str, left: list[int]) -> None:
    sign, rest = line[:1], line[1:]
    if sign == "-":
        file.removed.append(rest)
    elif sign == "+":
        file.added.append(rest)
    if sign != "\\":  # `\ No newline at end of file`
        left[0] -= sign != "+"
        left[1] -= sign != "-"


def _heading(files: list[FileDiff], line: str) -> list[int]:
    """Take a line between hunks; return how many lines the hunk it opens has."""
    if head := _HEAD.match(line):
        files.append(FileDiff(head[2]))
    elif line.startswith("deleted file") and files:
        files[-1].deleted = True
    elif line.startswith("new file") and files:
        files[-1].created = True
    elif line.startswith("--- "):
        _old(files, _path(line))
    elif line.startswith("+++ ") and files:
        _new(files[-1], _path(line))
    elif hunk := re.match(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@", line):
        return [int(each) if each is not None else 1 for each in hunk.groups()]
    return [0, 0]


def _old(files: list[FileDiff], path: str) -> None:
    """Take a `---` line: of the file that a heading named, or, in a plain diff, of the next one."""
    named = files and files[-1].headed and not files[-1].removed and not files[-1].added
    if not named:
        files.append(FileDiff(path, headed=False))
    files[-1].created = files[-1].created or not path


def _new(file: FileDiff, path: str) -> None:
    if path:
        file.path = path
    else:
        file.deleted = True


def _path(line: str) -> str:
    """Return the path of a `---` or `+++` line, empty for /dev/null."""
    name = line[4:].partition("\t")[0].strip().strip('"')
    return "" if name == "/dev/null" else re.sub(r"^[ab]/", "", name)


def moved(files: list[FileDiff], pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Yield what a pattern finds in lines that are gone and in no line that is new: it was not just moved."""
    added = {match.groups() for file in files for line in file.added if (match := pattern.search(line))}
    for file in files:
        for line in file.removed:
            if (match := pattern.search(line)) and match.groups() not in added:
                yield match
