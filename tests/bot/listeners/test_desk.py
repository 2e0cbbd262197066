"""The desk: what it has taken on is done, even when its process is told to end."""

import asyncio

from tests.bot.listeners.office import Office


async def test_what_goes_on_behind_its_answer_is_waited_for(office: Office) -> None:
    """A click that Slack has its answer for is still done before the store is closed."""
    done: list[str] = []

    async def long() -> None:
        await asyncio.sleep(0.05)
        done.append("clicked")

    office.desk.begin(long())
    await office.desk.settle(60)

    assert done == ["clicked"]
