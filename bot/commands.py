"""What the command line can do: serve, ask, doctor, audit."""

import asyncio
import logging
import signal
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from aiohttp import web

from agents.contract import Ask, AskKind, ThreadRef
from agents.events import Ended, Proposed, Said, Step, StepState
from bot import auditing
from bot.build import Parts, build
from bot.doctor import diagnose
from bot.late import LateRunner
from bot.live import Live
from bot.masking import log_to_stderr
from bot.mounting import Mounting, mount_all
from bot.permissions import TITLES, sections
from bot.policy import check_policy, explain_policy
from bot.scoring.metrics import Metrics
from bot.scoring.prices import read_prices
from bot.web import make_web
from config.settings import settings
from tools import CATALOGUE
from tools.custom import custom_tools
from tools.instances import read_instances
from tools.mcp.servers import read_servers
from tools.people import read_people
from tools.redact import read_patterns
from tools.spreading import spread

log = logging.getLogger(__name__)

GRACE_SECONDS = 20.0
LEAVE_SECONDS = 5.0
CHATTY = ("apscheduler", "botocore", "slack_bolt", "dramatiq", "urllib3", "aiohttp.access")
"""They tell of every tick and connection at INFO."""
NEEDLESS = "As you gave `client` as well, `token` will be unused."
"""Bolt finds SLACK_BOT_TOKEN by itself, and warns that our client, made with that very token, goes first."""


async def serve(*roles: str) -> int:
    """Run the roles (`web`, `worker`, `clock`) until a signal says to end."""
    told = settings()
    _log(told.infra_log_level)
    try:
        read_patterns(told.infra_config / "redaction.toml")
        async with _serving(await build(told), roles):
            await _told_to_end()
    except (ValueError, RuntimeError, OSError) as error:
        log.debug("could not serve", exc_info=True)
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


async def ask(words: str) -> int:
    """Run an ask in the terminal; what it proposes needs Slack to be approved."""
    now = datetime.now(UTC)
    here = ThreadRef("", "terminal", uuid.uuid4().hex)
    heard = Ask(id=here.ts, kind=AskKind.MESSAGE, text=words, thread=here, asker="", at=now)
    async for event in LateRunner(settings())(here.ts, heard, ()):
        match event:
            case Step(state=StepState.IN_PROGRESS, title=title):
                sys.stdout.write(f"… {title}\n")
            case Said(text):
                sys.stdout.write(text)
            case Proposed(proposal):
                sys.stdout.write(f"\n\nProposed (approve it in Slack): {proposal.preview.summary}\n")
            case Ended(usage=usage):
                sys.stdout.write(f"\n\n{usage.readings} readings, {usage.seconds:.1f} s, by {usage.model}\n")
            case _:
                pass
        sys.stdout.flush()
    return 0


async def doctor() -> int:
    """Check everything the bot needs; 0 if it can work."""
    failed = False
    async for check in diagnose(settings()):
        sys.stdout.write(f"{'✓' if check.ok else '✗'} {check.name}: {check.words}\n")
        failed = failed or not check.ok
    return int(failed)


def mount_tools() -> None:
    """Add the tools of config/tools/ and of MCP servers, and spread ours over the instances there are.

    An MCP server that cannot be reached leaves its tools out until it answers; the log and `doctor` say so.

    Raises:
        SystemExit: A file breaks a rule; it says which.
    """
    folder = settings().infra_config
    try:
        CATALOGUE.update(custom_tools(folder / "tools", CATALOGUE))
        CATALOGUE.update(spread(CATALOGUE, read_instances(folder / "instances.toml")))
        if servers := read_servers(folder / "mcp.toml"):
            mount_all(servers)
    except ValueError as error:
        sys.exit(str(error))


async def permissions(part: str) -> int:
    """Print what to grant for the tools there are: all parts under their titles, or one as it is."""
    told = settings()
    parts = sections(CATALOGUE, read_people(told.infra_config / "people.toml"), told)
    if part and part not in parts:
        sys.stderr.write(f"There is no part {part}; there are: {', '.join(parts)}.\n")
        return 1
    sys.stdout.write(parts[part] if part else "\n".join(f"# {TITLES[name]} ({name})\n{parts[name]}" for name in parts))
    return 0


async def policy(action: str, words: str) -> int:
    """Test the policy, or explain what it would decide; 0 if all is as expected."""
    told = settings()
    try:
        return explain_policy(told, words) if action == "explain" else check_policy(told)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _log(level: str) -> None:
    log_to_stderr(level)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("slack_bolt.AsyncApp").addFilter(lambda record: NEEDLESS not in record.getMessage())


async def audit(action: str, what: str) -> int:
    """Verify, tell or export the audit trail; 0 if it holds."""
    return await auditing.audit(settings(), action, what)


@asynccontextmanager
async def _serving(parts: Parts, roles: tuple[str, ...]) -> AsyncIterator[None]:
    """Start the roles, workers first so that what web hears finds one; end them in the other order."""
    mounting = Mounting(parts.renew)
    started: list[Callable[[], Awaitable[object]]] = [parts.close, mounting.stop]
    try:
        await mounting.start()
        if "worker" in roles:
            await asyncio.to_thread(parts.runner.ready)
            await parts.queue.start_worker(parts.flow)
            started.append(lambda: parts.queue.stop(GRACE_SECONDS))
        if "clock" in roles:
            await parts.clock.start()
            started.append(parts.clock.stop)
        if "web" in roles:
            started.append(await _listen(parts))
        yield
    finally:
        for end in reversed(started):
            await end()


async def _listen(parts: Parts) -> Callable[[], Awaitable[object]]:
    """Listen to Slack, over sockets where there is an app token, and to HTTP; return how to stop."""
    runner = web.AppRunner(_web(parts), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, parts.settings.infra_host, parts.settings.infra_port).start()
    log.info("Listening on http://%s:%s", *runner.addresses[0][:2])
    if parts.sockets:
        await parts.sockets.start()
    if parts.doors.polling:
        await parts.doors.polling.start()

    async def stop() -> None:
        if parts.doors.polling:
            await parts.doors.polling.stop()
        if parts.sockets:
            await parts.sockets.stop()
        await runner.cleanup()
        await parts.desk.settle(LEAVE_SECONDS)

    return stop


def _web(parts: Parts) -> web.Application:
    async def store() -> str:
        return await parts.store.connection.changes_refused_because()

    prices = Live(parts.settings.infra_config / "models.toml", read_prices)
    return make_web(
        parts.app,
        parts.settings.slack_signing_secret.get_secret_value(),
        {"store": store},
        parts.doors.receiving.receive,
        Metrics(parts.store, parts.store.connection.now, lambda: prices.value).exposed,
    )


async def _told_to_end() -> None:
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    await told.wait()
