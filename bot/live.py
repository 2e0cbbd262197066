"""A file of the configuration that is edited while the bot runs: read again, and in force only when it is right."""

import logging
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Generic, TypeAlias, TypeVar

from bot.approvals.glass import Glass
from bot.approvals.model import Decision
from bot.approvals.policy import Context, Matter, Policy, read_policy
from tools.proposal import Proposal

log = logging.getLogger(__name__)

T = TypeVar("T")
Stamp: TypeAlias = tuple[int, int, int] | None


class Live(Generic[T]):
    """What a file says, or said last while it was right; looked at, not watched, whenever the value is used."""

    def __init__(self, file: Path, read: Callable[[Path], T]) -> None:
        """Read the file.

        Raises:
            ValueError: As `read` does; at start there is nothing to fall back on.
        """
        self._file = file
        self._read = read
        self._stamp = _stamp(file)
        self._value = read(file)
        self._problem = ""

    @property
    def value(self) -> T:
        """What holds now."""
        stamp = _stamp(self._file)
        if stamp != self._stamp:
            self._stamp = stamp
            self.again()
        return self._value

    @property
    def problem(self) -> str:
        """Why the file as it is now does not hold; empty if it does."""
        _ = self.value
        return self._problem

    def again(self) -> None:
        """Read the file now, because what it is about has changed."""
        try:
            self._value = self._read(self._file)
        except (ValueError, OSError) as error:
            told = f"{self._file} cannot be read ({error.strerror})." if isinstance(error, OSError) else str(error)
            self._problem = f"{told} What it said before is still in force."
            log.error("%s", self._problem)  # noqa: TRY400 - the sentence says it all
        else:
            self._problem = ""
            log.info("%s was read again and is in force", self._file)


class LivePolicy:
    """The policy as its file says by now."""

    def __init__(
        self, file: Path, changes: Callable[[], Collection[str]], awaited: Callable[[], tuple[str, ...]] = tuple
    ) -> None:
        """Read it; `changes` and `awaited` return what `read_policy` takes, asked whenever the file is read."""
        self._live = Live(file, lambda path: read_policy(path, changes(), awaited()))

    @property
    def current(self) -> Policy:
        """The policy that holds now."""
        return self._live.value

    def again(self) -> None:
        """Read it now, because there are changes that were not there."""
        self._live.again()

    @property
    def version(self) -> str:
        """Digest of the rules that hold now."""
        return self.current.version

    @property
    def glass(self) -> Glass | None:
        """Who may break the glass, if anybody may."""
        return self.current.glass

    @property
    def problem(self) -> str:
        """Why the file as it is now does not hold; empty if it does."""
        return self._live.problem

    def decide(self, proposal: Proposal, context: Context) -> Decision:
        """Return who has to say yes to a proposal, if anybody can."""
        return self.current.decide(proposal, context)

    def rule_on(self, matter: Matter) -> Decision:
        """Return who would have to say yes, if anybody could."""
        return self.current.rule_on(matter)


def _stamp(file: Path) -> Stamp:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
