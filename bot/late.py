"""The runner, made when it is first needed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from agents.contract import Ask, Turn
from agents.events import RunEvent, Runner
from config.settings import Settings
from tools import CATALOGUE
from tools.scope import Scopes


class LateRunner:
    """Makes the runner when the first ask comes: LangChain takes seconds to import, and `web` never needs it."""

    def __init__(self, settings: Settings, scoped: Callable[[Ask], Awaitable[Scopes]] | None = None) -> None:
        self._settings = settings
        self._scoped = scoped
        self._runner: Runner | None = None

    def ready(self) -> Runner:
        """Return the runner, made if it was not; call it at start-up where runs are expected."""
        if self._runner is None:
            from agents.assemble import make_runner  # noqa: PLC0415 - see above
            from agents.run import everywhere  # noqa: PLC0415 - see above

            self._runner = make_runner(self._settings, CATALOGUE, self._scoped or everywhere)
        return self._runner

    def renew(self) -> None:
        """Make the runner again if it was made; runs that are going keep theirs."""
        if self._runner is not None:
            self._runner = None
            self.ready()

    def __call__(self, run_id: str, ask: Ask, transcript: Sequence[Turn]) -> AsyncIterator[RunEvent]:
        """Run an ask."""
        return self.ready()(run_id, ask, transcript)
