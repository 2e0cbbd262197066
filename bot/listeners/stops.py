"""Every way to say stop: the word, the sign, Slack's own button, and the command."""

import asyncio

from agents.contract import ThreadRef
from bot.listeners.asks import Heard
from bot.listeners.desk import Desk
from tools.contract import JsonObject

NOTHING = "Nothing is running here."


async def stop_thread(desk: Desk, message: Heard) -> None:
    """Stop what the message's thread runs and waits for; a direct message in no thread means all of the conversation.

    The thread is told who stopped it; only somebody who stopped nothing is told so.
    """
    if message.direct and not message.thread_ts:
        stopped = await stop_channel(desk, message.channel, message.user)
    else:
        stopped = await desk.flow.stop(message.thread, message.user)
    await desk.whisper(message.thread, message.user, "" if stopped else NOTHING)


async def stop_channel(desk: Desk, channel: str, by: str) -> int:
    """Stop what all threads of a channel run and wait for."""
    status = await desk.flow.status()
    asks = [run.ask for run in (*status.running, *status.queued)] + list(status.due)
    threads = {ask.thread for ask in asks if ask.thread.channel == channel}
    return sum(await asyncio.gather(*(desk.flow.stop(thread, by) for thread in threads)))


async def on_session_stopped(desk: Desk, body: JsonObject) -> None:
    """Stop because somebody pressed the button Slack shows while we work."""
    event = body.get("event")
    if not isinstance(event, dict) or not event.get("thread_ts"):
        return
    user, team, channel = str(event.get("user", "")), str(body.get("team_id", "")), str(event.get("channel", ""))
    thread = ThreadRef(team, channel, str(event["thread_ts"]))
    refusal = await desk.refuses(user, team, channel)
    if refusal:
        await desk.whisper(thread, user, refusal.words)
        return
    await desk.flow.stop(thread, user)


def in_words(stopped: int) -> str:
    """Return what was stopped, for people."""
    return NOTHING if not stopped else "Stopped it." if stopped == 1 else f"Stopped all {stopped} of them."
