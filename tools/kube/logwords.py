"""What a container's log says in the end: its error lines, its last exception, and what that means; pure."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tools.kube.fields import first, moment

FINDINGS = {
    "config_missing": "The program says that a setting or environment variable is missing.",
    "database_full": "The program is refused by its database for want of connections.",
    "dependency_down": "The program cannot reach something it calls.",
    "memory_exhausted": "The program says that it has run out of memory.",
    "disk_exhausted": "The program says that its disk is full.",
    "certificate_bad": "The program is refused because of a certificate.",
    "name_unresolved": "The program asks DNS for a name that is not resolved.",
    "api_forbidden": "The Kubernetes API forbids the program's service account what it asks for (RBAC).",
    "access_denied": "The program is refused for want of permission.",
    "log_exception": "The log ends in an exception of no known class.",
    "log_errors": "The log has error lines.",
    "log_calm": "The log has no error line.",
}
MEANINGS = {
    "config_missing": r"KeyError: ['\"]?(?-i:[A-Z][A-Z0-9_]{2,})|"
    r"(environment variable|env var|setting|config\w*)\b.{0,60}"
    r"\b(not set|is required|missing|undefined|not found)|missing (required )?(environment|env|config|setting)",
    "database_full": r"too many (clients|connections)|remaining connection slots|QueuePool limit|"
    r"connection pool (is )?exhausted|max_connections|unable to acquire a? ?connection",
    "memory_exhausted": r"OutOfMemoryError|MemoryError\b|heap out of memory|Cannot allocate memory",
    "disk_exhausted": r"No space left on device|disk quota exceeded|ENOSPC",
    "certificate_bad": r"certificate (has expired|verify failed|is not yet valid)|x509:|CERTIFICATE_VERIFY_FAILED",
    "name_unresolved": r"getaddrinfo|ENOTFOUND|EAI_AGAIN|NXDOMAIN|no such host|name resolution|UnknownHostException|"
    r"server misbehaving|"
    r"(could not|cannot|unable to|failed to) (resolve|translate|look ?up) (the )?(host|name|address)|"
    r"(could not|cannot|unable to|failed to) resolve \S+\.|\blookup\b.{0,80}\bfailed|name or service not known|"
    r"nodename nor servname",
    "api_forbidden": r"is forbidden: User \S+ cannot|\bcannot \w+ resource \S+ in API group",
    "access_denied": r"AccessDenied|permission denied|not authorized|authentication failed|Unauthorized\b",
    "dependency_down": r"connection refused|ECONNREFUSED|"
    r"\btimed out|ETIMEDOUT|deadline exceeded|connection reset|503 Service Unavailable|502 Bad Gateway",
}
"""In this order: what names the cause before what names where it shows."""
ERROR = re.compile(
    r"\b(ERROR|FATAL|CRITICAL|SEVERE|panic|panicked|Traceback|Exception|[A-Z]\w+Error)\b|\blevel=(error|fatal)|"
    r'"(level|severity)": ?"(error|fatal|critical)"',
    re.IGNORECASE,
)
NOT_ERROR = re.compile(r"\b(0|no) errors?\b|\b(INFO|DEBUG|TRACE)\b|level=(info|debug)|\"level\": ?\"(info|debug)\"")
EXCEPTION = re.compile(r"^\s*(Caused by: |panic: |Uncaught |Error: )?([\w$]+[.:])*\w*(Error|Exception|panic)\b.*")
STACK = re.compile(r"^(\s+|Traceback|goroutine \d|\s*at |Caused by:|\s*\.\.\. \d+ more)")
PYTHON = re.compile(r"^\s*Traceback \(most recent call last\):")
RUST = re.compile(r"^thread '.*' (\(\d+\) )?panicked at [^']*:$")
RAISED = re.compile(r"^([A-Za-z_]\w*\.)*[A-Z]\w*(: |:?$)")
"""What a Python traceback ends with; the class may be called anything, not only SomethingError."""
STAMP = re.compile(r"^\[?\d{4}-\d\d-\d\d[T ][\d:.,]+(Z|[+-]\d\d:?\d\d)?\]?\s*")
NAME = r"([a-z][-\w]*(?:\.[-\w]+)*)"
UNRESOLVED = (
    r"\b(?:ENOTFOUND|EAI_AGAIN|lookup|resolve|UnknownHostException:?|host name|hostname) ['\"]?(?!the\b|host\b|name\b)"
)
BEFORE = (UNRESOLVED, r"\bhost[=: ]+['\"]?", r"\w+://(?:[^\s/@]*@)?", r"\bdial tcp ", r"\b(?:to|at) ")
HOSTS = tuple(re.compile(before + NAME) for before in BEFORE)
"""How programs name the host they cannot reach, the plainest first."""
MOST = 20_000
"""Longest line that is looked at; a longer one is data that somebody printed."""


@dataclass(frozen=True)
class Line:
    """One line, without the time that the kubelet puts before it."""

    at: datetime | None
    words: str


@dataclass(frozen=True)
class Reading:
    """What was made of a log: error lines by kind with their counts, the last exception, and the class it has."""

    errors: tuple[tuple[str, int], ...]
    exception: str
    code: str
    since: datetime | None
    last: datetime | None

    @property
    def telling(self) -> str:
        """Return the sentence that says most: one of the class, else the last exception, else the commonest error."""
        said = (self.exception, *(words for words, _ in self.errors))
        return next((one for one in said if one and meaning([one]) == self.code), next(filter(None, said), ""))


def lines_of(log: str) -> list[Line]:
    """Split a log that was asked for with timestamps."""
    return [_line(one) for one in log.splitlines() if one.strip()]


def read(lines: Sequence[Line]) -> Reading:
    """Say what the log is about."""
    wrong = errors_of(lines)
    kinds = Counter(shape(one.words) for one in wrong)
    example = {shape(one.words): STAMP.sub("", one.words) for one in wrong}
    exception = last_exception(lines)
    times = [one.at for one in wrong if one.at]
    return Reading(
        errors=tuple((first(example[kind], 240), count) for kind, count in kinds.most_common(8)),
        exception=exception,
        code=meaning([exception, *(one.words for one in reversed(wrong))]) or _plain(exception, wrong),
        since=min(times, default=None),
        last=max(times, default=None),
    )


def errors_of(lines: Sequence[Line]) -> list[Line]:
    """Return the lines that report errors; of a traceback the one that says what happened, not its heading."""
    said = _raised(lines)
    headings = set(said.values())
    return [one for at, one in enumerate(lines) if at in said or (at not in headings and is_error(one.words))]


def is_error(words: str) -> bool:
    """Tell whether a line reports an error; a line that says it is information does not."""
    words = words[:MOST]
    return bool(ERROR.search(words)) and not NOT_ERROR.search(words[:120])


def last_exception(lines: Sequence[Line]) -> str:
    """Return the line that names the last exception, whatever the language; empty if there is none."""
    raised = _raised(lines)
    for index in range(len(lines) - 1, -1, -1):
        words = lines[index].words[:MOST]
        if (
            index in raised
            or EXCEPTION.match(words)
            or (words.startswith(("panic:", "Caused by:")) and STACK.match(words))
        ):
            return first(words)
        if index + 1 < len(lines) and STACK.match(lines[index + 1].words[:MOST]) and is_error(words):
            return first(words)
    return ""


def meaning(sentences: Sequence[str]) -> str:
    """Return the class of the first sentence that has one."""
    for sentence in sentences:
        for code, signs in MEANINGS.items():
            if re.search(signs, sentence[:MOST], re.IGNORECASE):
                return code
    return ""


def host(sentence: str) -> str:
    """Return the host that a sentence about a failed call names, if it names one."""
    hits = (pattern.search(sentence[:MOST]) for pattern in HOSTS)
    return next((hit[1] for hit in hits if hit), "")


def shape(words: str) -> str:
    """Return a line without what differs from one occurrence to the next: numbers, ids, times, quoted values."""
    bare = re.sub(r"\b[0-9a-f]{8,}\b|\b[0-9a-f]{4,}-[-0-9a-f]+\b", "#", words[:300])
    return re.sub(r"\d+", "#", re.sub(r"'[^']*'|\"[^\"]{12,}\"", "'…'", bare))


def _raised(lines: Sequence[Line]) -> dict[int, int]:
    """Return where a heading's exception is said, and where its heading was; one that was cut off says nothing."""
    found: dict[int, int] = {}
    heading = -1
    for at, one in enumerate(lines):
        words = one.words[:MOST]
        if PYTHON.match(words) or RUST.match(words):
            heading = at
        elif heading >= 0 and not words[:1].isspace():
            if RAISED.match(words) or RUST.match(lines[heading].words[:MOST]):
                found[at] = heading
            heading = -1
    return found


def _plain(exception: str, wrong: Sequence[Line]) -> str:
    if exception:
        return "log_exception"
    return "log_errors" if wrong else "log_calm"


def _line(written: str) -> Line:
    stamp, _, rest = written.partition(" ")
    # The kubelet writes nanoseconds, and datetime takes at most six digits.
    cut = re.sub(r"(\.\d{6})\d+", r"\1", stamp)
    at = moment({"at": cut}, "at") if re.match(r"\d{4}-\d\d-\d\dT", cut) else None
    return Line(at, rest if at else written)
