"""A worker that is held up on its way: something happens while it waits for an answer of the target."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tools.kube.client import Connection

STEPS = 6
"""Questions that a dispatch puts to the cluster before it writes: five for the preview, one right before the write."""


@contextmanager
def held_up(step: int, happens: Callable[[], None]) -> Iterator[None]:
    """Let something happen after the answer to the step-th question, counted from 1, within the block."""
    asked, send = 0, Connection.send

    def slow(self: Connection, method: str, *args: Any, **told: Any) -> bytes:
        nonlocal asked
        answer = send(self, method, *args, **told)
        if method == "GET" or ("dryRun", "All") in told.get("query", ()):
            asked += 1
            if asked == step:
                happens()
        return answer

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Connection, "send", slow)
        yield
