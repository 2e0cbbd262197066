"""Words about capacity say what runs out, and of what."""

import pytest

from agents import ROSTER
from agents.choose import choose
from agents.runbook.foreseeing import meaning
from tests.agents.company import asking


@pytest.mark.parametrize(
    ("words", "about", "what"),
    [
        ("capacity", "", ""),
        ("when does orders-db run out of disk?", "orders-db", "disk"),
        ("when do we run out of connections?", "", "connections"),
        ("how long until the storage of catalog-db is full?", "catalog-db", "disk"),
        ("forecast the CPU of orders-db", "orders-db", "cpu"),
        ("when will the EBS volume of search-index be full?", "search-index", "disk"),
        ("when does the PVC search-index fill up?", "search-index", "disk"),
        ("when will our node pool be full", "", "nodes"),
        ("what quotas do we run out of next month?", "", "quota"),
    ],
)
def test_words_are_taken_for_what_they_name(words: str, about: str, what: str) -> None:
    """What is not named is anything."""
    assert meaning(words) == {"about": about, "what": what}


@pytest.mark.parametrize(
    ("words", "agent"),
    [
        ("when does orders-db run out of disk?", "capacity"),
        ("how long until the disk is full?", "capacity"),
        ("when will the node pool be full?", "capacity"),
        ("when will orders-db be out of connections?", "capacity"),
        ("will the disk of orders-db last until the weekend?", "capacity"),
        ("when do we hit the vCPU quota?", "capacity"),
        ("why did checkout run out of memory?", "incident"),
        ("the disk of orders-db is full", "incident"),
    ],
)
def test_what_is_to_come_is_for_capacity(words: str, agent: str) -> None:
    """What already happened is an incident."""
    assert choose(ROSTER, asking(words)).name == agent
