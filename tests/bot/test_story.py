"""`audit show` tells a change from proposal to outcome, in order, and nothing of other changes."""

from bot.audit import Head, Record, link
from bot.story import story
from tests.bot.conftest import KEY
from tests.bot.flow_fakes import NOON
from tools.contract import JsonObject

PROPOSED: JsonObject = {
    "approval": "p-1",
    "run": "run-1",
    "tool": "kube_scale",
    "args": {"replicas": 3},
    "asker": "U0ANA0001",
    "effect": "ask",
    "rule": "deployments",
    "policy": "abc",
}
VOTE: JsonObject = {"approval": "p-1", "voter": "U0BEN0001", "answer": "approve", "via": "button", "to": "approved"}


def _records(*told: tuple[str, JsonObject]) -> list[Record]:
    records, head = [], Head()
    for kind, data in told:
        record, head = link(KEY, head, NOON, kind, data)
        records.append(record)
    return records


def test_a_story_is_told_in_order() -> None:
    """Who asked for what under which rule, who said yes, and what became of it."""
    other: JsonObject = {**PROPOSED, "approval": "p-2"}
    ended: JsonObject = {"approval": "p-1", "state": "done", "detail": "3 of 3 pods ready."}

    lines = story(_records(("proposed", PROPOSED), ("proposed", other), ("vote", VOTE), ("ended", ended)), "p-1")

    assert [line.split("#")[1].split()[:2] for line in lines] == [["1", "proposed"], ["3", "vote"], ["4", "ended"]]
    assert 'kube_scale {"replicas": 3}, asked for by <@U0ANA0001>: ask, by the rule “deployments”' in lines[0]
    assert "<@U0BEN0001> said approve by button, so it is approved" in lines[1]
    assert "state done; detail 3 of 3 pods ready." in lines[2]


def test_what_nobody_asked_for_says_so() -> None:
    """An alert is not a person."""
    [line] = story(_records(("proposed", {**PROPOSED, "asker": ""})), "p-1")

    assert "nobody in person" in line


def test_a_kind_of_record_to_come_is_told_with_its_particulars() -> None:
    """A story leaves nothing out because nobody has words for it yet."""
    [line] = story(_records(("break-glass", {"approval": "p-1", "by": "U0CARA001", "reason": "site down"})), "p-1")

    assert "break-glass" in line
    assert "by U0CARA001; reason site down" in line
