"""A workspace for each test."""

from collections.abc import AsyncIterator

import pytest

from tests.bot.edge import Edge, open_edge


@pytest.fixture
async def edge() -> AsyncIterator[Edge]:
    """Serve a workspace."""
    async with open_edge() as opened:
        yield opened
