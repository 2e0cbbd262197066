"""T8 beyond the cluster: a pull request, a branch, a finding or a state that moves between the yes and the write."""

import asyncio
import itertools
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.approvals.model import Approval, State
from config.settings import settings
from tests.aws_account import looked_at
from tests.bot.flow_fakes import BEN, CARA
from tests.github_company import opened, queue
from tests.promises.afresh import LIMIT, Afresh, Looking
from tests.promises.office import Office, open_office
from tests.promises.rows import Row
from tests.tools.test_security_posture import told
from tools.contract import Call, JsonObject
from tools.proposal import Grant
from tools.terraform.homes import home
from tools.terraform.saved import make

FULL, QUICK = 2000, 8
CODE, INFRASTRUCTURE = "acme/checkout", "acme/infrastructure"
FINDING = told("S3.8", "press-kit")


@dataclass(frozen=True)
class Target:
    """Something that a change is about.

    Attributes:
        agent: Who proposes the change.
        call: The change.
        moves: Lets somebody else change the target.
        made: Whether the change was made, by what the target says.
        back: Puts the target back.
        guarded: Whether a move right before the write has to be seen, too.
        word: What people have to be told that moved.
    """

    agent: str
    call: Call
    moves: Callable[[], object]
    made: Callable[[], bool]
    back: Callable[[], object]
    guarded: bool
    word: str


@dataclass
class Tally:
    """What was seen."""

    stale: int = 0
    unsaid: int = 0
    afresh: Afresh = field(default_factory=Afresh)


