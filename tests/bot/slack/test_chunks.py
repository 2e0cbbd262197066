"""A run's events as chunks."""

import re
from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from agents.contract import Ending, Report
from agents.events import Began, Ended, Proposed, Said, Step, StepState, Usage, Woken
from bot.slack.chunks import OUTPUT, TITLE, Telling
from tests.bot.edge import a_proposal
from tests.bot.slack.test_escape import HOSTILE
from tools.contract import JsonObject

STEP = Step("s1", "Pods of shop", StepState.IN_PROGRESS, "kube_pods(namespace=shop)")
END = Ended(Ending.ANSWERED, Report("the answer"), Usage("runbook", readings=3, seconds=1.5))


def shown(chunks: list[JsonObject]) -> str:
    """Return the words as Slack joins them."""
    return "".join(str(chunk["text"]) for chunk in chunks if chunk["type"] == "markdown_text")


@given(text=HOSTILE, cuts=st.lists(st.integers(0, 100), max_size=8), step_at=st.integers(0, 8))
def test_what_comes_in_pieces_is_as_safe_as_a_whole(text: str, cuts: list[int], step_at: int) -> None:
    """However words fall into pieces, and wherever a step comes between, nothing joins into something live."""
    telling, chunks, ends = Telling(), [], [0, *sorted(cuts), len(text)]
    for number, (start, end) in enumerate(pairwise(ends)):
        chunks += telling.chunks(Said(text[start:end]))
        chunks += telling.chunks(STEP) if number == step_at else []
    chunks += telling.chunks(END)

    assert not re.search(r"<[@#!]|@(channel|here|everyone)\b|!\[|<http", shown(chunks), re.IGNORECASE)


def test_all_words_come_through() -> None:
    """Words held back for safety are said at the latest at the end."""
    telling = Telling()

    chunks = [chunk for word in ("The pay", "ments ser", "vice") for chunk in telling.chunks(Said(word))]

    assert shown([*chunks, *telling.chunks(END)]) == "The payments service"


def test_a_run_that_said_nothing_shows_its_answer() -> None:
    """The report's answer is shown if it was not streamed."""
    assert shown(Telling().chunks(END)) == "the answer"


def test_cards_are_short() -> None:
    """A card's title and output are cut to a line each."""
    [card] = Telling().chunks(Step("s1", "t" * 500, StepState.COMPLETE, output="line\n" * 500))

    assert len(str(card["title"])) <= TITLE
    assert len(str(card["output"])) <= OUTPUT
    assert "\n" not in str(card["output"])


def test_the_title_says_how_it_ended() -> None:
    """The plan's title says what was done, and in what time."""
    titles = [chunk["title"] for chunk in Telling().chunks(END) if chunk["type"] == "plan_update"]

    assert titles == ["Looked into it · 3 readings in 1.5 s"]


def test_a_note_and_a_promise_are_shown() -> None:
    """A fallback model is said at the start; when we look again is said last, with its time."""
    telling, due = Telling(), datetime(2026, 5, 4, 14, 5, tzinfo=UTC)

    began = shown(telling.chunks(Began("r", "incident", "m", "the model is down, so a runbook answers")))
    woken = telling.chunks(Woken(due, "See whether it has recovered"))
    ended = shown(telling.chunks(END))

    assert "the model is down" in began
    assert woken == []
    assert ended.rstrip().endswith("⏰ I look again at 14:05:00 UTC.")


def test_a_proposal_is_left_to_its_card() -> None:
    """What is proposed is not said twice."""
    assert Telling().chunks(Proposed(a_proposal())) == []
