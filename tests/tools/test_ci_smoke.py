"""After a deployment a service is looked at, and no look passes by what could not be read."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import yaml

from bot.__main__ import _parser
from bot.smoke import tell_smoke
from config.settings import settings
from sandbox.company import running
from sandbox.demo import WORLDS
from tests.house.test_sizes import ROOT
from tools.ci.smoke import Look, State, verdict


@contextmanager
def _world(name: str) -> Iterator[None]:
    with running(WORLDS / name) as company, pytest.MonkeyPatch.context() as patch:
        for key, value in company.environment().items():
            patch.setenv(key, value)
        settings.cache_clear()
        yield
    settings.cache_clear()


def test_a_bad_deployment_fails(capsys: pytest.CaptureFixture[str]) -> None:
    """A service whose alarm fires after a deployment ends with 1 and says which."""
    with _world("bad-deploy"):
        status = tell_smoke("checkout", 15, as_json=False)

    assert status == 1
    assert "✗ alarm checkout-5xx" in capsys.readouterr().out


def test_a_service_that_nobody_knows_is_not_well(capsys: pytest.CaptureFixture[str]) -> None:
    """A name that is not in the catalogue ends with 2 and names those that are."""
    status = tell_smoke("nothing", 15, as_json=True)

    assert status == 2
    assert "checkout" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("states", "whole"),
    [
        ((), State.UNKNOWN),
        ((State.PASSED, State.PASSED), State.PASSED),
        ((State.PASSED, State.UNKNOWN), State.UNKNOWN),
        ((State.UNKNOWN, State.FAILED), State.FAILED),
    ],
)
def test_nothing_passes_by_what_could_not_be_read(states: tuple[State, ...], whole: State) -> None:
    """One failure fails it; what is unknown is not well."""
    assert verdict(tuple(Look("one", state, "") for state in states)) is whole


def test_the_ready_workflow_calls_commands_that_exist() -> None:
    """Every `python -m bot …` in docs/workflows/deploy.yml is understood by the command line."""
    told = yaml.safe_load((ROOT / "docs/workflows/deploy.yml").read_text("utf-8"))
    lines = [step.get("run", "") for job in told["jobs"].values() for step in job["steps"]]
    commands = [line.partition("-m bot ")[2].partition(" | ")[0] for line in lines if "-m bot " in line]

    parsed = [_parser().parse_args(one.replace('"', "").split()).command for one in commands]

    assert parsed == ["risk", "smoke", "ask"]
    assert "triage" in told["jobs"]
