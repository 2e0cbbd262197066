"""What we answer at once, without a run: help and status; Slack's mrkdwn, for one reader."""

from datetime import UTC, datetime

from bot.flow import Status
from bot.listeners import words
from bot.listeners.desk import Desk
from bot.slack.blocks import moment
from bot.slack.cards import mention
from bot.slack.escape import cut, mrkdwn, plain
from bot.store.incidents import Incident
from bot.store.runs import Run
from bot.store.silences import Silence

LINES = 10
HELP = """\
*What I can do*
- `/infra why is checkout slow?` or `@infra …`: I look at AWS and Kubernetes, say what I find, and propose a fix
- `/infra status`: open incidents, what is running, which approvals wait, and what is left alone
- `/infra policy explain kube_scale in production for P2 at 03:00`: who would have to say yes, and by which rule
- `/infra break-glass <approval> <reason>`: in an emergency, carry out what waits for others; it is loud, and kept
- `/infra snooze i-4f2a1c 2h` (or the name of an alert): leave it alone for a while; `/infra unsnooze` ends it early
- `/infra alerts parked`: alerts that could not be taken in; `/infra alerts release` tries them again
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
        case words.Aside():
            return "Alerts that were put aside are for the command `/infra alerts parked`, not for a message."
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
    lines += [in_a_line(one) for one in now.incidents[:LINES]]
    lines += [f"▶ {_run(run)}" for run in now.running[:LINES]]
    lines += [f"… {_run(run)}" for run in now.queued[:LINES]]
    lines += [f"⏰ {_short(ask.text)} in <#{ask.thread.channel}>, {moment(ask.at)}" for ask in now.due[:LINES]]
    for approval in now.approvals[:LINES]:
        summary = _short(approval.proposal.preview.summary)
        lines.append(f"📋 {summary} in <#{approval.thread.channel}>, expires {moment(approval.expires_at)}")
    lines += [f"💤 {left_alone(one)}" for one in now.silences[:LINES]]
    return "\n".join([*lines, *_troubles(now)])


def left_alone(one: Silence) -> str:
    """Return what alerts start nothing, for whom and until when."""
    until = moment(one.until, "{date_short_pretty} {time}")
    return f"Alerts `{_short(one.pattern)}` start nothing until {until}, says {mention(one.by)}"


def in_a_line(one: Incident) -> str:
    """Return an open incident in a line: what, whose, where, since when, and whether it is left alone."""
    bad = f"{one.severity} " if one.severity else ""
    where = one.thread.channel if one.thread else one.to
    end = moment(one.snoozed, "{date_short_pretty} {time}") if one.snoozed else ""
    quiet = f", snoozed until {end}" if one.snoozed and one.snoozed > datetime.now(UTC) else ""
    return f"🔥 {bad}`{one.id}` {_short(one.title)} in <#{where}>, since {moment(one.opened)}{quiet}"


def _troubles(now: Status) -> list[str]:
    """Return a line for each thing that is not right with us."""
    told = (
        (now.changes_refused_because, "Changes are refused"),
        (now.audit_problem, "The audit trail is not being copied"),
        (now.policy_problem, "The policy was edited, and the edit is not in force"),
    )
    return [f"⚠️ {what}: {_short(why)}" for why, what in told if why]


def _counts(now: Status) -> str:
    counts = (
        (len(now.incidents), "open incidents" if len(now.incidents) > 1 else "open incident"),
        (len(now.running), "running"),
        (len(now.queued), "queued"),
        (len(now.due), "due later"),
        (len(now.approvals), "to approve"),
        (now.parked, "alerts put aside (`/infra alerts parked`)"),
    )
    said = " · ".join(f"{number} {what}" for number, what in counts if number)
    return f"*{said}*" if said else "*No incident is open, nothing is running, and nothing waits for approval.*"


def _run(run: Run) -> str:
    who = f" for {mention(run.ask.asker)}" if run.ask.asker else ""
    return f"{_short(run.ask.text)} in <#{run.ask.thread.channel}>{who}, since {moment(run.at)}"


def _short(text: str) -> str:
    """Return the first line; an alert's others are in its thread."""
    return cut(mrkdwn(plain(text.strip().partition("\n")[0])), 160)
