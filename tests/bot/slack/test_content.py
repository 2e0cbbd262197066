"""What a streamed message holds: Slack's counting, and where it may break."""

from hypothesis import example, given
from hypothesis import strategies as st

from bot.slack.content import Content, Limits, fit, open_fence, split
from tools.contract import JsonObject

MARKDOWN = st.lists(
    st.sampled_from(["words and more words ", "\n", "```yaml\n", "```\n", "väluë: ünï ", "~~~\n", "x" * 50, "🦆", "`"]),
    max_size=60,
).map("".join)


def said(text: str) -> JsonObject:
    """Return a chunk of words."""
    return {"type": "markdown_text", "text": text}


def messages(chunks: list[JsonObject], limits: Limits) -> list[Content]:
    """Write chunks into as many messages as they need."""
    written: list[Content] = []
    content = Content()
    for _ in range(1000):
        now, chunks = fit(content, chunks, limits)
        content = content.plus(now)
        if not chunks:
            return [*written, content]
        written.append(content)
        content = Content()
    raise AssertionError("it does not come to an end")


@example("```yaml\n" + "words and more " * 30)
@given(text=MARKDOWN)
def test_every_message_fits_and_closes_its_code(text: str) -> None:
    """However the words fall, no message is larger than its limit and none but the last leaves code open."""
    written = messages([said(text)], Limits(300, 48))

    assert all(content.size <= 300 for content in written)
    assert not any(open_fence(content.words) for content in written[:-1])


@given(text=MARKDOWN)
def test_no_words_are_lost_or_doubled(text: str) -> None:
    """All messages together say what was said, but for fences that were closed and opened again."""
    written = messages([said(text)], Limits(300, 48))

    def letters(words: str) -> str:
        return "".join(character for character in words if character not in "`~\n ").replace("yaml", "")

    assert letters("".join(content.words for content in written)) == letters(text)


def test_cards_roll_over_too() -> None:
    """The message takes no more cards than its limit."""
    cards: list[JsonObject] = [
        {"type": "task_update", "id": f"s{number}", "title": "t", "status": "complete"} for number in range(100)
    ]

    written = messages(cards, Limits(9000, 48))

    assert [content.cards for content in written] == [48, 48, 4]


def test_details_and_output_count_double() -> None:
    """The size is what Slack counts."""
    card: JsonObject = {
        "type": "task_update",
        "id": "s",
        "title": "ab",
        "status": "complete",
        "output": "ä",
        "details": "x",
    }

    assert Content().plus([card]).size == 1 + 2 + 2 * (2 + 1)


def test_a_card_is_updated_in_place() -> None:
    """The same id is one card, at its latest state."""
    began: JsonObject = {"type": "task_update", "id": "s", "title": "t", "status": "in_progress", "details": "d"}
    ended: JsonObject = {"type": "task_update", "id": "s", "title": "t", "status": "complete", "output": "o"}

    content = Content().plus([began, said("words"), ended])

    assert content.cards == 1
    assert content.unfinished == ()


def test_words_break_at_a_line_outside_code() -> None:
    """Words break where a reader would."""
    assert split("", "first line\nsecond line\n", 15) == ("first line\n", "second line\n")