def measure(n: int) -> list[Row]:
    """Let targets of each class move, n times in all."""
    return [row for name, scene in SCENES.items() for row in _class(name, scene, max(1, n // len(SCENES)))]


def _class(name: str, scene: "Scene", n: int) -> list[Row]:
    tally = Tally()
    with scene() as target:
        asyncio.run(_measured(target, n, tally))
    return [
        Row("T8", f"{name}: executed on a target that had moved", tally.stale, n),
        Row("T8", f"{name}: not said that it moved, and what", tally.unsaid, n),
        Row("T8", f"{name}: neither a new card nor why there is none", tally.afresh.neither, n),
        Row("T8", f"{name}: longest wait for it", tally.afresh.longest, n, limit=LIMIT, unit="s"),
    ]


async def _measured(target: Target, n: int, tally: Tally) -> None:
    async with open_office(1, Looking()) as office:
        for number in range(n):
            await _drifted(office, target, tally, late=target.guarded and number % 2 == 1)
            target.back()


async def _drifted(office: Office, target: Target, tally: Tally, *, late: bool) -> None:
    [approval] = await office.propose(target.call, agent=target.agent)
    for voter in (BEN, CARA):
        await office.vote(approval.proposal.id, voter)
    began = time.monotonic()
    if late:
        with _right_before_the_write(office, target.moves):
            await office.flow.dispatch(approval.proposal.id)
    else:
        target.moves()
        await office.flow.dispatch(approval.proposal.id)
    tally.stale += target.made()
    tally.unsaid += not _told(await office.approval(approval.proposal.id), target.word)
    await tally.afresh.look(office, approval, began)


def _told(ended: Approval | None, word: str) -> bool:
    return ended is not None and ended.state is State.STALE and word in ended.detail.lower()


@contextmanager
def _right_before_the_write(office: Office, happens: Callable[[], object]) -> Iterator[None]:
    """Let something happen once the executor has looked at the target, and before it sends anything."""
    intend, moves = office.store.ledger.intend, iter([happens])

    def late(grant: Grant) -> None:
        intend(grant)
        next(moves, lambda: None)()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(office.store.ledger, "intend", late)
        yield


@contextmanager
def _head() -> Iterator[Target]:
    """Serve a green pull request that somebody pushes to."""
    with opened() as company:
        git, pull = company.git(CODE), company.hub.repositories[CODE].pulls[8]
        main, head = git.resolve("refs/heads/main"), git.resolve(f"refs/heads/{pull.head}")
        yield Target(
            agent="delivery",
            call=Call("github_merge", {"repository": CODE, "pull": 8}),
            moves=lambda: company.pushes(CODE, pull.head, {"README.md": f"Words {next(_numbers)}.\n"}),
            made=lambda: git.resolve("refs/heads/main") != main,
            back=lambda: git.run("update-ref", f"refs/heads/{pull.head}", str(head)),
            guarded=True,
            word="head",
        )


@contextmanager
def _base() -> Iterator[Target]:
    """Serve a branch that somebody pushes to: to the file of the pull request, and to others.

    A branch that moves right before the write does no harm: the pull request shows how far it is behind.
    """
    with opened() as company:
        git = company.git(INFRASTRUCTURE)
        main = git.resolve("refs/heads/main")
        yield Target(
            agent="delivery",
            call=Call("github_pull_request", queue()),
            moves=lambda: company.pushes(INFRASTRUCTURE, "main", next(_edits)),
            made=lambda: bool(company.pulls(INFRASTRUCTURE)),
            back=lambda: git.run("update-ref", "refs/heads/main", str(main)),
            guarded=False,
            word="base_sha",
        )


@contextmanager
def _finding() -> Iterator[Target]:
    """Serve a finding that somebody works on, or that is checked again."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AWS_WRITE_ROLE_ARN", "arn:aws:iam::123456789012:role/infra-write")
        with looked_at({"securityhub/findings.json": {"Findings": [FINDING]}}) as account:
            hub = account.client("securityhub")
            named = {"Id": FINDING["Id"], "ProductArn": FINDING["ProductArn"]}

            def set_to(status: str) -> None:
                hub.batch_update_findings(FindingIdentifiers=[named], Workflow={"Status": status})

            yield Target(
                agent="security",
                call=Call("securityhub_suppress", {"finding": named["Id"], "reason": "Public on purpose", "days": 30}),
                moves=lambda: set_to("NOTIFIED"),
                made=lambda: hub.get_findings()["Findings"][0]["Workflow"]["Status"] == "SUPPRESSED",
                back=lambda: set_to("NEW"),
                guarded=True,
                word="workflow",
            )


@contextmanager
def _state() -> Iterator[Target]:
    """Keep a real plan for a state that somebody else applies to meanwhile."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        root, config = Path(folder, "shop"), Path(folder, "config")
        for made in (root, config):
            made.mkdir()
        (config / "terraform.toml").write_text(f'[[root]]\nname = "shop"\nfolder = "{root}"\n')
        patched.setenv("INFRA_CONFIG", str(config))
        patched.setenv("INFRA_DATA", str(Path(folder, "data")))
        settings.cache_clear()
        plan, kept = _planned(root)
        before = kept.read_text()
        yield Target(
            agent="provisioning",
            call=Call("terraform_apply", {"root": "shop", "plan": plan}),
            moves=lambda: kept.write_text(json.dumps(_applied_by_others(kept))),
            made=lambda: '"checkout": 4' in kept.read_text(),
            back=lambda: kept.write_text(before),
            guarded=False,
            word="serial",
        )
    settings.cache_clear()


def _planned(root: Path) -> tuple[str, Path]:
    """Apply a configuration, change it, and plan; return the plan's hash and the file of the state."""
    code = 'resource "terraform_data" "limits" {{\n  input = {{ checkout = {} }}\n}}\n'
    (root / "main.tf").write_text(code.format(3))
    for words in (("init",), ("apply", "-auto-approve")):
        subprocess.run(["terraform", *words, "-no-color"], cwd=root, check=True, capture_output=True)  # noqa: S607
    (root / "main.tf").write_text(code.format(4))
    return make(home().named("shop")).sha256, root / "terraform.tfstate"


def _applied_by_others(state: Path) -> JsonObject:
    told: JsonObject = json.loads(state.read_text())
    return {**told, "serial": int(str(told["serial"])) + next(_numbers)}


Scene = Callable[[], AbstractContextManager[Target]]
SCENES: dict[str, Scene] = {"pull request's head": _head, "branch's head": _base, "finding": _finding}
if shutil.which("terraform"):
    SCENES["Terraform's state"] = _state
_numbers = itertools.count(1)
_edits: Iterator[JsonObject] = ({path: f"# {n}\n"} for n in _numbers for path in ("notes.md", "queue.tf"))
