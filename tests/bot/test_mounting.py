"""An MCP server that is away at the start costs its own tools, for as long as it is away, and nothing else."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.live import LivePolicy
from bot.mounting import Mounting, mount_all
from bot.rules import awaited, changes
from tools import CATALOGUE
from tools.mcp.mounting import AWAY
from tools.mcp.servers import Server

PROGRAM = Path(__file__).parents[1] / "tools" / "mcp_server.py"
RULE = """
stage = "assist"

[[rule]]
name = "notes"
tool = "notes_add_note"
effect = "deny"
why = "Nobody takes notes."
"""


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Leave the catalogue as it was."""
    before = dict(CATALOGUE)
    yield
    AWAY.clear()
    CATALOGUE.clear()
    CATALOGUE.update(before)


@pytest.fixture
def late(tmp_path: Path) -> tuple[Server, Path]:
    """Return a server whose program is not there yet, and where it will be."""
    program = tmp_path / "server.py"
    command = (sys.executable, str(program), str(tmp_path / "notes.txt"))
    return Server(name="notes", command=command, readings=("count_notes",)), program


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """Return a policy that is about a tool of that server."""
    file = tmp_path / "policy.toml"
    file.write_text(RULE, "utf-8")
    return file


async def test_a_server_is_mounted_when_it_answers(late: tuple[Server, Path]) -> None:
    """Its tools come into the catalogue, and what is made of the catalogue is made again, once."""
    server, program = late
    made: list[int] = []
    mounting = Mounting(lambda: made.append(len(CATALOGUE)))
    mount_all([server])
    await mounting.once()
    missing = "notes_count_notes" in CATALOGUE
    program.write_text(PROGRAM.read_text("utf-8"), "utf-8")

    await mounting.once()

    assert not missing
    assert {"notes_count_notes", "notes_add_note"} <= CATALOGUE.keys()
    assert made == [len(CATALOGUE)]
    assert not AWAY


def test_rules_about_a_server_that_is_away_are_no_mistake(late: tuple[Server, Path], policy: Path) -> None:
    """Somebody else's outage must not keep the bot from starting."""
    mount_all([late[0]])

    read = LivePolicy(policy, changes, awaited)

    assert not read.problem


def test_rules_about_nothing_are_still_refused(policy: Path) -> None:
    """Where no server is away, a name that no change has is a mistake."""
    with pytest.raises(ValueError, match="no change has that name"):
        LivePolicy(policy, changes, awaited)
