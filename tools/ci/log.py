"""Read a job's log once, as it arrives: its steps, and of each only the lines around signs of a failure."""

from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from tools.ci.lines import clean, template
from tools.ci.signs import Sign, seen, suspects

BLOCK, TAIL, COMMAND = 1024, 40, 24
"""Lines looked at together, kept from the end of a step, and of the command that the step runs."""
MOST = 3000
"""Hits kept from the beginning of a step, and as many from its end: what is between repeats them."""
SECOND = len("2026-03-02T13:52:04")
OFTEN = 40
"""After so many lines of one kind that show a sign, more of them tell nothing new."""
_RUN, _ERROR, _JOB = "##[group]Run ", "##[error]", "Complete job name: "
_ENDS = ("Process completed with exit code", "The operation was canceled", "failed with exit code")


@dataclass(frozen=True, slots=True)
class Hit:
    """A line that shows a sign of a failure."""

    number: int
    text: str
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A step as GitHub tells of it: its name, and from when to when it ran, as ISO 8601 to the second, or empty."""

    name: str
    begun: str = ""
    ended: str = ""


@dataclass
class Step:
    """A step of a job as its log shows it.

    Attributes:
        name: What it runs, in the log's words.
        first: Line it begins at.
        command: Its first lines: what it runs and with what.
        hits: Lines with signs of a failure.
        around: Lines near hits, by number.
        tail: Its last lines, up to the error that ended it.
        errors: What the runner marked as errors, by line.
        ended: Whether an error of the runner ended it.
        begun: When its first line was written, as ISO 8601 to the second; empty if the log has no times.
    """

    name: str
    first: int
    command: dict[int, str] = field(default_factory=dict)
    hits: list[Hit] = field(default_factory=list)
    late: deque[Hit] = field(default_factory=lambda: deque(maxlen=MOST))
    around: dict[int, str] = field(default_factory=dict)
    tail: dict[int, str] = field(default_factory=dict)
    errors: dict[int, str] = field(default_factory=dict)
    ended: bool = False
    begun: str = ""

    def fits(self, told: Told) -> bool:
        """Tell whether it is the step that GitHub means: one without a name of its own is named by what it runs."""
        return self.name == told.name or (bool(self.begun) and told.begun <= self.begun <= told.ended)

    @property
    def all_hits(self) -> list[Hit]:
        """All hits that were kept, in order."""
        return sorted({*self.hits, *self.late}, key=lambda hit: hit.number)


@dataclass
class JobLog:
    """A job's log, read.

    Attributes:
        job: Name of the job as the log tells it, and the line; empty if it does not.
        steps: Steps that had errors, in order, or the last one if none had.
        lines: How many lines the log has.
    """

    job: str = ""
    job_line: int = 0
    steps: list[Step] = field(default_factory=list)
    lines: int = 0

    def failing(self, told: Iterable[Told] = ()) -> Step | None:
        """Return the step that failed: one of those that GitHub tells of, else as the log has it."""
        return next((step for step in reversed(self.steps) if any(map(step.fits, told))), None) or self._failed

    @property
    def _failed(self) -> Step | None:
        """The step that failed: the first that an error ended, else the last that had one, else the last."""
        ended = [step for step in self.steps if step.ended]
        marked = [step for step in self.steps if step.errors]
        return ended[0] if ended else marked[-1] if marked else self.steps[-1] if self.steps else None


def read_log(lines: Iterable[str]) -> JobLog:
    """Read a log; memory is bounded by the lines near signs, however long the log is."""
    reading, rest = _Reading(), iter(lines)
    while block := list(islice(rest, BLOCK)):
        reading.take(block)
    return reading.end()


@dataclass
class _Reading:
    """Where the reading is; `recent` are raw lines, cleaned only if a sign comes."""

    log: JobLog = field(default_factory=JobLog)
    step: Step = field(default_factory=lambda: Step("Set up job", 1))
    recent: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=TAIL))
    heading: bool = False
    behind: int = 0
    time: str = ""
    likes: Counter[str] = field(default_factory=Counter)

    def take(self, block: list[str]) -> None:
        marked, first, at = sorted(suspects(block)), self.log.lines + 1, 0
        while at < len(block):
            if not self.heading and self.behind <= 0:
                at = self._skip(block, first, at, marked)
            if at < len(block):
                self.time = block[at].lstrip("\ufeff")[:SECOND] if block[at][:2] == "20" else ""
                self._look(first + at, clean(block[at]))
                self.recent.append((first + at, block[at]))
            at += 1
        self.log.lines += len(block)

    def _skip(self, block: list[str], first: int, at: int, marked: list[int]) -> int:
        """Go on to the next marked line, past lines that nobody has to look at."""
        place = bisect_left(marked, at)
        to = marked[place] if place < len(marked) else len(block)
        self.recent.extend((first + index, block[index]) for index in range(max(at, to - TAIL), to))
        return to

    def _look(self, number: int, line: str) -> None:
        if line.startswith(_RUN):
            self._begin(Step(line.removeprefix("##[group]"), number, begun=self.time), heading=True)
        elif line.startswith("Post job cleanup."):
            self._begin(Step("Post job cleanup", number))
        elif line.startswith(_JOB):
            self.log.job, self.log.job_line = line.removeprefix(_JOB), number
        if self.heading:
            self._head(number, line)
        elif not self.step.ended:
            self._body(number, line)

    def end(self) -> JobLog:
        self._close()
        if not self.log.steps:
            self._last()
            self.log.steps.append(self.step)
        return self.log

    def _begin(self, step: Step, *, heading: bool = False) -> None:
        self._close()
        self.step, self.heading, self.behind = step, heading, 0
        self.likes.clear()

    def _close(self) -> None:
        if self.step.errors:
            self.log.steps.append(self.step)

    def _head(self, number: int, line: str) -> None:
        self.heading = line != "##[endgroup]"
        if self.heading and len(self.step.command) < COMMAND:
            self.step.command[number] = line

    def _body(self, number: int, line: str) -> None:
        self.behind -= 1
        like = template(line)
        if self.likes[like] < OFTEN and (shown := seen(line)):
            self.likes[like] += 1
            self._hit(Hit(number, line, shown))
        elif len(self.step.around) < 8 * MOST:
            self.step.around[number] = line
        if line.startswith(_ERROR):
            self.step.errors[number] = line.removeprefix(_ERROR)
            self.step.ended = any(end in line for end in _ENDS)
            self._last()

    def _last(self) -> None:
        """Look at the step's last lines whatever they say: many a tool says there, in few words, what it found."""
        self.step.tail = self._before()
        known = {hit.number for hit in self.step.all_hits}
        hits = (Hit(number, line, seen(line)) for number, line in self.step.tail.items() if number not in known)
        self.step.late.extend(hit for hit in hits if hit.signs)

    def _hit(self, hit: Hit) -> None:
        step = self.step
        (step.hits if len(step.hits) < MOST else step.late).append(hit)
        if len(step.around) < 8 * MOST:
            step.around.update(self._before(max(sign.before for sign in hit.signs)))
        self.behind = max(self.behind, max(sign.after for sign in hit.signs) + 1)

    def _before(self, most: int = TAIL) -> dict[int, str]:
        """Return the last lines of the step, cleaned."""
        first = self.step.first
        return {number: clean(raw) for number, raw in list(self.recent)[-most:] if number > first} if most else {}
