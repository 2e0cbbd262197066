"""What people's words mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.listeners import words


@given(text=st.text(max_size=4000))
def test_every_command_means_something(text: str) -> None:
    """Whatever is typed after /infra, it is a command of ours or a question of bearable length."""
    match words.command(text):
        case words.Question(text=question):
            assert 0 < len(question) <= words.LONGEST
        case other:
            assert isinstance(other, words.Help | words.Status | words.Stop | words.Explain)


@given(word=st.sampled_from(["help", "status", "stop"]), left=st.text(" \t!*_`.", max_size=3), upper=st.booleans())
def test_commands_are_recognized_in_any_dress(word: str, left: str, *, upper: bool) -> None:
    """Case, spaces and punctuation around a command do not matter."""
    meant = words.command(left + (word.upper() if upper else word) + left)

    assert type(meant).__name__.lower() == word


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", words.Help()),
        ("why is checkout slow?", words.Question("why is checkout slow?")),
        ("stop the rollout of checkout", words.Question("stop the rollout of checkout")),
        ("statsu", words.Help("Did you mean `status`?")),
        ("policy explain `kube_scale` in production", words.Explain("kube_scale  in production")),
        ("Policy", words.Explain("")),
        ("policy of the payments database?", words.Question("policy of the payments database?")),
        ("p99 &gt; 2s &amp; rising", words.Question("p99 > 2s & rising")),
        ("see <https://x.example/a|the page>", words.Question("see the page")),
        ("\u200b!!", words.Help("I found no words in that.")),
    ],
)
def test_commands_mean_what_they_say(text: str, meant: words.Command) -> None:
    """Typos get a hint, entities become characters, and a sentence that begins like a command is a question."""
    assert words.command(text) == meant


@pytest.mark.parametrize(
    ("text", "yes"), [("stop", True), ("Stop!", True), ("please stop", True), ("stop it now", False)]
)
def test_only_stop_alone_stops(text: str, *, yes: bool) -> None:
    """A sentence about stopping does not stop anything."""
    assert words.is_stop(text) is yes


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("and the database?", True),
        ("<@U0BEN0001> can you look", False),
        ("thanks!", False),
        (":eyes:", False),
        ("👍", False),
    ],
)
def test_follow_ups_are_for_us(text: str, *, yes: bool) -> None:
    """Words to somebody else, thanks and emoji are not for us."""
    assert words.is_follow_up(text) is yes


@given(text=st.text(max_size=300))
def test_no_text_upsets_us(text: str) -> None:
    """Every text can be looked at."""
    assert words.is_question(text) in {True, False}
    assert words.is_follow_up(text) in {True, False}
    assert isinstance(words.said(text), str)


@given(text=st.text(max_size=100))
def test_a_mention_is_taken_out(text: str) -> None:
    """Our own mention goes, however often it is there."""
    assert not words.mentions(
        words.without_mention(f"<@U0INFRA01> {text} <@U0INFRA01|infra>", "U0INFRA01"), "U0INFRA01"
    )


def test_one_word_in_a_thread_of_ours_may_be_for_another_agent() -> None:
    """After an incident, a postmortem is for whoever drafts it; all else is for whoever spoke there."""
    assert words.follow_up("Postmortem, please") == words.Question("Postmortem, please", "documentation")
    assert words.follow_up("document what you found?").agent == ""
