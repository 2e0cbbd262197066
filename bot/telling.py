"""Sentences of our own for a thread's transcript, so that later runs know what happened between them."""

from agents.contract import Speaker, ThreadRef, Turn
from bot.ports import Ports


async def note(ports: Ports, thread: ThreadRef, text: str) -> None:
    """Add a sentence to what the thread's later runs are told."""
    turn = Turn(speaker=Speaker.SYSTEM, author="infra", text=text, at=await ports.now())
    await ports.store.transcripts.add(thread.key, turn)
