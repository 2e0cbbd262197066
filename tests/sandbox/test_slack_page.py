"""The page API of the sandbox Slack, used as the page and `play` use it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.clock import Clock
from sandbox.slack.server import Workspace
from sandbox.slack.talk import composed
from sandbox.slack.visitor import Visitor, wait_for
from sandbox.slack.wire import Body, Unusable
from tests.sandbox.slack_office import Office

INCIDENTS = "C0INCIDEN"
GENERAL = "C0GENERAL"
BLOCKS = [
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "vote", "value": answer, "text": {"type": "plain_text", "text": answer}}
            for answer in ("yes", "no")
        ],
    }
]


@contextmanager
def watching(office: Office, who: Visitor) -> Iterator[list[Body]]:
    """Watch the page as somebody; what happens is added to the list."""
    happenings: list[Body] = []
    answer = requests.get(f"{office.url}/_page/stream", params={"as": who.user}, stream=True, timeout=60)

    def read() -> None:
        happenings.extend(json.loads(line[6:]) for line in answer.iter_lines() if line.startswith(b"data: "))

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield happenings
    finally:
        office.close_pages()
        thread.join(5)
        answer.close()


def test_state_lists_who_and_what_there_is(office: Office) -> None:
    """A person sees the team, the people, their channels, the groups and the app's command."""
    state = office.ana.state()

    assert {person["name"] for person in state["people"]} == {"ana", "ben", "cara", "gus", "infra"}
    assert {channel["name"] for channel in state["channels"]} == {"incidents", "general", "platform"}
    assert {group["handle"]: group["members"] for group in state["groups"]}["security"] == ["U0CARA001"]
    assert ([command["command"] for command in state["commands"]], state["connected"]) == (["/infra"], False)


def test_guest_sees_one_channel(office: Office) -> None:
    """The guest has #general, and may neither read nor write elsewhere."""
    assert [channel["name"] for channel in office.gus.state()["channels"]] == ["general"]

    with pytest.raises(Unusable, match="not in this channel"):
        office.gus.messages(INCIDENTS)
    with pytest.raises(Unusable, match="not in this channel"):
        office.gus.post(INCIDENTS, "hello")


def test_page_hears_what_happens(office: Office) -> None:
    """An open page is told of messages, reactions and new direct messages as they come."""
    with watching(office, office.ana) as happenings:
        ts = office.ben.post(INCIDENTS, "hello")
        office.ben.react(INCIDENTS, ts, "eyes")
        channel = office.ana.dm()

        wait_for(lambda: len(happenings) == 3)

    first, second, third = happenings
    assert (first["type"], first["message"]["text"], first["channel"]) == ("message", "hello", INCIDENTS)
    assert second["message"]["reactions"] == [{"name": "eyes", "users": ["U0BEN0001"]}]
    assert (third["type"], third["channel"]["id"], third["channel"]["kind"]) == ("channel", channel, "dm")


def test_page_hears_only_what_its_person_may(office: Office) -> None:
    """The guest's page stays silent about a channel the guest is not in."""
    with watching(office, office.gus) as happenings:
        office.ben.post(INCIDENTS, "secret")
        office.ben.post(GENERAL, "public")

        wait_for(lambda: happenings)

    assert [happening["message"]["text"] for happening in happenings] == ["public"]


def test_reply_counts_on_its_thread(office: Office) -> None:
    """A thread's first message says how many replies there are."""
    root = office.ana.post(INCIDENTS, "what?")
    office.ben.post(INCIDENTS, "that", root)

    first, reply = office.ana.thread(INCIDENTS, root)

    assert (first["reply_count"], reply["thread_ts"], reply["text"]) == (1, root, "that")


def test_button_is_found_by_its_value(office: Office) -> None:
    """Of two buttons with the same action, the one with the value is pressed."""
    ts = office.ana.alert(INCIDENTS, "Vote", blocks=BLOCKS)
    office.workspace.deliveries.patience.ack_seconds = 0.05

    office.ben.click(INCIDENTS, ts, "vote", "no")

    (click,) = [d.payload for d in office.workspace.journal.deliveries if d.kind == "interactive"]
    assert click["actions"][0]["value"] == "no"


def test_button_that_is_gone_cannot_be_pressed(office: Office) -> None:
    """Pressing what is not there is an error in a sentence."""
    ts = office.ana.alert(INCIDENTS, "Vote", blocks=BLOCKS)

    with pytest.raises(Unusable, match="no element"):
        office.ben.click(INCIDENTS, ts, "other")


def test_unknown_command_is_refused(office: Office) -> None:
    """Only the app's own commands exist."""
    with pytest.raises(Unusable, match="not a command"):
        office.ana.slash(INCIDENTS, "/giphy cats")


def test_response_address_takes_five_answers(office: Office) -> None:
    """A response address is good for five uses within half an hour."""
    used = f"{office.url}/hooks/{office.workspace.responses.make(INCIDENTS, 'U0ANA0001')}"
    late = f"{office.url}/hooks/{office.workspace.responses.make(INCIDENTS, 'U0ANA0001')}"

    answers = [requests.post(used, json={"text": "x"}, timeout=60).status_code for _ in range(6)]
    office.pass_seconds(31 * 60)

    assert answers == [200] * 5 + [404]
    assert requests.post(late, json={"text": "x"}, timeout=60).json()["error"] == "expired_url"
    assert len(office.ana.messages(INCIDENTS)) == 5


@pytest.mark.parametrize("body", [b"{", b"[]", b"text=hello"])
def test_response_that_is_no_object_is_refused(office: Office, body: bytes) -> None:
    """A response address takes a JSON object and nothing else."""
    url = f"{office.url}/hooks/{office.workspace.responses.make(INCIDENTS, 'U0ANA0001')}"

    answer = requests.post(url, data=body, timeout=60)

    assert answer.json() == {"ok": False, "error": "invalid_payload"}


def test_response_is_checked_like_a_message(office: Office) -> None:
    """A response Slack would refuse is refused, and kept in the log."""
    url = f"{office.url}/hooks/{office.workspace.responses.make(INCIDENTS, 'U0ANA0001')}"

    answer = requests.post(url, json={"blocks": [{"type": "section"}]}, timeout=60)

    assert answer.json()["error"] == "invalid_blocks"
    assert [(call.method, call.ok) for call in office.workspace.journal.calls] == [("response", False)]


@pytest.mark.parametrize(
    "body", ["{", "[]", '{"as": "U0ANA0001"}', '{"as": "U0NOBODY1", "channel": "C0GENERAL", "text": "x"}']
)
def test_malformed_request_gets_a_sentence(office: Office, body: str) -> None:
    """Whatever the page sends wrong, the answer is a sentence and no stack trace."""
    answer = requests.post(f"{office.url}/_page/post", data=body, timeout=60)

    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")


def test_names_become_mentions() -> None:
    """Typed names of people and groups become mentions; other text is escaped, mentions stay."""
    typed = "@infra tell @oncall & <@U0ANA0001> that a<b, not @nobody"

    made = composed(Workspace(Clock()), typed)

    assert made == "<@U0INFRA01> tell <!subteam^S0ONCALL1> &amp; <@U0ANA0001> that a&lt;b, not @nobody"


@settings(deadline=None)
@given(st.text(st.sampled_from("<>&@! ainfr#|\n")))
def test_composed_text_has_no_loose_brackets(text: str) -> None:
    """Whatever is typed, every angle bracket in the message belongs to a mention or a link."""
    made = composed(Workspace(Clock()), text)

    for part in made.split("<")[1:]:
        assert part[0] in "@#!"
        assert ">" in part
