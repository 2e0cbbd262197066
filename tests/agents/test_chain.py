"""The chain of models and its breakers."""

import sys
from subprocess import run

import pytest

from agents.models.breaker import Breaker
from agents.models.build import chain_of
from agents.models.chain import Candidate, Chain
from config.settings import Settings
from tests.agents.scripted import Scripted


def test_a_breaker_opens_longer_each_time() -> None:
    """Fifteen seconds, then thirty."""
    clock = [0.0]
    breaker = Breaker(lambda: clock[0])

    breaker.failed()
    first = _open_at(breaker, clock, 14.0, 15.0)
    breaker.failed()
    second = _open_at(breaker, clock, 44.0, 45.0)

    assert (first, second) == ([True, False], [True, False])


def test_one_answer_closes_a_breaker() -> None:
    """A model that answers is trusted at once, and its next failure counts as the first."""
    clock = [0.0]
    breaker = Breaker(lambda: clock[0])
    breaker.failed()

    breaker.succeeded()

    assert _open_at(breaker, clock, 0.0) == [False]


def _open_at(breaker: Breaker, clock: list[float], *moments: float) -> list[bool]:
    seen = []
    for moment in moments:
        clock[0] = moment
        seen.append(breaker.open)
    return seen


def test_models_that_do_not_answer_come_last_and_are_not_given_up() -> None:
    """An open breaker moves a model to the end of the line, no further."""
    first, second = (Candidate(name, lambda: Scripted(script=[])) for name in ("first", "second"))
    first.breaker.failed()

    assert [one.name for one in Chain([first, second], 5).order()] == ["second", "first"]


@pytest.mark.parametrize(
    ("model", "fallback", "names"),
    [
        ("runbook", "runbook", ["runbook"]),
        ("ollama:qwen3", "runbook", ["ollama:qwen3", "runbook"]),
        ("ollama:qwen3", "", ["ollama:qwen3"]),
    ],
)
def test_settings_name_the_chain(model: str, fallback: str, names: list[str]) -> None:
    """The model, then its fallback, each once; none is made before it is needed."""
    chain = chain_of(Settings(infra_model=model, infra_model_fallback=fallback))

    assert [one.name for one in chain.candidates] == names


def test_an_ollama_model_is_made_without_a_server() -> None:
    """Making a model reaches for nothing over the network."""
    [candidate, _] = chain_of(Settings(infra_model="ollama:qwen3", infra_model_fallback="runbook")).candidates

    assert candidate.model._llm_type == "chat-ollama"


def test_the_roster_is_light() -> None:
    """Knowing the agents does not import LangChain."""
    code = "import agents, sys; sys.exit(any(name.startswith('lang') for name in sys.modules))"

    assert run([sys.executable, "-c", code], check=False).returncode == 0
