"""The product's middle as production wires it: policy, approvals, store, flow, executor and tools on a real cluster.

Only Slack is left out: who people are, and where cards go, are fakes that a row can break.
"""

import asyncio
import itertools
import secrets
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from agents.contract import Ask, AskKind, ThreadRef
from bot.approvals.decide import approvers
from bot.approvals.model import Answer, Approval, Vote
from bot.approvals.policy import Policy, PolicyFile
from bot.chores import Chores
from bot.flow import Flow, Ruling
from bot.ports import Ports
from bot.store import embedded
from bot.store.connection import Connection, connected
from bot.store.store import make_store
from tests.bot.flow_fakes import (
    ANA,
    BEN,
    NOON,
    TEAM,
    FakeDirectory,
    FakeQueue,
    FakeRunner,
    FakeThreads,
    answers,
    proposes,
)
from tests.promises.site import LOOK_SECONDS, Site, pointed, serve
from tools import CATALOGUE
from tools.contract import Call, Change, Tool
from tools.execute import Executor
from tools.grants import issue
from tools.proposal import Grant, Proposal

KEY = b"a key of thirty-two bytes for us"
MINUTES = 15
POLICY = {
    "stage": "assist",
    "rule": [
        {"name": "two", "risk": ["high"], "effect": "ask", "groups": ["oncall"], "quorum": 2, "minutes": MINUTES},
        {"name": "one", "tool": "kube_*", "effect": "ask", "groups": ["oncall"], "minutes": MINUTES},
        {"name": "code", "tool": "github_*", "effect": "ask", "groups": ["oncall"], "minutes": MINUTES},
        {"name": "findings", "tool": "securityhub_*", "effect": "ask", "groups": ["oncall"], "minutes": MINUTES},
    ],
}


def make_policy(version: int = MINUTES) -> Policy:
    """Return a policy under which one on-call engineer decides, two if the risk is high."""
    rules = [{**rule, "minutes": version} for rule in POLICY["rule"] if isinstance(rule, dict)]
    changes = [tool.name for tool in CATALOGUE.values() if isinstance(tool, Change)]
    return Policy(PolicyFile.model_validate({**POLICY, "rule": rules}), changes)


@dataclass
class StoreClock:
    """The store's own clock, which a row may set wrong."""

    connection: Connection
    ahead: timedelta = timedelta()

    async def __call__(self) -> datetime:
        """Return the time, for the flow."""
        return await self.connection.now() + self.ahead

    def sync(self) -> datetime:
        """Return the time, for the executor."""
        return self.connection.now_sync() + self.ahead


