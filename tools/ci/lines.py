"""Lines of a job's log without what the runner added: timestamps, color, byte order marks."""

import re

LONGEST = 400
"""Characters of a line that are looked at; compilers print command lines of many kilobytes."""
_STAMP = re.compile(r"(?:[^\t\n]{1,120}\t[^\t\n]{1,120}\t)?\ufeff?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z ?")
_ESCAPE = re.compile(r"(?:\x1b|\^\[(?=\[[\d;]*m))(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])")
_VARIABLE = re.compile(r"0x[0-9a-f]+|\b[0-9a-f]{7,64}\b|\d+", re.IGNORECASE)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def clean(raw: str) -> str:
    """Return what the program printed: no timestamp, no color, no control characters, not endlessly long."""
    line = raw.rstrip("\r\n")
    if stamp := _STAMP.match(line):
        line = line[stamp.end() :]
    line = line[: 4 * LONGEST]
    if "\x1b" in line or "^[[" in line:  # some tools print what `cat -v` would
        line = _ESCAPE.sub("", line)
    return line[:LONGEST] if line.isprintable() else _UNPRINTABLE.sub("", line)[:LONGEST]


def template(line: str) -> str:
    """Return the line without what differs from run to run: numbers, hashes and addresses."""
    return _VARIABLE.sub("#", line)
