"""Put a chart into a thread or a message as a picture: drawn in a thread of its own, uploaded, with its words."""

import asyncio

from agents.contract import ThreadRef
from bot.slack.calls import Calls
from bot.slack.captions import described
from bot.slack.charts import draw
from bot.slack.escape import cut, plain
from bot.slack.uploads import shared, uploaded
from tools.contract import Chart

ALT = 1000
"""Characters of the words for those who do not see it: https://docs.slack.dev/reference/methods/files.getUploadURLExternal"""
NAME = "chart.png"


async def share(calls: Calls, ref: ThreadRef, chart: Chart) -> None:
    """Draw a chart and share it in a thread.

    Raises:
        DeclinedError: Slack takes no picture from us here.
        LostError: It may or may not be there.
    """
    await shared(calls, await _drawn(calls, chart), _title(chart), ref)


async def keep(calls: Calls, chart: Chart) -> str:
    """Draw a chart and upload it for a message of ours to show; nobody sees it elsewhere. Return the file's id.

    Raises:
        DeclinedError: Slack takes no picture from us.
        LostError: It may or may not be there.
    """
    file = await _drawn(calls, chart)
    await shared(calls, file, _title(chart))
    return file


async def _drawn(calls: Calls, chart: Chart) -> str:
    """Return the id of the uploaded picture."""
    picture = await asyncio.to_thread(draw, chart)
    return await uploaded(calls, NAME, picture, cut(plain(described(chart)), ALT))


def _title(chart: Chart) -> str:
    return plain(chart.title) or "Chart"
