"""Who may decide, and when: the rules of a vote, cell by cell and over everything hypothesis can think of."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.approvals.decide import Refusal, approvers, count, lapsed, not_dispatchable, opened
from bot.approvals.model import Answer, Approval, Decision, Effect, State, Vote
from bot.people import Person
from tests.bot.flow_fakes import ANA, BEN, CARA, GUS, NOON, PEOPLE, TEAM, THREAD, make_proposal, make_vote
from tools.contract import Risk

ONCALL = frozenset({BEN, CARA})


def make_approval(risk: Risk = Risk.MEDIUM, quorum: int = 1, minutes: int = 15, asker: str = ANA) -> Approval:
    """Return an approval that was opened at noon."""
    decision = Decision(Effect.ASK, "rule", ("oncall",), quorum, minutes, "v1")
    return opened(make_proposal(risk=risk, asker=asker), decision, THREAD, NOON)


def _words(approval: Approval, vote: Vote, voter: Person | None = None, members: frozenset[str] = ONCALL) -> str:
    ruled = count(approval, vote, voter or PEOPLE[vote.voter], members, NOON)
    return ruled.words if isinstance(ruled, Refusal) else ""


def test_one_yes_of_the_group_approves() -> None:
    """With a quorum of one, one member's yes is enough."""
    ruled = count(make_approval(), make_vote(), PEOPLE[BEN], ONCALL, NOON)

    assert isinstance(ruled, Approval)
    assert (ruled.state, approvers(ruled), ruled.revision) == (State.APPROVED, (BEN,), 1)


def test_two_person_means_two_people() -> None:
    """The same person twice is one person."""
    first = count(make_approval(quorum=2), make_vote(), PEOPLE[BEN], ONCALL, NOON)
    assert isinstance(first, Approval)

    again = _words(first, make_vote())
    second = count(first, make_vote(voter=CARA), PEOPLE[CARA], ONCALL, NOON)

    assert first.state is State.OPEN
    assert "different people" in again
    assert isinstance(second, Approval)
    assert second.state is State.APPROVED


def test_a_no_after_a_yes_ends_it() -> None:
    """One member's no is enough, even after another's yes."""
    first = count(make_approval(quorum=2), make_vote(), PEOPLE[BEN], ONCALL, NOON)
    assert isinstance(first, Approval)

    ended = count(first, make_vote(voter=CARA, answer=Answer.REJECT), PEOPLE[CARA], ONCALL, NOON)

    assert isinstance(ended, Approval)
    assert ended.state is State.REJECTED


def test_nobody_approves_what_they_asked_for() -> None:
    """The asker is refused though a member of the group."""
    assert "somebody else" in _words(make_approval(asker=BEN), make_vote())


def test_the_asker_may_take_it_back() -> None:
    """Rejecting one's own ask is fine, member or not."""
    ruled = count(make_approval(), make_vote(voter=ANA, answer=Answer.REJECT), PEOPLE[ANA], ONCALL, NOON)

    assert isinstance(ruled, Approval)
    assert ruled.state is State.REJECTED


@pytest.mark.parametrize(
    ("voter", "about"),
    [
        (replace(PEOPLE[BEN], bot=True), "Bots"),
        (replace(PEOPLE[BEN], guest=True), "Guests"),
        (replace(PEOPLE[BEN], deactivated=True), "deactivated"),
        (replace(PEOPLE[BEN], team="T0OTHER01"), "workspace"),
        (replace(PEOPLE[BEN], id=CARA), "card"),
    ],
    ids=["bot", "guest", "deactivated", "another team", "another person"],
)
@pytest.mark.parametrize("answer", list(Answer))
def test_strangers_are_refused(voter: Person, about: str, answer: Answer) -> None:
    """Bots, guests, deactivated accounts and other workspaces decide nothing, even if the group names them."""
    assert about in _words(make_approval(), make_vote(answer=answer), voter)


def test_a_vote_signed_for_another_team_is_refused() -> None:
    """The team of the click itself counts as well."""
    assert "workspace" in _words(make_approval(), replace(make_vote(), team="T0OTHER01"))


def test_who_is_not_in_the_group_is_refused() -> None:
    """The sentence names the group that may."""
    assert "@oncall" in _words(make_approval(), make_vote(), members=frozenset({CARA}))


def test_an_empty_group_means_nobody() -> None:
    """If the group is empty nobody can approve."""
    assert _words(make_approval(), make_vote(), members=frozenset())


@pytest.mark.parametrize("answer", list(Answer))
def test_an_emoji_never_decides_high_risk(answer: Answer) -> None:
    """High risk is decided with buttons."""
    assert "emoji" in _words(make_approval(Risk.HIGH), make_vote(answer=answer, via="emoji"))


