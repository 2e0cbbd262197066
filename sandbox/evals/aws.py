"""The suite `aws`: findings and bills that others wrote, and remedies; one line a part."""

from collections.abc import Callable
from pathlib import Path

from sandbox.evals.asff import asff
from sandbox.evals.focus import focus
from sandbox.evals.remediation import remediation
from sandbox.evals.rows import Row

PARTS: tuple[Callable[[Path], list[Row]], ...] = (
    asff,
    focus,
    lambda _: remediation(),
)


def run_aws(folder: Path) -> list[Row]:
    """Run every part over the folder."""
    return [row for part in PARTS for row in part(folder)]
