"""Start the product as its users do: one process or the Procfile's three, pointed at a company by its environment."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.company import Company
from sandbox.slack.visitor import Visitor

CHECKOUT = Path(__file__).parent.parent
SETTER = "U0BEN0001"
LISTENING = re.compile(r"Listening on (http://\S+)")
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "SSL_CERT_FILE")


ALL_IN_ONE: tuple[str, ...] = ("",)
APART = ("web", "worker", "clock")


@dataclass(frozen=True)
class Product:
    """A running bot: its processes, the file they log to, and the environment they were given."""

    processes: tuple[subprocess.Popen[bytes], ...]
    log: Path
    environment: dict[str, str]

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The process, or the first of several."""
        return self.processes[0]

    @property
    def down(self) -> bool:
        """Whether any process has ended."""
        return any(process.poll() is not None for process in self.processes)

    @property
    def address(self) -> str:
        """Where it listens to HTTP, as it says in its log; empty until then."""
        said = LISTENING.search(self.log.read_text("utf-8"))
        return said[1] if said else ""


class ProductDownError(Exception):
    """The bot did not come up; the message ends with its last words."""


@contextmanager
def product(
    company: Company,
    *,
    over_http: bool = False,
    roles: tuple[str, ...] = ALL_IN_ONE,
    extra: dict[str, str] | None = None,
    seconds: float = 180,
) -> Iterator[Product]:
    """Run `python -m bot` against the company for the length of the block; returns once Slack can reach it.

    Args:
        company: What it is pointed at.
        over_http: Have Slack deliver over signed HTTP, not Socket Mode.
        roles: A process each; all of them in one if not told.
        extra: More environment; processes apart need a REDIS_URL.
        seconds: How long it may take to come up.

    Raises:
        ProductDownError: It did not come up.
    """
    with tempfile.TemporaryDirectory(prefix="infra-demo-") as folder, ExitStack() as started:
        without_socket = {"SLACK_APP_TOKEN": ""} if over_http else {}
        environment = _environment(company, Path(folder)) | without_socket | (extra or {})
        log = Path(folder, "bot.log")
        processes = tuple(started.enter_context(_process(role, environment, log)) for role in roles)
        running = Product(processes, log, environment)
        started.callback(_told_to_end, processes)  # all at once; then each is waited for
        _await_connection(company, running, seconds, over_http=over_http)
        yield running


@contextmanager
def _process(role: str, environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "bot", *([role] if role else [])]
    with log.open("ab") as sink:
        process = subprocess.Popen(  # noqa: S603 - our own program, with words of our own
            command, cwd=CHECKOUT, env=environment, stdout=sink, stderr=subprocess.STDOUT
        )
    try:
        yield process
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


def _await_connection(company: Company, running: Product, seconds: float, *, over_http: bool) -> None:
    def up() -> bool:
        return bool(running.address) if over_http else company.workspace.deliveries.connected

    until(lambda: up() or running.down, seconds)
    if running.down or not up():
        raise ProductDownError("The bot did not connect to Slack; it said:\n" + running.log.read_text("utf-8")[-4000:])
    if over_http:
        Visitor(company.urls["slack"], SETTER).settings(request_url=f"{running.address}/slack/events")


def _told_to_end(processes: tuple[subprocess.Popen[bytes], ...]) -> None:
    for process in processes:
        process.terminate()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)
