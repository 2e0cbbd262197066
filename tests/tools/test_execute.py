"""The executor: exactly what was approved, at most once, and an honest word on what became of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.tools.conftest import Bench
from tools import acting
from tools.contract import JsonObject, Refused, Settled, Settlement, Stale, ToolError, Unknown
from tools.proposal import Verdict


def test_a_good_grant_is_carried_out_and_read_back(bench: Bench) -> None:
    """A granted change is made, read back, recorded and audited."""
    grant = bench.grant(level=5)

    outcome = bench.executor().execute(grant)

    assert outcome.verdict is Verdict.DONE
    assert bench.lamp.level == 5
    assert bench.ledger.outcomes == [outcome]
    assert [kind for kind, _ in bench.ledger.trail] == ["dispatch", "outcome"]


def test_a_grant_is_good_for_one_dispatch(bench: Bench) -> None:
    """The same grant a second time changes nothing."""
    grant = bench.grant()
    bench.executor().execute(grant)

    again = bench.executor().execute(grant)

    assert again.verdict is Verdict.REFUSED
    assert bench.lamp.set_by == [grant.proposal.id]


@pytest.mark.parametrize(
    "forged",
    [
        {"args": {"level": 9}},
        {"asker": "U0BEN0001"},
        {"environment": "staging"},
        {"version": "000000000000"},
        {"tool": "lamp_smash"},
    ],
)
def test_an_altered_proposal_is_refused(bench: Bench, forged: JsonObject) -> None:
    """Change one field of what was approved and nothing happens."""
    grant = bench.grant()
    altered = replace(grant, proposal=replace(grant.proposal, **forged))  # type: ignore[arg-type] # by name

    outcome = bench.executor().execute(altered)

    assert outcome.verdict is Verdict.REFUSED
    assert bench.lamp.set_by == []


def test_a_grant_cannot_be_stretched(bench: Bench) -> None:
    """Moving the expiry breaks the signature."""
    grant = bench.grant()
    stretched = replace(grant, expires_at=grant.expires_at + timedelta(days=1))

    outcome = bench.executor().execute(stretched)

    assert outcome.verdict is Verdict.REFUSED


def test_an_expired_grant_is_refused(bench: Bench) -> None:
    """After the expiry nothing is sent."""
    grant = bench.grant()
    bench.now += timedelta(minutes=15)

    outcome = bench.executor().execute(grant)

    assert outcome.verdict is Verdict.EXPIRED
    assert "expired" in outcome.detail
    assert bench.lamp.set_by == []


def test_what_expires_while_the_change_waits_is_not_sent(bench: Bench) -> None:
    """A grant is checked again right before a request, however long the worker was held up on its way there."""
    grant = bench.grant()

    def held_up(level: int) -> str:
        bench.now += timedelta(minutes=15)
        acting.sending()
        return bench.lamp.tool().apply(level=level)

    bench.tools["lamp_set"] = replace(bench.tools["lamp_set"], apply=held_up)

    outcome = bench.executor().execute(grant)

    assert outcome.verdict is Verdict.EXPIRED
    assert "expired" in outcome.detail
    assert bench.lamp.set_by == []


def test_a_read_back_cannot_send(bench: Bench) -> None:
    """While the executor only finds out what became of a dispatch, write clients refuse."""

    def meddling(level: int) -> Settlement:
        return Settlement(Settled.DONE, f"{acting.sending()}{level}")

    bench.tools["lamp_set"] = replace(bench.tools["lamp_set"], settle=meddling)

    outcome = bench.executor().reconcile(bench.grant())

    assert outcome.verdict is Verdict.UNKNOWN
    assert "nothing is sent" in outcome.detail


def test_a_moved_target_is_stale(bench: Bench) -> None:
    """If what the decision rested on moved, nothing is sent, and the sentence says what moved."""
    grant = bench.grant()
    bench.lamp.level = 3

    outcome = bench.executor().execute(grant)

    assert outcome.verdict is Verdict.STALE
    assert "level was 1, is 3" in outcome.detail
    assert bench.lamp.set_by == []


def test_no_change_without_audit(bench: Bench) -> None:
    """If the audit append fails, the change is not made."""
    bench.ledger.audit_works = False

    with pytest.raises(OSError, match="disk full"):
        bench.executor().execute(bench.grant())

    assert bench.lamp.set_by == []


def test_a_time_out_after_the_target_acted_is_read_back_not_repeated(bench: Bench) -> None:
    """Unknown becomes done when the read-back finds our action, with one dispatch."""
    bench.lamp.fails = _raise(Unknown("the connection dropped"))

    outcome = bench.executor().execute(bench.grant())

    assert outcome.verdict is Verdict.DONE
    assert len(bench.lamp.set_by) == 1


def test_when_even_the_read_back_is_down_the_outcome_is_unknown(bench: Bench) -> None:
    """Neither success nor failure is claimed without an observation."""
    bench.lamp.fails = _raise(RuntimeError("broken pipe"))
    bench.lamp.reads_back = False

    outcome = bench.executor().execute(bench.grant())

    assert outcome.verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("error", "verdict"),
    [(Stale("409"), Verdict.STALE), (ToolError("403"), Verdict.FAILED), (Refused("no"), Verdict.REFUSED)],
)
def test_the_targets_refusal_is_told_apart(bench: Bench, error: ToolError, verdict: Verdict) -> None:
    """Stale, failed and refused are different words to people and to the agent."""
    bench.lamp.fails = _raise(error)

    outcome = bench.executor().execute(bench.grant())

    assert outcome.verdict is verdict


def test_reconcile_only_reads(bench: Bench) -> None:
    """A dispatch that was cut off is classified by reading, without sending anything."""
    outcome = bench.executor().reconcile(bench.grant())

    assert outcome.verdict is Verdict.FAILED
    assert bench.lamp.set_by == []


def test_no_change_outside_the_executor(bench: Bench) -> None:
    """A change called directly refuses."""
    with pytest.raises(Refused):
        bench.tools["lamp_set"].apply(level=5)

    with pytest.raises(Refused):
        acting.grant()


def _raise(error: Exception):  # type: ignore[no-untyped-def] # noqa: ANN202 - a callable that never returns
    def fail() -> None:
        raise error

    return fail
