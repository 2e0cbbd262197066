"""Sentences of our own: for a thread's transcript, so that later runs know what happened, and for its readers."""

import asyncio

from agents.contract import Speaker, ThreadRef, Turn
from bot.ports import Ports

PATIENCE = 2.0
"""Seconds a sentence may take before what follows it goes on."""

_going: set[asyncio.Task[None]] = set()
"""Sentences still on their way; the loop itself holds tasks only weakly."""


async def note(ports: Ports, thread: ThreadRef, text: str) -> None:
    """Add a sentence to what the thread's later runs are told."""
    turn = Turn(speaker=Speaker.SYSTEM, author="infra", text=text, at=await ports.now())
    await ports.store.transcripts.add(thread.key, turn)


async def tell(ports: Ports, thread: ThreadRef, reader: str, text: str) -> None:
    """Say something in a thread, and wait for it only a little: what comes next does not depend on Slack."""
    task = asyncio.create_task(ports.threads.open(thread, reader).say(text))
    _going.add(task)
    task.add_done_callback(_going.discard)
    await asyncio.wait({task}, timeout=PATIENCE)
