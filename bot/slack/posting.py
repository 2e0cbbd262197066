"""Post a message once: marked with a key in its metadata, and looked for before it is sent again."""

from agents.contract import ThreadRef
from bot.slack.calls import Calls, DeclinedError, LostError
from tools.contract import JsonObject

PAGE = 200
"""Messages a page: https://docs.slack.dev/reference/methods/conversations.replies"""
PAGES = 5


class Identity:
    """Who we are in the workspace; asked once."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._known: JsonObject = {}

    async def known(self) -> JsonObject:
        """Return `user_id`, `bot_id` and `team_id`."""
        if not self._known:
            self._known = await self._calls.call("auth.test", {})
        return self._known

    async def wrote(self, message: JsonObject) -> bool:
        """Tell whether a message is ours."""
        known = await self.known()
        return bool(known.get("bot_id")) and message.get("bot_id") == known["bot_id"]


async def replies(calls: Calls, ref: ThreadRef) -> list[JsonObject]:
    """Return the messages of a thread with their metadata, oldest first."""
    found: list[JsonObject] = []
    cursor = ""
    for _ in range(PAGES):
        body: JsonObject = {"channel": ref.channel, "ts": ref.ts, "limit": PAGE, "include_all_metadata": True}
        answer = await calls.call("conversations.replies", body | ({"cursor": cursor} if cursor else {}))
        messages = answer.get("messages")
        found += messages if isinstance(messages, list) else []
        more = answer.get("response_metadata")
        cursor = str(more.get("next_cursor", "")) if isinstance(more, dict) else ""
        if not cursor:
            break
    return found


async def message_at(calls: Calls, channel: str, ts: str) -> JsonObject:
    """Return one message, wherever in a thread it is; empty if there is none."""
    body: JsonObject = {"channel": channel, "ts": ts, "latest": ts, "inclusive": True, "include_all_metadata": True}
    found = (await calls.call("conversations.replies", body)).get("messages")
    messages = found if isinstance(found, list) else []
    return next((message for message in messages if message.get("ts") == ts), {})


def marked(message: JsonObject, event: str, **payload: object) -> bool:
    """Tell whether a message carries this metadata."""
    metadata = message.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("event_type") != event:
        return False
    carried = metadata.get("event_payload")
    return isinstance(carried, dict) and all(carried.get(name) == value for name, value in payload.items())


class Poster:
    """Posts into threads, at most once a key, whatever happens to the line."""

    def __init__(self, calls: Calls, identity: Identity) -> None:
        self._calls = calls
        self._identity = identity

    async def post(self, ref: ThreadRef, message: JsonObject, event: str, **key: object) -> str:
        """Post into the thread and return the timestamp; the message's metadata must carry `event` and `key`."""
        body = quiet(message) | {"channel": ref.channel} | ({"thread_ts": ref.ts} if ref.ts else {})
        lost = False

        async def attempt() -> str:
            nonlocal lost
            found = await self.find(ref, event, **key) if lost and ref.ts else ""
            try:
                return found or str((await self._calls.call("chat.postMessage", body, ref.channel))["ts"])
            except LostError:
                lost = True
                raise

        return await self._calls.insist(attempt)

    async def find(self, ref: ThreadRef, event: str, **key: object) -> str:
        """Return the timestamp of our newest message in the thread that carries the key, or nothing."""
        for message in reversed(await replies(self._calls, ref)):
            if marked(message, event, **key) and await self._identity.wrote(message):
                return str(message["ts"])
        return ""

    async def update(self, channel: str, ts: str, message: JsonObject) -> None:
        """Bring a message up to date; safe to repeat."""
        body = message | {"channel": channel, "ts": ts}
        await self._calls.insist(lambda: self._calls.call("chat.update", body, channel))

    async def whisper(self, ref: ThreadRef, user: str, text: str) -> None:
        """Show words to one person; if the thread cannot take them, say nothing rather than say it to all."""
        body: JsonObject = {"channel": ref.channel, "user": user, "text": text}
        await self._calls.call("chat.postEphemeral", body | ({"thread_ts": ref.ts} if ref.ts else {}), ref.channel)


def quiet(message: JsonObject) -> JsonObject:
    """Return the message with nothing unfurled."""
    return message | {"unfurl_links": False, "unfurl_media": False}


__all__ = ["DeclinedError", "Identity", "Poster", "marked", "quiet", "replies"]
