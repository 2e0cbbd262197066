"""Tools of a real MCP server, the SDK's own in a process: readings only where the operator says so."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from agents import ROSTER
from agents.assemble import with_tools
from bot.permissions import mcp_tools
from sandbox.slack.visitor import wait_for
from tests.tools.conftest import KEY, NOON, MemoryLedger
from tools.contract import Change, JsonObject, Reading, Risk, Tool, ToolError
from tools.declare import checked, describe
from tools.execute import Executor
from tools.grants import issue
from tools.mcp.commands import refuse_commands
from tools.mcp.line import Definition, Line
from tools.mcp.mounting import Remote, mount
from tools.mcp.servers import Server, read_servers
from tools.proposal import Outcome, Proposal, Verdict

PROGRAM = Path(__file__).with_name("mcp_server.py")


class Moody(Line):
    """A line to a server that has changed its mind on a tool."""

    def tools(self) -> dict[str, Definition]:
        """Return another schema under the same name."""
        return {"add_note": Definition("add_note", "Add a note.", {"type": "object"})}


@dataclass
class Office:
    """The mounted server, and the file in which it notes what it did."""

    notes: Path
    tools: dict[str, Tool]

    def change(self, name: str) -> Change:
        """Return a tool that is a change."""
        tool = self.tools[name]
        assert isinstance(tool, Change)
        return tool

    def remote(self, name: str) -> Remote:
        """Return what is behind a change."""
        remote = self.change(name).apply.__self__  # type: ignore[attr-defined]  # a bound method
        assert isinstance(remote, Remote)
        return remote

    def proposed(self, name: str, args: JsonObject) -> Proposal:
        """Return a proposal of a change, with its preview."""
        change = self.change(name)
        about = {"reason": "", "evidence": (), "asker": "U0ANA0001", "environment": "", "service": "", "run_id": "r"}
        preview = change.preview(**args)
        return Proposal(f"id-{name}", name, change.version, args, change.risk, (), preview, **about, at=NOON)  # type: ignore[arg-type]  # by name

    def carries_out(self, proposal: Proposal) -> Outcome:
        """Have a proposal approved and carried out."""
        until = NOON + timedelta(minutes=5)
        granted = issue(
            KEY, proposal, approvers=("U0BEN0001",), rule="r", policy_version="p", granted_at=NOON, expires_at=until
        )
        return Executor(self.tools, MemoryLedger(), KEY, lambda: NOON).execute(granted)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Give the server, mounted."""
    notes = tmp_path_factory.mktemp("mcp") / "notes.txt"
    notes.write_text("milk\n", "utf-8")
    command = (sys.executable, str(PROGRAM), str(notes))
    mounted = mount([Server(name="notes", command=command, readings=("count_notes", "run"))], ())
    assert mounted.problems == ()
    office = Office(notes, mounted.tools)
    yield office
    office.remote("notes_add_note").line.close()


def test_a_tool_is_a_reading_only_if_it_is_listed_as_one(office: Office) -> None:
    """Everything else is a change of the highest risk, whatever the server says of it."""
    readings = {name for name, tool in office.tools.items() if isinstance(tool, Reading)}

    assert readings == {"notes_count_notes", "notes_run"}
    assert all(tool.risk is Risk.HIGH for tool in office.tools.values() if isinstance(tool, Change))


def test_a_reading_answers(office: Office) -> None:
    """What the server says comes back as text."""
    tool = office.tools["notes_count_notes"]
    assert isinstance(tool, Reading)

    observed = tool.call(**checked(tool, {"about": "milk"}))

    assert observed.text.startswith("1 notes")


@pytest.mark.parametrize("args", [{}, {"text": 3}, {"text": "x", "more": "y"}, {"text": "x" * 20_001}])
def test_arguments_are_held_to_the_servers_schema(office: Office, args: JsonObject) -> None:
    """Missing, of another type, unlisted or endless: refused before anything is sent."""
    with pytest.raises(ToolError, match="notes_add_note"):
        checked(office.tools["notes_add_note"], args)


def test_an_approved_change_is_sent_and_nobody_claims_to_know_its_effect(office: Office) -> None:
    """It is sent once; the outcome says what the server answered, and that nobody can read it back."""
    outcome = office.carries_out(office.proposed("notes_add_note", {"text": "bread"}))

    assert office.notes.read_text("utf-8").count("bread") == 1
    assert outcome.verdict is Verdict.UNKNOWN
    assert "added bread" in outcome.detail
    assert "cannot read back" in outcome.detail


def test_a_server_that_dies_in_a_call_is_asked_once(office: Office) -> None:
    """The outcome is unknown, and the next call opens a new line."""
    outcome = office.carries_out(office.proposed("notes_die", {}))

    assert outcome.verdict is Verdict.UNKNOWN
    assert office.notes.read_text("utf-8").count("died") == 1
    assert "add_note" in office.remote("notes_add_note").line.tools()


