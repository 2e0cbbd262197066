"""checkov as a side process that stays: it takes many seconds to start and a fraction of one to judge."""

from __future__ import annotations

import atexit
import json
import os
import select
import shutil
import subprocess
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from typing import Any

SIDE = Path(__file__).with_name("checkov_side.py")
_PROGRAMS = "/usr/local/bin:/usr/bin:/bin"
_CHUNK = 65_536


class Broken(Exception):
    """The side process ended, or took too long; the next folder gets a new one."""


class Resident:
    """One process of a Python environment that answers a line for each folder it is given.

    It is started by the first folder, and ended by `close` or by the end of this process, however it ends: its input
    closes then.

    Args:
        python: The interpreter of the environment that has checkov.
        seconds: How long an answer may take, with the start and the wait for others.
        program: What the interpreter runs.
    """

    def __init__(self, python: Path, seconds: float, program: Path = SIDE) -> None:
        self._command = [str(python), "-P", str(program)]
        self._seconds = seconds
        self._turn = threading.Lock()
        self._open = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None

    def judged(self, folder: str) -> Any:
        """Return what is said of a folder.

        Raises:
            Broken: There is no answer; nothing is known of the folder.
        """
        until = monotonic() + self._seconds
        if not self._turn.acquire(timeout=self._seconds):
            raise Broken(f"is busy with others for {self._seconds:g} s.")
        try:
            return json.loads(self._answer(folder, until))
        except (OSError, ValueError) as wrong:
            self._end()
            raise Broken(f"cannot be talked to: {wrong}.") from wrong
        except Broken:
            self._end()
            raise
        finally:
            self._turn.release()

    def close(self) -> None:
        """End the process, if there is one."""
        with self._turn:
            self._end()

    def _answer(self, folder: str, until: float) -> bytes:
        process = self._running()
        assert process.stdin is not None  # noqa: S101 - for the type checker: it is a pipe
        assert process.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
        process.stdin.write(f"{json.dumps(folder)}\n".encode())  # shorter than a pipe holds, so it never blocks
        process.stdin.flush()
        said = bytearray()
        while not said.endswith(b"\n"):
            if not select.select([process.stdout], [], [], max(0.0, until - monotonic()))[0]:
                raise Broken(f"took longer than {self._seconds:g} s.")
            if not (more := os.read(process.stdout.fileno(), _CHUNK)):
                raise Broken("ended without an answer.")
            said += more
        return bytes(said)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = self._started()
        return self._process

    def _started(self) -> subprocess.Popen[bytes]:
        """Start it with nothing in its environment but PATH and a HOME that has nothing in it."""
        home = self._open.enter_context(tempfile.TemporaryDirectory(prefix="infra-checkov-"))
        process = subprocess.Popen(  # noqa: S603 - fixed words
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=home,
            env={"PATH": f"{Path(self._command[0]).parent}:{_PROGRAMS}", "HOME": home},
        )
        self._open.enter_context(process)
        self._open.callback(process.kill)
        return process

    def _end(self) -> None:
        self._process = None
        self._open.close()


_residents: dict[Path, Resident] = {}
_lock = threading.Lock()


def resident(seconds: float, path: str | None = None) -> Resident | None:
    """Return the one process for the checkov on PATH; None where its environment has no Python beside it."""
    found = shutil.which("checkov", path=path)
    python = Path(found).resolve().with_name("python") if found else None
    if python is None or not python.exists():
        return None
    with _lock:
        if python not in _residents:
            _residents[python] = Resident(python, seconds)
            atexit.register(_residents[python].close)
        return _residents[python]
