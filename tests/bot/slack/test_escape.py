"""Foreign text: whatever it says, nothing in it is live, hidden or longer than it may be."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.slack import escape
from bot.slack.escape import MARK, code, cut, cut_bytes, markdown, mrkdwn, plain, visible
from config.settings import Settings

HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "<!channel>",
                "<!here>",
                "<@U0CTO0001>",
                "<#C0INCIDEN>",
                "<!subteam^S0SECUR01>",
                "@channel",
                "@everyone",
                "http://evil.example",
                "https://console.aws.amazon.com.evil.example/x",
                "www.evil.example",
                "[a](http://e.x)",
                "![a](//e.x)",
                "<https://evil.example|fine>",
                "&lt;!channel&gt;",
                "&amp;",
                "```",
                "`",
                "\u202e",
                "\u200b",
                "\x00",
                "<",
                ">",
                "&",
                "](",
                "://",
                "mailto:a@b.c",
                "javascript:x",
                "\r",
                "\x1c",
                "\x0b",
                "\u2028",
                "~~~",
                "Approved by @cto",
                "https://console.aws.amazon.com/x?u=https://evil.example",
                "https://a@console.aws.amazon.com/",
            ]
        ),
        st.text(max_size=8),
    ),
    max_size=12,
).map("".join)
SAFES = [mrkdwn, markdown, code, plain]
HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
LINK = re.compile(r"[a-z][a-z0-9+.-]*://[^\s|>)\]\"'`<]*", re.IGNORECASE)


@pytest.mark.parametrize("safe", SAFES)
@given(text=HOSTILE)
def test_nothing_pings(safe: type, text: str) -> None:
    """No mention, group or broadcast survives in any kind of text."""
    shown = str(safe(text))

    assert not re.search(r"@(channel|here|everyone)\b", shown, re.IGNORECASE)
    assert not re.search(r"<[@#!]", shown)


@pytest.mark.parametrize("safe", [mrkdwn, markdown])
@given(text=HOSTILE)
def test_only_allowed_links_are_live(safe: type, text: str) -> None:
    """A link that stays live leads to a host on the list, over https."""
    links = LINK.findall(str(safe(text)))

    assert all(
        re.match(r"https://([\w-]+\.)*(console|status|health)\.aws\.amazon\.com([:/?#]|$)", link) for link in links
    )


@pytest.mark.parametrize("safe", SAFES)
@given(text=HOSTILE)
def test_nothing_is_hidden(safe: type, text: str) -> None:
    """No control, zero-width or direction-changing character survives."""
    assert not HIDDEN.search(str(safe(text)))


@pytest.mark.parametrize("safe", SAFES)
@given(text=HOSTILE)
def test_escaping_twice_is_escaping_once(safe: type, text: str) -> None:
    """Safe text stays as it is."""
    once = str(safe(text))

    assert safe(once) == once


@given(text=HOSTILE)
def test_code_does_not_close_its_fence(text: str) -> None:
    """Text inside a fence cannot end it."""
    assert "```" not in code(text)


@given(text=HOSTILE)
def test_markdown_has_no_foreign_links_or_images(text: str) -> None:
    """Markdown keeps its formatting, but a link target is on the list, and there are no images."""
    shown = markdown(text)

    assert "![" not in shown
    assert all(target.startswith("https://") for target in re.findall(r"\]\((\S*)", shown))


@given(text=st.text(max_size=300), limit=st.integers(min_value=len(MARK), max_value=200))
def test_cutting_keeps_the_limit_and_says_so(text: str, limit: int) -> None:
    """Cut text fits, and carries a mark if and only if something is missing."""
    shown = cut(mrkdwn(text), limit)

    assert len(shown) <= limit
    assert shown == mrkdwn(text) or shown.endswith(MARK)
    assert not re.search(r"&[a-z]*… ", shown)


@given(text=st.text(alphabet=st.characters(codec="utf-8"), max_size=300), limit=st.integers(20, 200))
def test_cutting_bytes_never_tears_a_character(text: str, limit: int) -> None:
    """Cut text fits in bytes and is still text."""
    assert len(cut_bytes(text, limit).encode()) <= limit


def test_ordinary_markdown_is_left_alone() -> None:
    """What people need to read is not touched."""
    text = "**Cause**: `checkout` crashes, p99 > 2 s & rising\n\n> quoted\n\n```diff\n-a < b\n+a\n```\n"

    assert markdown(text) == text


def test_direction_marks_are_spelled_out() -> None:
    """A reader sees that the text tried to turn around."""
    assert visible("ab\u202ecd") == "ab[U+202E]cd"


def test_the_list_of_hosts_is_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that the settings name may be linked to, with its subdomains, and no other that looks like it."""
    monkeypatch.setattr(escape, "_hosts", lambda: ("wiki.example.com",))

    shown = mrkdwn("https://wiki.example.com/a https://eu.wiki.example.com/b https://evilwiki.example.com/c")

    assert shown == "https://wiki.example.com/a https://eu.wiki.example.com/b https[:]//evilwiki.example.com/c"


@pytest.mark.parametrize(
    "hosts", ["com", "*", "https://wiki.example.com", "wiki.example.com/", "a b.example.com", "x.y,"]
)
def test_a_list_of_hosts_that_is_none_stops_the_start(hosts: str) -> None:
    """Nobody opens the list to a whole top-level domain, or to everything, by a slip."""
    with pytest.raises(ValidationError):
        Settings(slack_link_hosts=hosts)
