"""A tool of one's own is one file, held to the rules of the house before anything starts."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from agents import ROSTER
from agents.assemble import with_tools
from tools import CATALOGUE
from tools.contract import Observation, Reading, ToolError
from tools.custom import custom_tools
from tools.declare import checked

PAGE = Path(__file__).parents[2] / "config" / "tools" / "README.md"
EXAMPLE = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)[0]


def _written(folder: Path, text: str, name: str = "own.py") -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder


def test_the_example_of_the_page_works(tmp_path: Path) -> None:
    """What the page tells people to write is loaded, checked and callable."""
    tool = custom_tools(_written(tmp_path, EXAMPLE), CATALOGUE)["queue_depth"]

    assert isinstance(tool, Reading)
    assert isinstance(tool.call(**checked(tool, {"queue": "orders"})), Observation)
    with pytest.raises(ToolError, match="queue"):
        checked(tool, {"queue": "; rm -rf /"})


def test_agents_get_it(tmp_path: Path) -> None:
    """Every agent may use it beside its own tools."""
    own = custom_tools(_written(tmp_path, EXAMPLE), CATALOGUE)

    agents = with_tools(ROSTER, {**CATALOGUE, **own})

    assert all(agent.tools == (*ROSTER[name].tools, "queue_depth") for name, agent in agents.items())


def test_no_folder_is_no_tool(tmp_path: Path) -> None:
    """Nothing has to be there."""
    assert custom_tools(tmp_path / "none", CATALOGUE) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (EXAMPLE.replace("queue_depth", "kube_pods"), "there is a tool kube_pods already"),
        (EXAMPLE.replace("Tell how many orders wait in a queue of the order system.", "Count."), "needs a docstring"),
        (EXAMPLE.replace("needs=()", 'needs=("*",)'), "is no permission"),
        ("import tools\n", "declares no tool"),
        ("from tools.kube.pods import kube_pods\n", "declares no tool"),
        ("1 / 0\n", "cannot be loaded: ZeroDivisionError"),
        ("def (", "cannot be loaded: SyntaxError"),
        (EXAMPLE.replace(": KubeName", ""), "queue_depth"),
    ],
)
def test_what_breaks_a_rule_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """The sentence names the file and the rule."""
    with pytest.raises(ValueError, match=rf"own\.py.*{re.escape(said)}"):
        custom_tools(_written(tmp_path, text), CATALOGUE)


def test_two_files_cannot_declare_one_name(tmp_path: Path) -> None:
    """The second is refused, whichever it is."""
    _written(tmp_path, EXAMPLE, "other.py")

    with pytest.raises(ValueError, match="queue_depth already"):
        custom_tools(_written(tmp_path, EXAMPLE), CATALOGUE)


def test_a_tool_that_breaks_a_rule_stops_the_start(tmp_path: Path) -> None:
    """Every command of the bot says which file it is, instead of starting without it."""
    (tmp_path / "tools").mkdir()
    _written(tmp_path / "tools", "1 / 0\n")
    command = [sys.executable, "-m", "bot", "permissions", "slack"]

    done = subprocess.run(
        command, env={"INFRA_CONFIG": str(tmp_path)}, cwd=PAGE.parents[2], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert re.fullmatch(r".*own\.py cannot be loaded: ZeroDivisionError: division by zero\n", done.stderr)
