"""Files on their way into Slack: uploaded, and then shared in a thread or kept for a message of ours to show.

https://docs.slack.dev/messaging/working-with-files
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from agents.contract import ThreadRef
from bot.slack.calls import ANSWER, Calls, LostError
from tools.contract import JsonObject


async def uploaded(calls: Calls, name: str, content: bytes, alt: str = "") -> str:
    """Return the id of an uploaded file; nobody sees it yet, so it is safe to repeat, and repeated.

    Raises:
        DeclinedError: Slack takes no file from us.
        LostError: It never arrived.
    """
    return await calls.insist(lambda: _uploaded(calls, name, content, alt))


async def shared(calls: Calls, file: str, title: str, ref: ThreadRef | None = None) -> None:
    """End an upload: share the file in a thread, or keep it for ourselves. Sharing is never repeated: twice is worse.

    Raises:
        DeclinedError: Slack shares no file of ours here.
        LostError: It may or may not be there.
    """
    body: JsonObject = {"files": [{"id": file, "title": title}]}
    if ref:
        body |= {"channel_id": ref.channel} | ({"thread_ts": ref.ts} if ref.ts else {})
    await calls.call("files.completeUploadExternal", body, ref.channel if ref else "")


async def _uploaded(calls: Calls, name: str, content: bytes, alt: str) -> str:
    body: JsonObject = {"filename": name, "length": len(content)} | ({"alt_txt": alt} if alt else {})
    promised = await calls.call("files.getUploadURLExternal", body)
    try:
        async with _session(calls) as session, asyncio.timeout(ANSWER):
            answer = await session.post(str(promised["upload_url"]), data=content)
            answer.raise_for_status()
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise LostError(f"upload: {type(error).__name__}") from error
    return str(promised["file_id"])


@asynccontextmanager
async def _session(calls: Calls) -> AsyncIterator[aiohttp.ClientSession]:
    """Return the client's connections, or some of our own where it keeps none."""
    if kept := calls.client.session:
        yield kept
    else:
        async with aiohttp.ClientSession() as session:
            yield session
