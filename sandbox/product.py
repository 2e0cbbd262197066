"""Start the product as its users do: one process, pointed at a company by its environment."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.company import Company

CHECKOUT = Path(__file__).parent.parent
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "SSL_CERT_FILE")


@dataclass(frozen=True)
class Product:
    """A running bot: its process, the file it logs to, and the environment it was given."""

    process: subprocess.Popen[bytes]
    log: Path
    environment: dict[str, str]


class ProductDownError(Exception):
    """The bot did not come up; the message ends with its last words."""


@contextmanager
def product(company: Company, *, extra: dict[str, str] | None = None, seconds: float = 60) -> Iterator[Product]:
    """Run `python -m bot` against the company for the length of the block; returns once it is connected to Slack."""
    with tempfile.TemporaryDirectory(prefix="infra-demo-") as folder:
        environment = _environment(company, Path(folder)) | (extra or {})
        log = Path(folder, "bot.log")
        with log.open("wb") as sink:
            process = subprocess.Popen(
                [sys.executable, "-m", "bot"], cwd=CHECKOUT, env=environment, stdout=sink, stderr=subprocess.STDOUT
            )
        running = Product(process, log, environment)
        try:
            _await_connection(company, running, seconds)
            yield running
        finally:
            _end(process)


def until(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait until the condition holds; False if it does not within the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def _environment(company: Company, folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    own = {
        "INFRA_DATA": str(folder),
        "INFRA_PORT": "0",
        "INFRA_RECOVERY_SECONDS": "5",
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONUNBUFFERED": "1",
    }
    return kept | company.environment() | own


def _await_connection(company: Company, running: Product, seconds: float) -> None:
    connected = until(lambda: company.workspace.deliveries.connected or running.process.poll() is not None, seconds)
    if not connected or running.process.poll() is not None:
        raise ProductDownError("The bot did not connect to Slack; it said:\n" + running.log.read_text("utf-8")[-4000:])


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)
