"""A workspace and listeners for each test."""

from collections.abc import AsyncIterator

import pytest

from tests.bot.edge import Edge, open_edge
from tests.bot.listeners.office import Office, on_socket


@pytest.fixture
async def edge() -> AsyncIterator[Edge]:
    """Serve a workspace."""
    async with open_edge() as opened:
        yield opened


@pytest.fixture
async def office(edge: Edge) -> AsyncIterator[Office]:
    """Listen over Socket Mode; what needs a store names it first, so that it is closed last."""
    async with on_socket(edge) as opened:
        yield opened
