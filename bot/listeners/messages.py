"""Messages and mentions: decide whether they are for us, and hear them."""

from agents.contract import Alert, AskKind
from bot.channels import Counts
from bot.intake.record import Received, key_of
from bot.intake.slack_alerts import read_alert
from bot.listeners import words
from bot.listeners.answers import answer, explained
from bot.listeners.asks import Heard, alerted, asked
from bot.listeners.desk import Desk
from bot.listeners.snoozing import snooze, unsnooze
from bot.listeners.stops import stop_thread
from bot.masking import warning

_PLAIN = {None, "", "thread_broadcast", "file_share", "bot_message"}
"""Subtypes that carry something said; edits, joins and the rest do not."""


async def on_mention(desk: Desk, message: Heard) -> None:
    """Hear a mention; whoever is not heard is told why."""
    if message.bot or message.payload.get("subtype") not in _PLAIN:
        return
    refusal = await desk.refuses(message.user, message.home or message.team, message.channel, shared=message.shared)
    if refusal:
        await desk.whisper(message.thread, message.user, refusal.words)
        return
    await _hear(desk, message, AskKind.MENTION, direct=True)


async def on_message(desk: Desk, message: Heard) -> None:
    """Hear what counts: alerts, direct messages, follow-ups in our threads, questions where they count."""
    if message.payload.get("subtype") not in _PLAIN:
        return
    if message.bot:
        await _on_bot(desk, message)
        return
    us = str((await desk.identity.known())["user_id"])
    if not message.user or message.user == us or (words.mentions(message.text, us) and not message.direct):
        return  # a mention arrives as an event of its own
    if not await _is_for_us(desk, message):
        return
    refusal = await desk.refuses(message.user, message.home or message.team, message.channel, shared=message.shared)
    if refusal:
        if message.direct:
            await desk.whisper(message.thread, message.user, refusal.words)
        return
    await _hear(desk, message, AskKind.MESSAGE, direct=message.direct)


async def _on_bot(desk: Desk, message: Heard) -> None:
    """Hear an alert of a bot that may send them; its text stays untrusted."""
    known = message.bot in desk.channels.alert_bots and not await desk.identity.wrote(message.payload)
    ours = message.team == (await desk.identity.known())["team_id"] and not message.shared
    if not (known and ours and desk.channels.counts(message.channel, Counts.ALERTS)) or message.thread_ts:
        return
    alert, text = read_alert(message.payload)
    if await _opens(desk, message, alert, text) and alert.state == "firing":  # a run watches the recovery itself
        await desk.flow.hear(alerted(message, alert, text), message.keys)


async def _opens(desk: Desk, message: Heard, alert: Alert, text: str) -> bool:
    """Tell whether an alert is something new, and to be looked into; else it is kept with what it belongs to."""
    if desk.alerts is None:
        return True
    received = Received(alert, key_of(alert.source, alert.name, alert.resource), text, message.keys[1])
    [taken] = await desk.alerts.take([received], message.thread)
    return bool(taken.opened and taken.incident and taken.incident.looks)


async def _is_for_us(desk: Desk, message: Heard) -> bool:
    if message.direct:
        return True
    if message.thread_ts and (words.is_follow_up(message.text) or words.is_stop(message.text)):
        return await desk.memory.knows(message.thread)
    return desk.channels.counts(message.channel, Counts.QUESTIONS) and words.is_question(message.text)


async def _hear(desk: Desk, message: Heard, kind: AskKind, *, direct: bool) -> None:
    """Hear a person; `direct` says that they spoke to us, so that our commands mean what they mean."""
    us = str((await desk.identity.known())["user_id"])
    said = words.said(words.without_mention(message.text, us))
    match words.command(said) if direct or words.is_stop(said) else words.follow_up(said):
        case words.Question(text=text, agent=agent):
            if await desk.flow.hear(asked(message, kind, text, agent), message.keys):
                await desk.whisper(message.thread, message.user, warning(text))
        case words.Stop():
            await stop_thread(desk, message)
        case words.Snooze() as quiet:
            await desk.whisper(message.thread, message.user, await snooze(desk, quiet, message.user))
        case words.Unsnooze(what=what):
            told = await unsnooze(desk, what, message.channel, message.user)
            await desk.whisper(message.thread, message.user, told)
        case words.Explain(about=about):
            said = explained(desk, about, message.user, message.channel)
            await desk.whisper(message.thread, message.user, said)
        case other:
            await desk.whisper(message.thread, message.user, await answer(desk, other, message.channel, message.user))
