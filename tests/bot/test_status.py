"""`/infra status` tells nobody what is not theirs to know."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agents.contract import ThreadRef
from bot.approvals.decide import opened
from bot.approvals.model import Decision, Effect
from bot.flow import Status, seen_by
from bot.store.runs import Run, Stage
from tests.bot.flow_fakes import ANA, BEN, TEAM, make_ask, make_proposal
from tools.scope import Scope, Scopes

NOW = datetime(2026, 1, 2, tzinfo=UTC)
DECISION = Decision(Effect.ASK, "r", ("oncall",), 1, 15, "p")
SHOP: Scopes = (Scope("this channel", namespaces=("shop",)),)
OTHERS: Scopes = (Scope("this channel", namespaces=("payments",)),)


def everything(channel: str) -> Status:
    """Return a run of Ana's that goes on in a channel, and an approval of hers about the namespace shop."""
    thread = ThreadRef(TEAM, channel, "1.1")
    run = Run("run-1", make_ask(thread=thread), Stage.RUNNING, 1, NOW)
    return Status(
        (run,), (replace(run, stage=Stage.QUEUED),), (opened(make_proposal(), DECISION, thread, NOW),), due=(run.ask,)
    )


@pytest.mark.parametrize(
    ("asked_in", "channel", "who", "scopes", "asks", "approvals"),
    [
        ("C0INCIDEN", "C0GENERAL", BEN, (), 3, 1),
        ("C0INCIDEN", "C0GENERAL", BEN, SHOP, 0, 1),
        ("C0INCIDEN", "C0GENERAL", BEN, OTHERS, 0, 0),
        ("C0INCIDEN", "C0INCIDEN", BEN, OTHERS, 3, 1),
        ("C0INCIDEN", "C0GENERAL", ANA, OTHERS, 3, 0),
        ("D0ANA0001", "C0GENERAL", BEN, (), 0, 0),
        ("D0ANA0001", "C0GENERAL", ANA, (), 3, 1),
    ],
)
def test_only_what_is_theirs_to_know(  # noqa: PLR0917 - a row of the table above
    asked_in: str, channel: str, who: str, scopes: Scopes, asks: int, approvals: int
) -> None:
    """Own channel, own asks, what is in scope; direct messages of others never."""
    seen = seen_by(everything(asked_in), channel, who, scopes)

    assert len(seen.running) + len(seen.queued) + len(seen.due) == asks
    assert len(seen.approvals) == approvals
