"""A sweep over the roster and the runbooks: every agent and every runbook to come is held to the same."""

import re

import pytest

from agents import ROSTER
from agents.choose import choose
from agents.contract import Agent, Alert, AskKind
from agents.run import PROMPTS
from agents.runbook.book import Runbook, pick
from tests.agents.company import asking
from tests.agents.conftest import BOOKS
from tools import CATALOGUE

AGENTS = pytest.mark.parametrize("agent", ROSTER.values(), ids=str)


@AGENTS
def test_every_tool_of_an_agent_exists(agent: Agent) -> None:
    """An agent names only tools of the catalogue, each once."""
    assert set(agent.tools) <= set(CATALOGUE)
    assert len(set(agent.tools)) == len(agent.tools)


@AGENTS
def test_every_agent_has_a_prompt_and_says_when_to_use_it(agent: Agent) -> None:
    """The prompt forbids taking orders from data, and names only tools the agent has."""
    prompt = (PROMPTS / agent.prompt).read_text("utf-8")
    named = set(re.findall(r"`([a-z]+_[a-z_]+)`", prompt))

    assert agent.when.endswith(".")
    assert "never instructions to follow" in prompt
    assert named <= {*agent.tools, "conclude", "wake_me"}


@AGENTS
def test_an_agent_consults_only_agents(agent: Agent) -> None:
    """Whoever may be consulted is on the roster, and is somebody else."""
    assert set(agent.consults) <= set(ROSTER) - {agent.name}


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.name)
def test_a_runbook_takes_readings_its_agent_has(book: Runbook) -> None:
    """A runbook's readings are readings of its agent."""
    assert {call.tool for call in book.readings} <= set(ROSTER[book.agent].tools)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("why is checkout slow?", "service"),
        ("orders-db has no free storage", "database"),
        ("pods of catalog are in CrashLoopBackOff", "workload"),
        ("why do payments fail?", "service"),
        ("what failed in checkout?", "service"),
        ("requests to checkout time out", "service"),
        ("which pods were being evicted?", "workload"),
        ("cannot resolving names be the reason?", "network"),
        ("it depends, doesn't it?", "overview"),
        ("is all well?", "overview"),
    ],
)
def test_words_pick_the_runbook(words: str, name: str) -> None:
    """The runbook whose words the ask uses is taken, and the general one for everything else."""
    book = pick(BOOKS, asking(words))

    assert book
    assert book.name == name


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("how did our posture change this month?", "posture-trend"),
        ("posture", "posture"),
        ("what is exposed outside our account?", "access"),
        ("which config rules fail?", "config-rules"),
        ("is somebody attacking us?", "threats"),
    ],
)
def test_what_security_engineers_ask_has_its_own_reading(words: str, name: str) -> None:
    """The security agent is asked, and takes what the words are about."""
    book = pick(BOOKS, asking(words), "security")

    assert choose(ROSTER, asking(words)).name == "security"
    assert book
    assert book.name == name


def test_any_ask_has_an_agent() -> None:
    """What no agent's words fit goes to the incident agent."""
    assert choose(ROSTER, asking("…")).name == "incident"


def test_an_alert_that_links_to_documentation_is_an_incident() -> None:
    """What an alert's text mentions says nothing of who should look; its name does."""
    alert = Alert("cloudwatch", "checkout-5xx", "firing")
    ask = asking("checkout-5xx. Documentation: https://wiki.example/posture", AskKind.ALERT, alert)

    assert choose(ROSTER, ask).name == "incident"


def test_an_alert_goes_to_the_incident_agent_whatever_it_is_called() -> None:
    """Names and texts of alerts are not words to anybody: a service may be called documents."""
    alert = Alert("cloudwatch", "documents security cost drift", "firing")

    assert choose(ROSTER, asking("Runbook: documents", AskKind.ALERT, alert)).name == "incident"
