"""The buttons of a digest: each does what it says, for whoever may, and the digest shows it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agents.contract import ThreadRef
from bot.digests.keeping import Digesting
from bot.slack import digests, pictures
from bot.slack.digests import SlackDigests
from bot.store.digests import Digest
from bot.store.store import Store
from sandbox.slack.messages import Message
from sandbox.slack.wire import Body
from tests.bot.digests.made import asked, ended
from tests.bot.edge import ANA, BEN, CARA, PLATFORM
from tests.bot.listeners.office import Office

DRAWN = b"a picture"
NAMES = [f"bucket/{number:02}" for number in range(12)]


class Wall:
    """A digest of twelve buckets on the wall of #platform, and who does something to it."""

    def __init__(self, office: Office, store: Store) -> None:
        self.office = office
        self.store = store
        self.now = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
        face = SlackDigests(office.edge.calls, office.edge.identity)
        self.digesting = office.desk.digests = Digesting(store, self._now, face)

    async def put_up(self, slot: str = "1", *names: str) -> Digest:
        """Let the schedule's run report."""
        self.thread: ThreadRef = await self.office.edge.root(PLATFORM)
        await self.digesting.reported(asked(slot, self.thread), "security", ended(*(names or NAMES)))
        found = await self.digesting.of(self.thread)
        assert found
        return found

    def shown(self) -> str:
        """Return what the digest shows."""
        return str(self.blocks())

    def blocks(self) -> list[Body]:
        """Return the blocks of the digest."""
        return self._message(self.thread.ts).blocks

    async def clicks(self, who: str, action: str, item: str, value: str = "", ts: str = "") -> None:
        """Let somebody use a button or a menu of an item."""
        block = f"{digests.ITEM}{item}" if item else ""
        at = ts or self.thread.ts
        await self.office.person(who, lambda one: one.click(PLATFORM, at, action, value or None, block))

    async def answers(self, who: str, words: str, more: Body | None = None) -> None:
        """Let somebody fill in the window in front of them."""
        view = self.office.edge.workspace.modals.shown(who)[-1]
        values = {"infra_words": {"infra_words": {"type": "plain_text_input", "value": words}}, **(more or {})}
        await self.office.person(who, lambda one: one.submit(str(view["id"]), values))

    def _message(self, ts: str) -> Message:
        return next(one for one in self.office.edge.workspace.messages[PLATFORM] if one.ts == ts)

    async def _now(self) -> datetime:
        return self.now


@pytest.fixture
def wall(store: Store, office: Office, monkeypatch: pytest.MonkeyPatch) -> Wall:
    """Return an empty wall, where nothing is really drawn and Slack looks at no upload for long."""
    monkeypatch.setattr(pictures, "draw", lambda _chart: DRAWN)
    office.edge.workspace.files.scan_seconds = 0.0
    return Wall(office, store)


async def test_a_digest_shows_five_items_and_what_became_of_the_rest(wall: Wall) -> None:
    """The headline, five items with evidence, how many more there are, and since when what is new or fixed."""
    await wall.put_up()

    await wall.put_up("2", "bucket/new", *NAMES[1:])

    assert [name in wall.shown() for name in ("bucket/new is", "bucket/04 is", "bucket/05")] == [True, True, False]
    assert all(words in wall.shown() for words in ("🆕 1 new", "✅ Fixed: bucket/00", "Show all 12", "[E1]"))


async def test_from_the_second_digest_on_it_shows_where_things_go(wall: Wall) -> None:
    """The picture is in the message itself, with words for those who do not see it, and stays when an item goes."""
    await wall.put_up()
    first = wall.shown()
    wall.office.edge.workspace.files.scan_seconds = 0.3
    made = await wall.put_up("2", *NAMES[:3])

    await wall.clicks(BEN, digests.SNOOZE, made.items[0].ref, "7")

    [image] = [one for one in wall.blocks() if one["type"] == "image"]
    file = wall.office.edge.workspace.files.get(image["slack_file"]["id"])
    assert file
    assert file.content == DRAWN
    assert image["alt_text"].startswith("Open items in the last 2 digests of posture: 12 on 1 Jun, 3 now")
    assert "'image'" not in first


async def test_where_slack_takes_no_picture_its_words_are_shown(wall: Wall) -> None:
    """A digest is not held up by a picture: what it would show is said."""
    wall.office.edge.workspace.faults.plan(
        [{"method": "files.getUploadURLExternal", "kind": "error", "error": "file_uploads_disabled"}]
    )
    await wall.put_up()

    await wall.put_up("2", *NAMES[:3])

    assert "📈 Open items in the last 2 digests of posture" in wall.shown()
    assert "'image'" not in wall.shown()


async def test_the_fix_of_an_item_is_proposed_to_who_clicks(wall: Wall) -> None:
    """The click asks the digest's agent for that item, in the digest's thread; the same delivery twice asks once."""
    made = await wall.put_up()

    await wall.clicks(ANA, digests.PROPOSE, made.items[2].ref)
    await wall.office.person(ANA, lambda one: one.redeliver())
    await wall.office.quiet()

    [ask] = wall.office.flow.asks
    assert (ask.item, ask.asker, ask.agent, ask.thread) == ("S3.8:bucket/02", ANA, "security", wall.thread)


