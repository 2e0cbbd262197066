"""Post the message that a digest will be, and that its progress is a thread of: once, whatever happens to the line."""

import logging
from datetime import datetime

from agents.contract import ThreadRef
from bot.slack.blocks import context, header, section
from bot.slack.calls import Calls, DeclinedError, LostError
from bot.slack.cards import mention
from bot.slack.digests import EVENT
from bot.slack.escape import cut, mrkdwn, plain
from bot.slack.limits import SECTION, TEXT
from bot.slack.posting import PAGE, PAGES, Identity, marked, quiet
from bot.thread import Notice, NotShownError
from tools.contract import JsonObject

log = logging.getLogger(__name__)
MOST_CALLED = 30
"""People who are mentioned; a larger audience reads the channel."""
LOOKING = "Looking; the progress is in the thread, and what I find will be here."


class SlackCrier:
    """Announces digests in channels."""

    def __init__(self, calls: Calls, identity: Identity) -> None:
        self._calls = calls
        self._identity = identity

    async def announce(self, notice: Notice, since: datetime) -> ThreadRef:
        """Return the thread of the message for this run, posted unless it was since some moment (UTC).

        Raises:
            NotShownError: Slack declined, or may or may not have posted it.
        """
        try:
            team = str((await self._identity.known())["team_id"])
            ts = await self._found(notice.channel, notice.run, since)
            if not ts:
                posted = await self._calls.call("chat.postMessage", _message(notice), notice.channel)
                ts = str(posted["ts"])
        except (DeclinedError, LostError) as error:
            raise NotShownError(f"{notice.name} could not be announced in {notice.channel}: {error}") from error
        return ThreadRef(team, notice.channel, ts)

    async def withdraw(self, thread: ThreadRef) -> None:
        """Delete a message of ours."""
        try:
            await self._calls.call("chat.delete", {"channel": thread.channel, "ts": thread.ts}, thread.channel)
        except (DeclinedError, LostError):
            log.warning("the message %s is there twice", thread.key, exc_info=True)

    async def _found(self, channel: str, run: str, since: datetime) -> str:
        """Return the oldest message of ours for this run, if there is one."""
        cursor, ts = "", ""
        for _ in range(PAGES):
            body: JsonObject = {"channel": channel, "oldest": f"{since.timestamp():.6f}", "limit": PAGE}
            body |= {"include_all_metadata": True} | ({"cursor": cursor} if cursor else {})
            answer = await self._calls.call("conversations.history", body)
            messages, more = answer.get("messages"), answer.get("response_metadata")
            for message in messages if isinstance(messages, list) else []:
                if marked(message, EVENT, run=run) and await self._identity.wrote(message):
                    ts = str(message["ts"])
            cursor = str(more.get("next_cursor") or "") if isinstance(more, dict) else ""
            if not cursor:
                break
        return ts


def _message(notice: Notice) -> JsonObject:
    words = cut(mrkdwn(notice.what), SECTION)
    called = [context(f"For {' '.join(map(mention, notice.people[:MOST_CALLED]))}")] if notice.people else []
    carried = {"schedule": notice.name, "page": 0, "run": notice.run}
    return quiet(
        {
            "channel": notice.channel,
            "text": cut(f"{plain(notice.name)}: {words}", TEXT),
            "blocks": [header(f"🗓️ {plain(notice.name)}"), section(words), *called, context(LOOKING)],
            "metadata": {"event_type": EVENT, "event_payload": carried},
        }
    )
