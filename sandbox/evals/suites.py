"""Every suite of `make eval`: what it needs in DATA, and what runs it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sandbox.evals.alerts import run_alerts
from sandbox.evals.aws import run_aws
from sandbox.evals.ci import run_ci
from sandbox.evals.guardrail import run_guardrail
from sandbox.evals.memory import run_memory
from sandbox.evals.nab import run_nab
from sandbox.evals.opensre import run_opensre
from sandbox.evals.rows import Row
from sandbox.evals.terraform import run_terraform
from sandbox.evals.worlds import run_worlds


@dataclass(frozen=True)
class Suite:
    """A suite; with `folders`, it needs one of them in DATA, and without, it has cases of its own."""

    run: Callable[[Path | None], list[Row]]
    folders: tuple[str, ...] = ()


def _with(folder: str, run: Callable[[Path], list[Row]]) -> Suite:
    """Return a suite over one folder of DATA."""
    return Suite(lambda data: run(data / folder) if data else [], (folder,))


SUITES: dict[str, Suite] = {
    "worlds": Suite(lambda _: run_worlds()),
    "opensre": _with("opensre", run_opensre),
    "alerts": Suite(run_alerts),
    "memory": Suite(lambda _: run_memory()),
    "terraform": Suite(run_terraform),
    "ci": _with("ci-logs", run_ci),
    "guardrail": Suite(lambda data: run_guardrail(data / "guardrail-commands" if data else None)),
    "aws": _with("aws", run_aws),
    "nab": _with("nab", run_nab),
}


def at_hand(data: Path | None) -> dict[str, Suite]:
    """Return the suites that can be run with this folder of cases."""

    def there(suite: Suite) -> bool:
        return not suite.folders or (data is not None and any((data / name).is_dir() for name in suite.folders))

    return {name: suite for name, suite in SUITES.items() if there(suite)}
