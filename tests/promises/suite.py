"""Every promise that is measured: the modules beside this one whose names begin with t and two digits."""

import pkgutil
import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from tests.promises.rows import Row

PATTERN = re.compile(r"t(\d\d)_\w+")


@dataclass(frozen=True, slots=True)
class Promise:
    """One row of the table: `full` and `quick` are its numbers of trials, `folder` what it takes from DATA."""

    test: str
    measure: Callable[..., list[Row]]
    full: int
    quick: int
    folder: str = ""

    def measured(self, n: int, data: Path | None = None) -> list[Row]:
        """Measure it in n trials, with the cases in a folder of others' if it takes any."""
        return self.measure(n, data / self.folder) if data and self.folder else self.measure(n)


def promises() -> list[Promise]:
    """Return all of them, in order; a module says FULL, QUICK and `measure(n)`; FOLDER, if it takes others' cases."""
    found = sorted(one.name for one in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return [_promise(name) for name in found if PATTERN.fullmatch(name)]


def _promise(name: str) -> Promise:
    module = import_module(f"tests.promises.{name}")
    return Promise(f"T{int(name[1:3])}", module.measure, module.FULL, module.QUICK, getattr(module, "FOLDER", ""))
