"""What pages people: the alarm of a world, once, with times of today."""

from pathlib import Path

import pytest

from sandbox.company import running
from sandbox.demo import WORLDS
from sandbox.paging import page_of
from sandbox.world import read_world


@pytest.mark.parametrize("world", sorted(WORLDS.glob("*/world.toml")), ids=lambda file: str(file.parent.name))
def test_a_page_speaks_of_now(world: Path) -> None:
    """Whatever a world's files say, its page, if it has one, names no day but those around the moment it is served."""
    with running(world.parent) as company:
        page = page_of(company)

    assert read_world(world.parent).now.strftime("%Y-%m-%d") not in str(page)


def test_an_alarm_is_named_once() -> None:
    """The words above the attachment are not its title again."""
    with running(WORLDS / "bad-deploy") as company:
        page = page_of(company)

    assert page is not None
    assert page.text == "ALARM: checkout-5xx"
    assert "title" not in page.attachments[0]