def test_a_tool_that_changed_after_the_yes_is_not_called(office: Office) -> None:
    """Its schema is among what was approved; another one is another tool."""
    change, remote = office.change("notes_add_note"), office.remote("notes_add_note")
    proposal = office.proposed("notes_add_note", {"text": "eggs"})
    moody = replace(remote, line=Moody(remote.line.server))
    office.tools = {**office.tools, change.name: replace(change, preview=moody.preview, apply=moody.apply)}

    outcome = office.carries_out(proposal)

    office.tools = {**office.tools, change.name: change}
    assert outcome.verdict is Verdict.STALE
    assert "eggs" not in office.notes.read_text("utf-8")


def test_a_reading_runs_no_command_that_changes_anything(office: Office) -> None:
    """Even where the operator takes a shell for a reading."""
    shell = office.tools["notes_run"]
    assert isinstance(shell, Reading)

    with pytest.raises(ToolError, match="change"):
        shell.call(command="kubectl scale deployment/checkout --replicas=3")


@pytest.mark.parametrize(
    "args",
    [
        {"command": "rm -rf /srv"},
        {"shell_command": "kubectl delete ns shop"},
        {"command": "kubectl", "args": ["delete", "namespace", "shop"]},
        {"commands": ["terraform", "destroy"]},
        {"step": [{"script": "echo hi; dropdb orders"}]},
        {"sql": "DROP TABLE orders"},
    ],
)
def test_no_destructive_command_is_ever_passed_on(args: JsonObject) -> None:
    """Classification refuses, however deep the command hides."""
    with pytest.raises(ToolError, match="destructive"):
        refuse_commands(args, only_looks=False)


@pytest.mark.parametrize("args", [{"command": "kubectl get pods"}, {"query": "sum(rate(http_requests_total[5m]))"}])
def test_what_only_looks_is_passed_on(args: JsonObject) -> None:
    """Reading commands, and queries in languages that are no shell's."""
    refuse_commands(args, only_looks=True)


def test_people_are_told_whose_tool_it_is(office: Office) -> None:
    """The description quotes the server, and the permissions name the kind."""
    agents = with_tools(ROSTER, office.tools)

    assert describe(office.tools["notes_add_note"]).startswith(
        "Tool add_note of the MCP server notes, which says of it"
    )
    assert "notes_count_notes: reading, because mcp.toml lists it as one (the MCP server notes)" in mcp_tools(
        office.tools
    )
    assert "notes_add_note" in agents["incident"].tools


def test_a_server_that_is_not_there_leaves_the_others(tmp_path: Path) -> None:
    """Its tools are missing, and a sentence says why."""
    mounted = mount([Server(name="gone", command=(str(tmp_path / "nothing"),))], ())

    assert mounted.tools == {}
    assert "The MCP server gone cannot be reached" in mounted.problems[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[server]]\nname = "a b"\ncommand = ["x"]', "server.0.name"),
        ('[[server]]\nname = "both"\ncommand = ["x"]\nurl = "https://x"', "either a command or a url"),
        ('[[server]]\nname = "plain"\nurl = "http://mcp.example.com"', "https"),
        ('[[server]]\nname = "one"\ncommand = ["x"]\nhints = true', "hints"),
        ("[[server]", "mcp.toml"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, text: str, said: str) -> None:
    """File, place and reason."""
    file = tmp_path / "mcp.toml"
    file.write_text(text, "utf-8")

    with pytest.raises(ValueError, match=said):
        read_servers(file)


def test_nothing_is_mounted_as_it_comes() -> None:
    """The file that ships names no server."""
    assert read_servers(Path(__file__).parents[2] / "config" / "mcp.toml") == ()


@pytest.fixture
def over_http(tmp_path: Path) -> Iterator[str]:
    """Start the server on a port of this machine, and give its address once it listens."""
    notes = tmp_path / "notes.txt"
    notes.write_text("milk\n", "utf-8")
    port = free_port()
    with subprocess.Popen(
        [sys.executable, str(PROGRAM), str(notes), str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as served:
        wait_for(lambda: listens(port), 30)
        yield f"http://127.0.0.1:{port}/mcp"
        served.terminate()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def listens(port: int) -> bool:
    """Tell whether somebody listens on a port."""
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def test_a_server_over_http_is_mounted_like_any_other(over_http: str) -> None:
    """Streamable HTTP: its tools are there, by the operator's word, and answer."""
    mounted = mount([Server(name="notes", url=over_http, readings=("count_notes",))], ())

    reading, change = mounted.tools["notes_count_notes"], mounted.tools["notes_add_note"]
    assert isinstance(reading, Reading)
    assert isinstance(change, Change)
    assert "1 notes" in reading.call(about="milk").text
