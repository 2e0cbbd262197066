"""Threads for what blocks in the middle (the ledger, the trail, a change), so that it never waits behind readings."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

_threads = ThreadPoolExecutor(8, thread_name_prefix="aside")


async def aside(function: Callable[..., T], *args: object) -> T:
    """Call a function that blocks, in a thread."""
    return await asyncio.get_running_loop().run_in_executor(_threads, function, *args)
