"""What we answer at once, without a run: help and status; Slack's mrkdwn, for one reader."""

from datetime import UTC, datetime

from bot.flow import Status
from bot.listeners import words
from bot.listeners.desk import Desk
from bot.slack.blocks import moment
from bot.slack.cards import mention
from bot.slack.escape import cut, mrkdwn, plain
from bot.store.runs import Run

LINES = 10
HELP = """\
*What I can do*
- `/infra why is checkout slow?` or `@infra …`: I look at AWS and Kubernetes, say what I find, and propose a fix
- `/infra status`: what is running, and which approvals wait
- `/infra policy explain kube_scale in production for P2 at 03:00`: who would have to say yes, and by which rule
- `/infra break-glass <approval> <reason>`: in an emergency, carry out what waits for others; it is loud, and kept
- `/infra snooze i-4f2a1c 2h` (or the name of an alert): leave it alone for a while
- `/infra scoreboard week` (`today`, `month`, `90d`, `since 2026-05-01`): how long incidents took, and how well I do
- `/infra handover 12h`: what the shift saw, what waits, and what was changed
- `/infra schedule list`: what is asked by itself; `run`, `pause`, `resume`, `add` and `remove` change it
- `/infra stop`, the word `stop` in a thread, or :octagonal_sign: on a message: stop at once
In a thread I am part of, just write; nobody has to mention me.
I change nothing by myself: a proposal is carried out when the right people press *Approve* on it, \
or put :white_check_mark: on it (:x: rejects)."""


async def answer(desk: Desk, command: words.Command, channel: str, user: str) -> str:
    """Return the answer to help or status, for somebody in a channel."""
    match command:
        case words.Status():
            return status(await desk.flow.status_for(channel, user))
        case words.BreakGlass():
            return "The glass is broken with the command `/infra break-glass <approval> <reason>`, not with a message."
        case words.Schedule():
            return "Schedules are for the command `/infra schedule list`, not for a message."
        case words.Help(about=about) if about:
            return f"{mrkdwn(about)} This is what I understand:\n\n{HELP}"
        case _:
            return HELP


def explained(desk: Desk, about: str, user: str, channel: str) -> str:
    """Return what the policy would decide, with the words of its rules made safe."""
    return mrkdwn(desk.explain(about, user, channel, datetime.now(UTC)))


def status(now: Status) -> str:
    """Return what is going on, in a few lines."""
    lines = [_counts(now)]
    lines += [f"▶ {_run(run)}" for run in now.running[:LINES]]
    lines += [f"… {_run(run)}" for run in now.queued[:LINES]]
    lines += [f"⏰ {_short(ask.text)} in <#{ask.thread.channel}>, {moment(ask.at)}" for ask in now.due[:LINES]]
    for approval in now.approvals[:LINES]:
        summary = _short(approval.proposal.preview.summary)
        lines.append(f"📋 {summary} in <#{approval.thread.channel}>, expires {moment(approval.expires_at)}")
    if now.changes_refused_because:
        lines.append(f"⚠️ Changes are refused: {_short(now.changes_refused_because)}")
    if now.audit_problem:
        lines.append(f"⚠️ The audit trail is not being copied: {_short(now.audit_problem)}")
    if now.policy_problem:
        lines.append(f"⚠️ The policy was edited, and the edit is not in force: {_short(now.policy_problem)}")
    return "\n".join(lines)


def _counts(now: Status) -> str:
    counts = ((now.running, "running"), (now.queued, "queued"), (now.due, "due later"), (now.approvals, "to approve"))
    said = " · ".join(f"{len(things)} {what}" for things, what in counts if things)
    return f"*{said}*" if said else "*Nothing is running, and nothing waits for approval.*"


def _run(run: Run) -> str:
    who = f" for {mention(run.ask.asker)}" if run.ask.asker else ""
    return f"{_short(run.ask.text)} in <#{run.ask.thread.channel}>{who}, since {moment(run.at)}"


def _short(text: str) -> str:
    """Return the first line; an alert's others are in its thread."""
    return cut(mrkdwn(plain(text.strip().partition("\n")[0])), 160)
