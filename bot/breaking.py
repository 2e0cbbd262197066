"""Breaking the glass: counted like a vote, by rules of its own; and the noise it makes before anything is sent."""

from dataclasses import replace

from agents.contract import ThreadRef
from bot.approvals.decide import Refusal
from bot.approvals.glass import Present, broken
from bot.approvals.model import Approval, Vote
from bot.following import called
from bot.people import LookupDownError, members_of
from bot.ports import Ports
from bot.ruling import Counting, Ruling

UNSET = "Break-glass is not set up here: config/policy.toml has no [break_glass], so nobody can."


class Breaking:
    """Breaks the glass for people; no agent and no run has a way here."""

    def __init__(self, ports: Ports, counting: Counting) -> None:
        self._ports = ports
        self._counting = counting

    async def break_glass(self, vote: Vote) -> Ruling:
        """Have one person of the named group carry out what waits for others; the beginning of an id is enough."""
        name = await self._ports.store.approvals.named(vote.approval_id)
        return await self._counting.rule(replace(vote, approval_id=name), self._judged)

    async def _judged(self, approval: Approval, vote: Vote) -> Approval | Refusal:
        glass, directory = self._ports.policy.glass, self._ports.directory
        if glass is None:
            return Refusal(UNSET)
        voter = await directory.person(vote.voter)
        present = Present(voter, await directory.members(glass.group), await members_of(directory, glass.tell))
        return broken(approval, vote, present, glass, await self._ports.now())


async def sound(ports: Ports, approval: Approval) -> None:
    """Say aloud that the glass was broken: in its thread, in the channel named for it, and to each person told."""
    glass, vote = ports.policy.glass, approval.votes[-1]
    people = await _told(ports, vote.voter)
    words = f"🚨 *Break-glass*: <@{vote.voter}> has this carried out alone, {approval.decision.rule}. Look at it now."
    quoted = f"{called(approval.proposal)} Reason: {vote.words}"
    asker = approval.proposal.asker
    await ports.threads.open(approval.thread, asker).summon(people, words, quoted)
    if glass:
        aloud = ThreadRef(approval.thread.team, glass.channel, "")
        await ports.threads.open(aloud, "").summon(people, words, quoted)
    for person in people:
        direct = ThreadRef(approval.thread.team, person, "")
        await ports.threads.open(direct, person).summon((), words, quoted)


async def _told(ports: Ports, breaker: str) -> tuple[str, ...]:
    try:
        members = await members_of(ports.directory, ports.policy.glass.tell if ports.policy.glass else ())
    except LookupDownError:
        return ()
    return tuple(sorted(members - {breaker}))
