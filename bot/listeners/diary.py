"""What is asked by itself, joined: the file that says so, what people added to it, and the channels that hear of it."""

from pathlib import Path

from bot.digests.asking import Asking, Hear
from bot.digests.planning import Planning
from bot.digests.schedules import read_schedules
from bot.listeners.ports import Schedules
from bot.live import Live
from bot.ports import Ports
from bot.slack.announcing import SlackCrier
from bot.slack.calls import Calls
from bot.slack.posting import Identity


def schedules_of(file: Path, ports: Ports, calls: Calls, hear: Hear) -> Schedules:
    """Return the schedules of a file.

    Raises:
        ValueError: Names the file and what does not fit.
    """
    said = Live(file, read_schedules)
    planning = Planning(lambda: said.value, ports.store, ports.now, ports.directory)
    return Schedules(planning, Asking(planning, ports.store.slots, ports.now, SlackCrier(calls, Identity(calls)), hear))