def test_an_emoji_decides_the_rest() -> None:
    """An emoji is as good as a button otherwise."""
    assert _words(make_approval(), make_vote(via="emoji")) == ""


@pytest.mark.parametrize("state", [state for state in State if state is not State.OPEN])
def test_only_what_is_open_takes_votes(state: State) -> None:
    """Every other state refuses with a sentence."""
    assert _words(replace(make_approval(), state=state), make_vote()).endswith(".")


def test_no_approval_stands_for_more_than_an_hour() -> None:
    """Whatever the decision says."""
    approval = make_approval(minutes=600)

    assert approval.expires_at == NOON + timedelta(minutes=60)


def test_what_the_policy_allows_is_approved_by_nobody() -> None:
    """An allowed change has no approvers and needs none at dispatch."""
    decision = Decision(Effect.ALLOW, "rule", (), 1, 15, "v1")
    approval = opened(make_proposal(), decision, THREAD, NOON)

    assert approval.state is State.APPROVED
    assert not_dispatchable(approval, frozenset(), "v1", NOON) == ""


def test_expired_is_not_rejected() -> None:
    """The record says which it was."""
    ended = lapsed(make_approval())

    assert ended.state is State.EXPIRED
    assert "not rejected" in ended.detail


def test_another_policy_is_another_decision() -> None:
    """An approval given under one policy is not sent under another."""
    approved = count(make_approval(), make_vote(), PEOPLE[BEN], ONCALL, NOON)
    assert isinstance(approved, Approval)

    assert not_dispatchable(approved, ONCALL, "v1", NOON) == ""
    assert "policy" in not_dispatchable(approved, ONCALL, "v2", NOON)


votes = st.builds(
    Vote,
    approval_id=st.sampled_from(["p-1", "p-2"]),
    voter=st.sampled_from([ANA, BEN, CARA, GUS]),
    team=st.sampled_from([TEAM, TEAM, TEAM, "T0OTHER01"]),
    answer=st.sampled_from(Answer),
    via=st.sampled_from(["button", "emoji"]),
    at=st.just(NOON),
)


def _person(vote: Vote) -> st.SearchStrategy[Person]:
    """Return people who could have cast a vote, most of them who they say they are."""
    rarely = st.sampled_from([False] * 9 + [True])
    return st.builds(
        Person,
        id=st.sampled_from([vote.voter] * 9 + [CARA]),
        team=st.sampled_from([TEAM] * 9 + ["T0OTHER01"]),
        name=st.just("x"),
        bot=rarely,
        guest=rarely,
        deactivated=rarely,
    )


groups = st.frozensets(st.sampled_from([ANA, BEN, CARA, GUS]))
approvals = st.builds(
    make_approval,
    risk=st.sampled_from(Risk),
    quorum=st.integers(1, 3),
    minutes=st.integers(1, 90),
    asker=st.sampled_from([ANA, BEN, CARA, GUS, ""]),
)
cast = votes.flatmap(
    lambda vote: st.tuples(st.just(vote), _person(vote), groups, st.integers(0, 20).map(lambda n: timedelta(minutes=n)))
)
Cast = tuple[Vote, Person, frozenset[str], timedelta]


def _entitled(approval: Approval, told: Cast) -> bool:
    """Say the rules once more, in another way than the product does."""
    vote, person, members, later = told
    asks = approval.proposal
    return all(
        (
            approval.state is State.OPEN,
            NOON + later < approval.expires_at,
            (vote.approval_id, person.id, person.team, vote.team) == (asks.id, vote.voter, TEAM, TEAM),
            not any((person.bot, person.guest, person.deactivated)),
            vote.via == "button" or asks.risk is not Risk.HIGH,
            vote.voter in members or (vote.voter == asks.asker and vote.answer is Answer.REJECT),
            vote.answer is Answer.REJECT or vote.voter not in {asks.asker, *approvers(approval)},
        )
    )


@given(approvals, st.lists(cast, max_size=6))
def test_a_vote_counts_if_and_only_if_it_should(approval: Approval, story: list[Cast]) -> None:
    """No wrong yes and no wrong refusal, in whatever order votes come; approved means enough distinct people."""
    for told in story:
        vote, person, members, later = told
        ruled = count(approval, vote, person, members, NOON + later)
        assert isinstance(ruled, Approval) == _entitled(approval, told)
        if isinstance(ruled, Approval):
            assert ruled.revision == approval.revision + 1
            assert (ruled.state is State.REJECTED) == (vote.answer is Answer.REJECT)
            enough = len(approvers(ruled)) >= ruled.decision.quorum
            assert (ruled.state is State.APPROVED) == (enough and vote.answer is Answer.APPROVE)
            approval = ruled