@dataclass
class Office:
    """One process of the product on a site. `directory` is who people are, `clock` what time it is."""

    connection: Connection
    site: Site
    tools: Mapping[str, Tool] = field(default_factory=lambda: CATALOGUE)
    policy: Policy = field(default_factory=make_policy)
    directory: FakeDirectory = field(default_factory=FakeDirectory)
    queue: FakeQueue = field(default_factory=FakeQueue)
    threads: FakeThreads = field(default_factory=FakeThreads)
    runner: FakeRunner = field(default_factory=FakeRunner)
    names: "itertools.count[int]" = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        """Wire it."""
        self.clock = StoreClock(self.connection)
        self.store = make_store(self.connection, KEY)
        self.executor = Executor(self.tools, self.store.ledger, KEY, self.clock.sync)
        self.ports = Ports(
            store=self.store,
            queue=self.queue,
            threads=self.threads,
            runner=self.runner,
            directory=self.directory,
            policy=self.policy,
            executor=self.executor,
            key=KEY,
            now=self.clock,
        )
        self.flow = Flow(self.ports)
        self.chores = Chores(self.ports, self.flow)

    async def propose(self, *calls: Call, asker: str = ANA, agent: str = "", **changed: object) -> list[Approval]:
        """Have one run propose changes, previewed on the site; return their approvals in that order."""
        number = next(self.names)
        kind = AskKind.MENTION if asker else AskKind.ALERT
        thread = ThreadRef(TEAM, "C0INCIDEN", f"17{number:08}.000100")
        ask = Ask(f"Ev{number}", kind, "why?", thread, asker, NOON, agent=agent)
        made = [await asyncio.to_thread(proposal, ask, call) for call in calls]
        proposals = [replace(one, **changed) for one in made]  # type: ignore[arg-type] # rows name fields of Proposal
        self.runner.script = lambda heard: proposes(*proposals) if heard.id == ask.id else answers()
        await self.flow.hear(ask)
        await self.flow.work(thread.key)
        found = [await self.approval(one.id) for one in proposals]
        return [one for one in found if one]

    async def approval(self, approval_id: str) -> Approval | None:
        """Return an approval as it stands."""
        return await self.store.approvals.get(approval_id)

    async def vote(
        self, approval_id: str, voter: str = BEN, answer: Answer = Answer.APPROVE, via: str = "button", team: str = TEAM
    ) -> Ruling:
        """Let somebody vote."""
        return await self.flow.rule(Vote(approval_id, voter, team, answer, via, NOON))

    def rescale(self, deployment: int) -> Call:
        """Return a call that gives one of the site's deployments another number of replicas than it has."""
        found = self.site.cluster.object("deployment", "shop", f"d{deployment}") or {}
        return scale(deployment, 1 if found["spec"]["replicas"] > 1 else 2)

    async def approved(self, *calls: Call) -> list[Approval]:
        """Have changes proposed, and let Ben say yes to each."""
        opened = await self.propose(*calls)
        for approval in opened:
            await self.vote(approval.proposal.id)
        return [one for approval in opened if (one := await self.approval(approval.proposal.id))]


def proposal(ask: Ask, call: Call) -> Proposal:
    """Return the proposal of a change, previewed on the cluster that is pointed at."""
    change = CATALOGUE[call.tool]
    if not isinstance(change, Change):
        raise TypeError(call.tool)
    return Proposal(
        id=secrets.token_urlsafe(18),
        tool=change.name,
        version=change.version,
        args=call.args,
        risk=change.risk,
        needs=change.needs,
        preview=change.preview(**call.args),
        reason="Café is slow.",
        evidence=("E1",),
        asker=ask.asker,
        environment="production",
        service="shop",
        run_id="run-1",
        at=NOON,
    )


def scale(deployment: int, replicas: int) -> Call:
    """Return a call that scales one of the site's deployments."""
    return Call("kube_scale", {"namespace": "shop", "deployment": f"d{deployment}", "replicas": replicas})


@asynccontextmanager
async def valkey() -> AsyncIterator[Connection]:
    """Start a Valkey as the product does, for the length of the block."""
    with tempfile.TemporaryDirectory(prefix="infra-promises-") as folder:
        server = embedded.start(Path(folder))
        opened = connected(server.url)
        try:
            yield opened
        finally:
            await opened.close()
            server.close()


@asynccontextmanager
async def open_office(
    deployments: int = 1, runner: FakeRunner | None = None, policy: Policy | None = None
) -> AsyncIterator[Office]:
    """Open an office on a site and a Valkey of its own, for the length of the block."""
    with serve(deployments) as site, pointed(site):
        async with valkey() as connection:
            yield Office(connection, site, runner=runner or FakeRunner(), policy=policy or make_policy())


def grant_of(approval: Approval) -> Grant:
    """Return the grant that an approval comes to, as the flow issues it."""
    return issue(
        KEY,
        approval.proposal,
        approvers=approvers(approval),
        rule=approval.decision.rule,
        policy_version=approval.decision.policy_version,
        granted_at=approval.opened_at,
        expires_at=approval.expires_at,
    )


async def until(holds: Callable[[], Awaitable[bool]], seconds: float) -> None:
    """Wait until something holds.

    Raises:
        TimeoutError: It did not within the time.
    """
    async with asyncio.timeout(seconds):
        while True:
            if await holds():
                return
            await asyncio.sleep(LOOK_SECONDS)
