"""How long a log of 50 MB takes to triage, and how much memory: a process of its own, a log made here."""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sandbox.bench.rows import Row

MEGABYTES, SECONDS, MEMORY = 50, 5.0, 300.0
_PEAK = "import resource; from tools.ci.__main__ import main; main(); "
_PEAK += "print('peak', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"


def triage_large_log() -> Iterator[Row]:
    """Measure `python -m tools.ci` on 50 MB, interpreter included."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "job.log")
        with log.open("w", encoding="utf-8") as out:
            out.writelines(_lines())
        began = time.monotonic()
        ran = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", _PEAK], input=str(log), capture_output=True, text=True, check=True
        )
        took = time.monotonic() - began
    peak = re.search(r"^peak (\d+)$", ran.stdout, re.MULTILINE)
    yield Row("triage_50mb", took, "s", 1, SECONDS)
    yield Row("triage_50mb_memory", int(peak[1]) / 1024 if peak else 0.0, "MiB", 1, MEMORY)


def _lines() -> Iterator[str]:
    """Yield a job's log: tests that pass, some of which print errors, and one that fails in the end."""
    stamp, size, number = "2026-11-02T10:00:00.0000000Z ", 0, 0
    yield f"{stamp}##[group]Run pytest -v\n{stamp}##[endgroup]\n"
    while size < MEGABYTES * 1_000_000:
        number += 1
        noise = (
            "ERROR retrying after a timeout, attempt" if number % 20 == 0 else "tests/test_orders.py::test_total PASSED"
        )
        line = f"{stamp}{noise} [order-{number:09d}] in {number % 97} ms over {number % 13} rows of the table orders\n"
        size += len(line)
        yield line
    yield f"{stamp}E       assert 3 == 4\n{stamp}tests/test_cart.py:9: AssertionError\n"
    yield f"{stamp}FAILED tests/test_cart.py::test_total - assert 3 == 4\n"
    yield f"{stamp}##[error]Process completed with exit code 1.\n"
