"""What counts in which channel."""

from pathlib import Path

import pytest

from bot.channels import Counts, read_channels
from config.settings import HERE


def test_the_shipped_rules_are_read() -> None:
    """Alerts count in the incident channel, and a channel that is not listed counts nothing."""
    channels = read_channels(HERE / "channels.toml")

    assert channels.counts("C0INCIDEN", Counts.ALERTS)
    assert not channels.counts("C0UNKNOWN", Counts.MENTIONS)
    assert channels.listed("D0ANYBODY")
    assert channels.readers("C0INCIDEN") == "oncall"


@pytest.mark.parametrize(
    "text",
    [
        "channel = 3",
        '[[channel]]\nid = "#incidents"\nname = "x"\ncounts = []',
        '[[channel]]\nid="C1"\nname="x"\ncounts=["alarms"]',
        "= [",
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, text: str) -> None:
    """A mistake in the file names the file."""
    file = tmp_path / "channels.toml"
    file.write_text(text, "utf-8")

    with pytest.raises(ValueError, match=r"channels\.toml"):
        read_channels(file)
