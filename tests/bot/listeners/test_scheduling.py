"""`/infra schedule`: what is asked by itself is listed and changed, after a second look, by those who may."""

from datetime import UTC, datetime

import pytest

from bot.digests.asking import Asking
from bot.digests.planning import Planning
from bot.digests.schedules import Schedules
from bot.listeners.ports import Schedules as Both
from bot.slack.announcing import SlackCrier
from bot.store.store import Store
from sandbox.slack.wire import Body
from tests.bot.digests.clocks import hourly
from tests.bot.edge import ANA, BEN, CARA, PLATFORM
from tests.bot.listeners.office import Office

FORM = {"name": "costs", "what": "cost", "when": "0 9 * * mon", "zone": "Europe/Berlin", "audience": ""}


class Diary:
    """The schedules of an office, which those on call may change."""

    def __init__(self, office: Office, store: Store) -> None:
        self.office, self.store = office, store
        mine = hourly().model_copy(update={"name": "shift", "audience": ("oncall",)})
        said = Schedules(schedule=(hourly(), mine), editors=("oncall",))
        self.planning = Planning(lambda: said, store, self._now, office.desk.directory)
        crier = SlackCrier(office.edge.calls, office.edge.identity)
        office.desk.schedules = Both(
            self.planning, Asking(self.planning, store.slots, self._now, crier, office.flow.hear)
        )

    async def says(self, who: str, words: str) -> str:
        """Let somebody use the command; return what they are told."""
        told = await self.office.person(who, lambda one: one.slash(PLATFORM, f"/infra schedule {words}"))
        return str((told.get("response") or {}).get("text", ""))

    async def submits(self, who: str, values: dict[str, str] | None = None) -> Body:
        """Let somebody say yes to the window in front of them."""
        view = self.office.edge.workspace.modals.shown(who)[-1]
        filled = {name: {name: {"type": "plain_text_input", "value": value}} for name, value in (values or {}).items()}
        answer: Body = await self.office.person(who, lambda one: one.submit(str(view["id"]), filled))
        return answer

    def kinds(self) -> list[str]:
        """Return what is on record."""
        return [record.kind for record in self.store.trail.records()]

    async def _now(self) -> datetime:
        return datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def diary(store: Store, office: Office) -> Diary:
    """Return a diary with one schedule in its file."""
    return Diary(office, store)


async def test_a_schedule_is_run_after_a_second_look(diary: Diary) -> None:
    """Nothing happens before the window's yes; then the channel has a message, and the agent is asked in its thread."""
    await diary.says(BEN, "run posture")
    before = list(diary.office.flow.asks)
    await diary.submits(BEN)

    [ask] = diary.office.flow.asks
    posted = diary.office.edge.workspace.messages[PLATFORM][-1]
    assert before == []
    assert (ask.agent, ask.text, ask.thread.ts) == ("security", "posture", posted.ts)


async def test_the_audience_of_a_schedule_is_called(diary: Diary) -> None:
    """The members of its groups are mentioned where it is announced, the digest knows whose it is, the list says so."""
    await diary.says(BEN, "run shift")
    await diary.submits(BEN)

    [ask] = diary.office.flow.asks
    posted = diary.office.edge.workspace.messages[PLATFORM][-1]
    assert f"For <@{BEN}> <@{CARA}>" in str(posted.blocks)
    assert ask.audience == ("oncall",)
    assert "for @oncall" in await diary.says(ANA, "list")


async def test_a_pause_is_listed_and_ends_with_resume(diary: Diary) -> None:
    """The list names who paused it; both are on record."""
    await diary.says(BEN, "pause posture")
    await diary.submits(BEN)
    paused = await diary.says(ANA, "list")
    await diary.says(BEN, "resume posture")
    await diary.submits(BEN)

    assert f"paused by <@{BEN}>" in paused
    assert "paused" not in await diary.says(ANA, "")
    assert diary.kinds() == ["schedule paused", "schedule resumed"]


async def test_a_schedule_is_added_and_removed(diary: Diary) -> None:
    """What does not fit is said beside its field; what fits is listed until it is removed."""
    await diary.says(BEN, "add cost")
    wrong = await diary.submits(BEN, FORM | {"when": "at nine", "zone": "Mars"})
    await diary.submits(BEN, FORM)
    listed = await diary.says(ANA, "list")
    await diary.says(BEN, "remove costs")
    await diary.submits(BEN)

    assert set(wrong["errors"]) == {"when", "zone"}
    assert all(words in listed for words in ("*costs*", f"added by <@{BEN}>", "Europe/Berlin"))
    assert await diary.planning.named("costs") is None


async def test_an_added_schedule_has_an_audience(diary: Diary) -> None:
    """Groups are given by their handles; one that nobody is in is asked about, and the list says whose it is."""
    await diary.says(BEN, "add cost")
    unknown = await diary.submits(BEN, FORM | {"audience": "@oncal"})
    odd = await diary.submits(BEN, FORM | {"audience": "@on(call)", "name": "Costs!"})
    await diary.submits(BEN, FORM | {"audience": "@OnCall, @security"})

    assert "@oncal;" in unknown["errors"]["audience"]
    assert all("such as" in told for told in odd["errors"].values())
    assert set(odd["errors"]) == {"audience", "name"}
    assert "for @oncall, @security" in await diary.says(ANA, "list")


async def test_a_name_that_is_missing_or_mistyped_is_helped(diary: Diary) -> None:
    """Which schedules there are is said where no window can open."""
    assert "`/infra schedule pause posture`" in await diary.says(BEN, "pause")
    assert "did you mean `posture`?" in await diary.says(BEN, "run postur")


async def test_who_is_not_named_changes_nothing(diary: Diary) -> None:
    """Ana is not on call: no window opens for her, and a form she fills in is not taken."""
    told = await diary.says(ANA, "pause posture")
    await diary.says(ANA, "add cost")
    await diary.submits(ANA, FORM)

    assert "Only @oncall" in told
    assert diary.kinds() == []
    assert await diary.planning.named("costs") is None


async def test_what_the_file_says_is_removed_in_the_file(diary: Diary) -> None:
    """A schedule of the file cannot be removed, and an unknown one is called unknown."""
    assert "config/schedules.toml" in await diary.says(BEN, "remove posture")
    assert "no schedule" in await diary.says(BEN, "run nothing")
