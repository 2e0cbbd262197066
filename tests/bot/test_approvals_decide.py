"""Who may decide, and when: the rules of a vote, cell by cell and over everything hypothesis can think of."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.approvals.decide import Refusal, approvers, count, lapsed, moved, not_dispatchable, opened
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


@pytest.mark.parametrize("answer", [Answer.APPROVE, Answer.REJECT])
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


@pytest.mark.parametrize("voter", [ANA, CARA])
def test_a_yes_can_be_taken_back_until_it_is_sent(voter: str) -> None:
    """The asker and every approver may revoke what was approved, also one who did not approve it."""
    approved = count(make_approval(), make_vote(), PEOPLE[BEN], ONCALL, NOON)
    assert isinstance(approved, Approval)

    revoked = count(approved, make_vote(voter=voter, answer=Answer.REVOKE), PEOPLE[voter], ONCALL, NOON)

    assert isinstance(revoked, Approval)
    assert revoked.state is State.REVOKED
    assert "revoked by" in _words(revoked, make_vote())


@pytest.mark.parametrize("state", [State.DISPATCHED, State.DONE, State.FAILED, State.STALE, State.UNKNOWN])
def test_what_is_sent_cannot_be_revoked(state: State) -> None:
    """After the commit it is too late, and the sentence says so and how it stands."""
    told = _words(replace(make_approval(), state=state), make_vote(answer=Answer.REVOKE))

    assert "too late" in told
    assert state.value in told


def test_what_nobody_approved_cannot_be_revoked() -> None:
    """Before a yes there is nothing to revoke; the sentence says what to do instead."""
    assert "reject" in _words(make_approval(), make_vote(answer=Answer.REVOKE))


def test_changes_need_words() -> None:
    """Whoever wants changes says which."""
    assert "few words" in _words(make_approval(), make_vote(answer=Answer.CHANGES))


@pytest.mark.parametrize("answer", [Answer.CHANGES, Answer.EDIT, Answer.REVOKE])
def test_an_emoji_says_yes_or_no_only(answer: Answer) -> None:
    """Nothing but a yes or a no can be said with an emoji."""
    approval = replace(make_approval(), state=State.APPROVED if answer is Answer.REVOKE else State.OPEN)

    assert "emoji" in _words(approval, make_vote(answer=answer, via="emoji"))


@pytest.mark.parametrize(
    "state", [State.REJECTED, State.REVOKED, State.CHANGES_REQUESTED, State.SUPERSEDED, State.EXPIRED, State.STALE]
)
def test_every_end_has_a_sentence_of_its_own(state: State) -> None:
    """Nobody who comes late has to guess how it ended."""
    ends = {one: _words(replace(make_approval(), state=one), make_vote()) for one in list(State)}

    assert [one for one, words in ends.items() if words == ends[state]] == [state]


votes = st.builds(
    Vote,
    approval_id=st.sampled_from(["p-1"] * 5 + ["p-2"]),
    voter=st.sampled_from([ANA, BEN, CARA, GUS]),
    team=st.sampled_from([TEAM] * 5 + ["T0OTHER01"]),
    answer=st.sampled_from([Answer.APPROVE, *Answer]),
    via=st.sampled_from(["button", "button", "emoji"]),
    at=st.just(NOON),
    words=st.sampled_from(["", " ", "smaller steps"]),
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
    lambda approval, barred: replace(approval, barred=barred),
    st.builds(
        make_approval,
        risk=st.sampled_from(Risk),
        quorum=st.integers(1, 3),
        minutes=st.integers(1, 90),
        asker=st.sampled_from([ANA, BEN, CARA, GUS, ""]),
    ),
    st.sampled_from([(), (), (BEN,), (ANA, CARA)]),
)
cast = votes.flatmap(
    lambda vote: st.tuples(st.just(vote), _person(vote), groups, st.integers(0, 20).map(lambda n: timedelta(minutes=n)))
)
Cast = tuple[Vote, Person, frozenset[str], timedelta]


def _entitled(approval: Approval, told: Cast) -> bool:
    """Say the rules once more, in another way than the product does."""
    vote, person, members, later = told
    asks, by_emoji = approval.proposal, vote.via == "emoji"
    own = vote.voter == asks.asker
    open_now = approval.state is State.OPEN and NOON + later < approval.expires_at
    return all(
        (
            approval.state is State.APPROVED if vote.answer is Answer.REVOKE else open_now,
            (vote.approval_id, person.id, person.team, vote.team) == (asks.id, vote.voter, TEAM, TEAM),
            not any((person.bot, person.guest, person.deactivated)),
            not by_emoji or (asks.risk is not Risk.HIGH and vote.answer in {Answer.APPROVE, Answer.REJECT}),
            vote.answer is not Answer.CHANGES or vote.words.strip(),
            vote.answer is not Answer.BREAK_GLASS,
            vote.voter in members or own,
            vote.answer is not Answer.APPROVE or vote.voter not in {asks.asker, *approvers(approval), *approval.barred},
        )
    )


CLOSES = {
    Answer.REJECT: State.REJECTED,
    Answer.CHANGES: State.CHANGES_REQUESTED,
    Answer.EDIT: State.SUPERSEDED,
    Answer.REVOKE: State.REVOKED,
}


@given(approvals, st.lists(cast, max_size=6))
def test_a_vote_counts_if_and_only_if_it_should(approval: Approval, story: list[Cast]) -> None:
    """No wrong yes and no wrong refusal, in whatever order votes come; approved means enough distinct people."""
    for told in story:
        vote, person, members, later = told
        ruled = count(approval, vote, person, members, NOON + later)
        assert isinstance(ruled, Approval) == bool(_entitled(approval, told))
        if isinstance(ruled, Approval):
            assert ruled.revision == approval.revision + 1
            enough = len(approvers(ruled)) >= ruled.decision.quorum
            assert ruled.state is CLOSES.get(vote.answer, State.APPROVED if enough else State.OPEN)
            approval = ruled


EVERYBODY = frozenset({ANA, BEN, CARA})
answers = st.sampled_from([Answer.APPROVE] * 6 + [Answer.REJECT, Answer.CHANGES, Answer.EDIT, Answer.REVOKE])
waiting = st.builds(
    lambda barred, **told: replace(make_approval(**told), barred=barred),
    barred=st.sampled_from([(), (CARA,)]),
    quorum=st.integers(1, 2),
    minutes=st.integers(5, 30),
    asker=st.sampled_from([ANA, BEN, ""]),
)


class Desk(RuleBasedStateMachine):
    """Everything that can happen to one approval, and a book of who said what, kept apart from the product."""

    @initialize(approval=waiting)
    def open(self, approval: Approval) -> None:
        """Open an approval at noon, where everybody is in the group: what holds people back is the rules alone."""
        self.approval, self.now, self.members = approval, NOON, EVERYBODY
        self.yes: set[str] = set()
        self.over = False
        self.sent = 0

    @rule(voter=st.sampled_from([ANA, BEN, CARA, GUS]), answer=answers)
    def vote(self, voter: str, answer: Answer) -> None:
        """Let somebody say something; what counts goes into the book."""
        vote = replace(make_vote(voter=voter, answer=answer), words="not so much at once")
        ruled = count(self.approval, vote, PEOPLE[voter], self.members, self.now)
        if isinstance(ruled, Approval):
            self.approval = ruled
            self.yes |= {voter} if answer is Answer.APPROVE else set()
            self.over = self.over or answer is not Answer.APPROVE

    @rule(told=cast)
    def intrude(self, told: Cast) -> None:
        """Let anybody say anything in any way; the book is kept as for everybody else."""
        vote, person, _, _ = told
        ruled = count(self.approval, vote, person, self.members, self.now)
        if isinstance(ruled, Approval):
            self.approval = ruled
            self.yes |= {vote.voter} if vote.answer is Answer.APPROVE else set()
            self.over = self.over or vote.answer is not Answer.APPROVE

    @rule(minutes=st.integers(1, 10))
    def wait(self, minutes: int) -> None:
        """Let time pass; the clock ends what nobody decided."""
        self.now += timedelta(minutes=minutes)
        if self.approval.state is State.OPEN and self.now >= self.approval.expires_at:
            self.approval = lapsed(self.approval)

    @rule(members=st.sampled_from([EVERYBODY, EVERYBODY, ONCALL, frozenset({CARA}), frozenset()]))
    def regroup(self, members: frozenset[str]) -> None:
        """Let people join and leave the group."""
        self.members = members

    @rule(version=st.sampled_from(["v1", "v1", "v1", "v2"]))
    def dispatch(self, version: str) -> None:
        """Let a worker take it up, as `bot.changing` does; what is sent must have had a valid quorum."""
        if self.approval.state is not State.APPROVED:
            return
        if not_dispatchable(self.approval, self.members, version, self.now):
            self.approval = moved(self.approval, State.REFUSED)
            return
        self.approval = moved(self.approval, State.DISPATCHED)
        self.sent += 1
        asked = {self.approval.proposal.asker, *self.approval.barred}
        assert len(self.yes) >= self.approval.decision.quorum
        assert self.yes <= self.members
        assert not self.yes & asked
        assert self.now < self.approval.expires_at
        assert version == "v1"
        assert not self.over

    @invariant()
    def sent_once(self) -> None:
        """Nothing is ever sent twice, whatever comes after."""
        assert getattr(self, "sent", 0) <= 1


TestNoWayAroundTheQuorum = Desk.TestCase
TestNoWayAroundTheQuorum.settings = settings(max_examples=200, stateful_step_count=10, deadline=None)


@pytest.mark.parametrize(("quorum", "voters"), [(1, (BEN,)), (2, (BEN, CARA))])
def test_the_way_to_a_dispatch_exists(quorum: int, voters: tuple[str, ...]) -> None:
    """Enough of the right people in time do get their change; the rules are not merely a wall."""
    approval = make_approval(quorum=quorum)

    for voter in voters:
        voted = count(approval, make_vote(voter=voter), PEOPLE[voter], ONCALL, NOON)
        assert isinstance(voted, Approval)
        approval = voted

    assert approval.state is State.APPROVED
    assert not_dispatchable(approval, ONCALL, "v1", NOON) == ""
