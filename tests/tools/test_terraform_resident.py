"""checkov as a process that stays: started once, started again when it dies, and never waited for without end."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.settings import settings
from tools.terraform.external import security_tools
from tools.terraform.resident import Broken, Resident, resident

ECHO = """
import json, os, sys
for line in sys.stdin:
    print(json.dumps([os.getpid(), json.loads(line), sorted(os.environ)]), flush=True)
"""
DIES = "import sys; sys.stdin.readline()"
HANGS = "import sys, time; sys.stdin.readline(); time.sleep(60)"
Opens = Callable[..., Resident]


@pytest.fixture
def opens(tmp_path: Path) -> Iterator[Opens]:
    """Open processes that run a text; all are closed at the end."""
    opened: list[Resident] = []

    def started(text: str, seconds: float = 30) -> Resident:
        program = tmp_path / "side.py"
        program.write_text(text)
        opened.append(Resident(Path(sys.executable), seconds, program))
        return opened[-1]

    yield started
    for one in opened:
        one.close()


def test_one_process_judges_all(opens: Opens) -> None:
    """Starting takes longer than judging."""
    side = opens(ECHO)

    first, second = side.judged("/a"), side.judged("/b")

    assert (first[0], first[1], second[1]) == (second[0], "/a", "/b")


def test_it_has_nothing_of_our_environment(opens: Opens) -> None:
    """Credentials are not its business."""
    told = opens(ECHO).judged("/a")[2]

    assert set(told) - {"LC_CTYPE"} == {"HOME", "PATH"}


def test_one_that_died_is_started_again(opens: Opens) -> None:
    """Whoever killed it."""
    side = opens(ECHO)
    before = side.judged("/a")[0]
    os.kill(before, 9)
    os.waitid(os.P_PID, before, os.WEXITED | os.WNOWAIT)

    after = side.judged("/b")[0]

    assert after != before


def test_an_end_without_an_answer_is_told(opens: Opens) -> None:
    """And is nobody's yes."""
    with pytest.raises(Broken, match="ended without an answer"):
        opens(DIES).judged("/a")


def test_one_that_hangs_is_given_up(opens: Opens) -> None:
    """After the time it has."""
    with pytest.raises(Broken, match=r"took longer than 0\.3 s"):
        opens(HANGS, seconds=0.3).judged("/a")


def test_there_is_none_without_an_environment_of_its_own(tmp_path: Path) -> None:
    """A program without a Python beside it is run as a command each time."""
    (tmp_path / "checkov").write_text("#!/bin/sh\n")
    (tmp_path / "checkov").chmod(0o755)

    assert resident(1, str(tmp_path)) is None


@pytest.mark.skipif(shutil.which("checkov") is None, reason="checkov is not on PATH")
def test_the_real_one_judges_as_its_command_line_does() -> None:
    """The same rule of the same line, the second time in a fraction of the first."""
    queue = {"main.tf": 'resource "aws_sqs_queue" "a" {\n  name = "a"\n}\n'}

    first, second = security_tools(queue), security_tools(queue)

    assert first == second
    assert any("main.tf:1: " in said and "(CKV_AWS_27)" in said for said in first[1])


@pytest.mark.skipif(shutil.which("checkov") is None, reason="checkov is not on PATH")
def test_checkov_lets_every_golden_module_pass() -> None:
    """What is drafted without a model is not stopped by a scanner that a team has installed."""
    files = (settings().infra_config / "modules").rglob("*.tf")
    texts = {f"modules/{one.parent.name}/{one.name}": one.read_text() for one in files}

    state, details = security_tools(texts)

    assert (state, [said for said in details if said.startswith("checkov: ")]) == ("passed", [])
