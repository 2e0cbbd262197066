"""Fixtures of the sandbox's tests."""

from collections.abc import Iterator

import pytest

from tests.sandbox.slack_office import Office, opened


@pytest.fixture
def office() -> Iterator[Office]:
    """Serve a workspace with nobody's bot connected."""
    with opened() as office:
        yield office
