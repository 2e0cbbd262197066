"""What people do once an incident is over: have its postmortem drafted, with a click."""

from agents.contract import Ask, AskKind, ThreadRef
from bot.listeners.asks import name_of, when
from bot.listeners.desk import Desk
from bot.listeners.reviews import part
from bot.people import LookupDownError
from tools.contract import JsonObject

WORDS, AGENT = "postmortem", "documentation"


async def on_postmortem(desk: Desk, body: JsonObject) -> None:
    """Ask for the draft in the incident's thread, for who clicked; the same words do it too."""
    await desk.in_time(_ask(desk, body))


async def _ask(desk: Desk, body: JsonObject) -> None:
    user, thread = part(body, "user"), _thread(body)
    who, team = str(user.get("id") or ""), str(user.get("team_id") or "")
    try:
        refused = await desk.refuses(who, team, thread.channel)
    except LookupDownError as error:
        await desk.whisper(thread, who, str(error))
        return
    if refused:
        await desk.whisper(thread, who, refused.words)
        return
    click = f"click:{who}:{part(body, 'message').get('ts')}:{WORDS}"
    ask = Ask(name_of(click), AskKind.MESSAGE, WORDS, thread, who, when(""), agent=AGENT)
    await desk.flow.hear(ask, (click,))


def _thread(body: JsonObject) -> ThreadRef:
    """Return the thread of the message that was clicked; the first message of an incident is the head of its own."""
    message, user = part(body, "message"), part(body, "user")
    team = str(part(body, "team").get("id") or user.get("team_id") or "")
    channel = str(part(body, "channel").get("id") or "")
    return ThreadRef(team, channel, str(message.get("thread_ts") or message.get("ts") or ""))
