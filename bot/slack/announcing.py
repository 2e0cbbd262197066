"""Post the message that the answer to a scheduled question is a thread of."""

import logging

from agents.contract import ThreadRef
from bot.slack.blocks import section
from bot.slack.calls import Calls, DeclinedError, LostError
from bot.slack.escape import cut, mrkdwn
from bot.slack.limits import TEXT
from bot.slack.posting import Identity, quiet

log = logging.getLogger(__name__)


async def announced(calls: Calls, identity: Identity, channel: str, name: str, what: str) -> ThreadRef | None:
    """Return the thread of the message that was posted, if it was; it is never sent twice."""
    words = cut(f"🗓️ *{mrkdwn(name)}*: {mrkdwn(what)}", TEXT)
    message = quiet({"channel": channel, "text": words, "blocks": [section(words)]})
    try:
        posted = await calls.call("chat.postMessage", message, channel)
        team = str((await identity.known())["team_id"])
    except (DeclinedError, LostError):
        log.exception("the schedule %s could not be announced", name)
        return None
    return ThreadRef(team, channel, str(posted["ts"]))
