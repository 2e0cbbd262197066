"""Put a chart into a thread or a message as a picture: drawn in a thread of its own, uploaded, with its words.

https://docs.slack.dev/messaging/working-with-files
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from agents.contract import ThreadRef
from bot.slack.calls import ANSWER, Calls, LostError
from bot.slack.captions import described
from bot.slack.charts import draw
from bot.slack.escape import cut, plain
from tools.contract import Chart, JsonObject

ALT = 1000
"""Characters of the words for those who do not see it: https://docs.slack.dev/reference/methods/files.getUploadURLExternal"""
NAME = "chart.png"


async def share(calls: Calls, ref: ThreadRef, chart: Chart) -> None:
    """Draw a chart and share it in a thread. Sharing is never repeated: a picture twice is worse than none.

    Raises:
        DeclinedError: Slack takes no picture from us here.
        LostError: It may or may not be there.
    """
    file = await _drawn(calls, chart)
    where = {"channel_id": ref.channel, **({"thread_ts": ref.ts} if ref.ts else {})}
    await calls.call("files.completeUploadExternal", {"files": [_named(file, chart)], **where}, ref.channel)


async def keep(calls: Calls, chart: Chart) -> str:
    """Draw a chart and upload it for a message of ours to show; nobody sees it elsewhere. Return the file's id.

    Raises:
        DeclinedError: Slack takes no picture from us.
        LostError: It may or may not be there.
    """
    file = await _drawn(calls, chart)
    await calls.call("files.completeUploadExternal", {"files": [_named(file, chart)]})
    return file


async def _drawn(calls: Calls, chart: Chart) -> str:
    """Return the id of the uploaded picture."""
    picture = await asyncio.to_thread(draw, chart)
    return await calls.insist(lambda: _uploaded(calls, picture, cut(plain(described(chart)), ALT)))


def _named(file: str, chart: Chart) -> JsonObject:
    return {"id": file, "title": plain(chart.title) or "Chart"}


async def _uploaded(calls: Calls, picture: bytes, alt: str) -> str:
    """Return the id of the uploaded file; nobody sees it yet, so it is safe to repeat."""
    body = {"filename": NAME, "length": len(picture), "alt_txt": alt}
    promised = await calls.call("files.getUploadURLExternal", dict(body))
    try:
        async with _session(calls) as session, asyncio.timeout(ANSWER):
            answer = await session.post(str(promised["upload_url"]), data=picture)
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