async def test_a_snoozed_item_is_hidden_until_its_time(wall: Wall) -> None:
    """It leaves the digest at once, stays out of the next, is back when the days are over, and is on record."""
    made = await wall.put_up()

    await wall.clicks(BEN, digests.SNOOZE, made.items[0].ref, "7")
    hidden = wall.shown()
    await wall.put_up("2")
    next_one = wall.shown()
    wall.now = datetime(2026, 6, 8, 9, 0, 1, tzinfo=UTC)
    await wall.put_up("3")

    assert ["bucket/00 is public" in shown for shown in (hidden, next_one, wall.shown())] == [False, False, True]
    assert "snoozed until" in next_one
    assert [record.kind for record in wall.store.trail.records()] == ["item hidden"]


async def test_not_ours_wants_a_reason_and_shows_it(wall: Wall) -> None:
    """The item goes for good; who said so and why stays under the digest."""
    made = await wall.put_up()

    await wall.clicks(CARA, digests.NOT_OURS, made.items[1].ref)
    await wall.answers(CARA, "It belongs to marketing.")

    assert "bucket/01 is public" not in wall.shown()
    assert "It belongs to marketing." in wall.shown()


async def test_accepting_a_risk_wants_a_reason_and_a_day(wall: Wall) -> None:
    """What is filled in is asked of the agent as the person's own words; it is for two others to decide."""
    made = await wall.put_up()
    item = replace(made.items[0], key="control_failed:S3.8/press-kit", subject="S3.8/press-kit")
    listed = replace(made, items=(item,))
    await wall.store.digests.keep(listed)
    await wall.digesting.show(listed)

    await wall.clicks(ANA, digests.ACCEPT, item.ref)
    day = {"infra_until": {"infra_until": {"type": "datepicker", "selected_date": "2027-01-31"}}}
    await wall.answers(ANA, "Pictures for the press", day)

    [ask] = wall.office.flow.asks
    words = "suppress S3.8 on press-kit until 2027-01-31 because Pictures for the press"
    assert (ask.asker, ask.text, ask.agent) == (ANA, words, "security")


async def test_who_is_assigned_is_called_and_named(wall: Wall) -> None:
    """The person is mentioned in the thread, and beside the item from then on."""
    made = await wall.put_up()

    await wall.clicks(ANA, digests.ASSIGN, made.items[0].ref, BEN)

    [reply] = wall.office.edge.replies(wall.thread)
    assert f"<@{BEN}>" in reply.text
    assert f"👤 <@{BEN}>" in wall.shown()


async def test_a_question_about_an_item_is_asked_in_the_thread(wall: Wall) -> None:
    """The words go to the digest's agent, with what they are about."""
    made = await wall.put_up()

    await wall.clicks(ANA, digests.ASK, made.items[3].ref)
    await wall.answers(ANA, "Who made this public?")

    [ask] = wall.office.flow.asks
    assert (ask.asker, ask.item, ask.thread) == (ANA, "", wall.thread)
    assert [words in ask.text for words in ("Who made this public?", "bucket/03 is public.")] == [True, True]


async def test_all_items_are_shown_by_pages_in_the_thread(wall: Wall) -> None:
    """Ten a message, with the same buttons; what is done there shows in both messages."""
    made = await wall.put_up()

    await wall.clicks(ANA, digests.ALL, "", "1")
    [page] = wall.office.edge.replies(wall.thread)
    await wall.clicks(ANA, digests.SNOOZE, made.items[9].ref, "1", page.ts)
    await wall.clicks(ANA, digests.ALL, "", "2", page.ts)

    assert "bucket/09 is public" not in str(page.blocks)
    assert "bucket/10 is public" in str(page.blocks)
    assert "11 to 11 of 11" in str(wall.office.edge.replies(wall.thread)[-1].blocks)


async def test_a_guest_changes_nothing_with_any_button(wall: Wall) -> None:
    """Who may not speak to us may not hide, assign or ask either, in a window or with a button."""
    made = await wall.put_up()
    before, ref = wall.shown(), made.items[0].ref
    await wall.office.person(BEN, lambda one: one.change(BEN, guest=True))

    for action, value in ((digests.PROPOSE, ""), (digests.SNOOZE, "7"), (digests.ASSIGN, ANA), (digests.NOT_OURS, "")):
        await wall.clicks(BEN, action, ref, value)
    await wall.answers(BEN, "Because.")

    assert wall.office.flow.asks == []
    assert wall.shown() == before
    assert "full members" in wall.office.edge.whispers(BEN)[0]


async def test_a_digest_that_is_gone_says_so(wall: Wall) -> None:
    """A button of a digest that is not kept any more tells its clicker, and does nothing."""
    made = await wall.put_up()
    await wall.store.connection.client.flushall()

    await wall.clicks(ANA, digests.PROPOSE, made.items[0].ref)

    assert wall.office.flow.asks == []
    assert "too old" in wall.office.edge.whispers(ANA)[0]
