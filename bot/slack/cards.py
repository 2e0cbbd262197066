"""The approval card in each of its states, built from the stored approval only; pure."""

import json
import re
from dataclasses import dataclass

from bot.approvals.model import Answer, Approval, State, Vote
from bot.slack.blocks import FENCE, actions, button, confirm, context, fenced, fields, header, moment, section
from bot.slack.escape import MARK, code, cut, mrkdwn, plain
from bot.slack.limits import METADATA, SECTION
from tools.contract import Call, JsonObject, Risk
from tools.proposal import Proposal

APPROVE = "infra_approve"
REJECT = "infra_reject"
VIEW = "infra_view"
CHANGES = "infra_changes"
REVOKE = "infra_revoke"
EDIT = "infra_edit"
EVENT = "infra_approval"

_CODE = SECTION - 2 * len(FENCE) - 2
_WORDS = 900
_PERSON = re.compile(r"[UW][A-Z0-9]{2,}")
_ESCAPED_PERSON = re.compile(r"&lt;@([UW][A-Z0-9]{2,})&gt;")
_MARKS = {Risk.LOW: "🟢", Risk.MEDIUM: "🟡", Risk.HIGH: "🔴"}
_EXACT = "What runs is exactly the arguments and the dry run above"
_SOURCES = 5
"""Sources named on a card; the window behind "View all" names all of them."""
_VERBS = {
    Answer.APPROVE: "approved",
    Answer.REJECT: "rejected",
    Answer.CHANGES: "requested changes",
    Answer.EDIT: "edited",
    Answer.REVOKE: "revoked",
    Answer.BREAK_GLASS: "🚨 broke the glass",
}
_STANDING = {
    State.OPEN: "⏳ *Waiting for a decision*",
    State.FROZEN: "❄️ *Not now*: the policy does not allow this for the time being",
    State.APPROVED: "✅ *Approved*, about to be carried out",
    State.REJECTED: "🚫 *Rejected*, nothing was changed",
    State.CHANGES_REQUESTED: "✏️ *Changes requested*, nothing was changed; the answer to them comes in this thread",
    State.SUPERSEDED: "✏️ *Edited*, nothing was changed; another card took the place of this one",
    State.REVOKED: "🚫 *Revoked* before it was sent, nothing was changed",
    State.EXPIRED: "⌛ *Expired* without a decision, nothing was changed",
    State.DISPATCHED: "⚙️ *Being carried out* …",
    State.DONE: "✅ *Done* and read back",
    State.FAILED: "❌ *Failed*, the target refused it",
    State.STALE: "↩️ *Not carried out*: the target had moved since this was proposed",
    State.REFUSED: "🚫 *Refused*, nothing was sent",
    State.UNKNOWN: "❓ *Outcome unknown*: it was sent, and reading back could not tell. Look before you repeat it",
}


@dataclass(frozen=True, slots=True)
class Card:
    """A message ready to send: blocks, the words for notifications, and the metadata it is found by."""

    blocks: list[JsonObject]
    text: str
    metadata: JsonObject


def card(approval: Approval) -> Card:
    """Return the card as it should look now."""
    proposal = approval.proposal
    blocks = [
        header(f"{_MARKS[proposal.risk]} {plain(_head(proposal.preview.summary, SECTION))}"),
        section(f"*Why:* {_why(proposal)}"),
        fenced(code(_head(exact(proposal), SECTION))),
        *_change(proposal),
        fields([("Who would notice", _short(proposal.preview.blast_radius)), ("Way back", way_back(proposal))]),
        context(_facts(proposal), _deciders(approval), tainted(proposal)),
        section(standing(approval)),
        *_buttons(approval),
    ]
    return Card(
        blocks, f"{_STANDING[approval.state]}: {mrkdwn(cut(proposal.preview.summary, 300))}", _metadata(approval)
    )


def standing(approval: Approval) -> str:
    """Return where the approval stands and who said what, in mrkdwn."""
    lines = [_STANDING[approval.state], *map(_vote, approval.votes)]
    if approval.detail:
        lines.append(f"> {_short(approval.detail)}".replace("\n", "\n> "))
    if approval.state is State.OPEN:
        lines[0] += f" · expires {moment(approval.expires_at)}"
    return "\n".join(lines)


def exact(proposal: Proposal) -> str:
    """Return the tool and every argument, one a line: exactly what would run."""
    arguments = [f"  {name} = {json.dumps(value, ensure_ascii=False)}" for name, value in sorted(proposal.args.items())]
    return "\n".join([proposal.tool, *arguments])


def hides(proposal: Proposal) -> bool:
    """Tell whether the arguments do not fit on the card, so that nobody may say yes without opening them."""
    return _over(exact(proposal), _CODE)


def shortened(proposal: Proposal) -> bool:
    """Tell whether anything of the proposal is cut on the card."""
    preview = proposal.preview
    long = any(_over(text, _WORDS) for text in (proposal.reason, preview.blast_radius, preview.way_back))
    return long or hides(proposal) or _over(preview.diff, _CODE) or len(proposal.taint) > _SOURCES


def tainted(proposal: Proposal) -> str:
    """Return whose words the proposal may rest on, with a warning, in mrkdwn."""
    if not proposal.taint:
        return f"Nothing but the asker's words led to this. {_EXACT}"
    named = ", ".join(_source(one) for one in proposal.taint[:_SOURCES])
    more = f" and {len(proposal.taint) - _SOURCES} more" if len(proposal.taint) > _SOURCES else ""
    return f"⚠️ *Untrusted text* may have led to this: {named}{more}. {_EXACT}"


def way_back(proposal: Proposal) -> str:
    """Return how to undo it, with the call that does."""
    undo = proposal.preview.undo
    return _short(proposal.preview.way_back) + (f"\n`{_short(called(undo))}`" if undo else "")


def called(call: Call) -> str:
    """Return a call as people write it."""
    arguments = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in call.args.items())
    return f"{call.tool}({arguments})".replace("`", "'")


def mention(user: str) -> str:
    """Return a person's name as Slack shows it; anything that is no Slack id stays words."""
    return f"<@{user}>" if _PERSON.fullmatch(user) else mrkdwn(user)


def ballot(approval_id: str, risk: Risk) -> tuple[JsonObject, JsonObject]:
    """Return the two buttons that carry the approval's id and nothing else."""
    question = None
    if risk is not Risk.LOW:
        text = "It is carried out at once, exactly as shown, and read back."
        question = confirm(f"Approve this {risk.value}-risk change?", text, "Approve")
    return (
        button(APPROVE, "Approve", approval_id, "primary", question),
        button(REJECT, "Reject", approval_id, "danger"),
    )


def _source(name: str) -> str:
    who = name.removeprefix("words of ")
    return f"words of {mention(who)}" if who != name else mrkdwn(plain(name))


def spoken(words: str) -> str:
    """Return a sentence of our own in mrkdwn; people in it are shown as Slack shows them, nothing else is live."""
    return _ESCAPED_PERSON.sub(r"<@\1>", mrkdwn(words))


def _why(proposal: Proposal) -> str:
    cited = " ".join(f"[{plain(one)}]" for one in proposal.evidence[:20])
    return f"{_short(proposal.reason) or 'no reason was given'} {mrkdwn(cited)}"


def _change(proposal: Proposal) -> list[JsonObject]:
    return [fenced(code(_head(proposal.preview.diff, SECTION)))] if proposal.preview.diff.strip() else []


def _facts(proposal: Proposal) -> str:
    named = [f"run {proposal.run_id}", f"approval {proposal.id[:8]}"]
    facts = [f"{proposal.risk.value} risk", proposal.environment, proposal.service, *named]
    asked = (
        f"asked by {mention(proposal.asker)}" if proposal.asker else "nobody asked: it follows an alert or a schedule"
    )
    return " · ".join([*(mrkdwn(plain(fact)) for fact in facts if fact), asked])


def _deciders(approval: Approval) -> str:
    decision = approval.decision
    groups = " or ".join(f"@{plain(group)}" for group in decision.groups) or "nobody"
    people = "one person" if decision.quorum == 1 else f"{decision.quorum} different people"
    given = sum(vote.answer is Answer.APPROVE for vote in approval.votes)
    own = ", not the asker" if approval.proposal.asker else ""
    return f"May approve: {mrkdwn(groups)}{own} · needs {people}, has {given} · rule _{mrkdwn(plain(decision.rule))}_"


def _vote(vote: Vote) -> str:
    return f"{mention(vote.voter)} {_VERBS[vote.answer]} {moment(vote.at)}"


def _buttons(approval: Approval) -> list[JsonObject]:
    proposal = approval.proposal
    view = [button(VIEW, "View all", proposal.id)] if shortened(proposal) else []
    match approval.state:
        case State.OPEN:
            return _choices(proposal, view)
        case State.APPROVED:
            return [actions("infra_card", button(REVOKE, "Revoke", proposal.id, "danger"), *view)]
        case _:
            return [actions("infra_card", *view)] if view else []


def _choices(proposal: Proposal, view: list[JsonObject]) -> list[JsonObject]:
    approve, reject = ballot(proposal.id, proposal.risk)
    otherwise = button(CHANGES, "Request changes", proposal.id)
    if hides(proposal):
        return [
            context(f"{MARK} Some arguments do not fit here: open all of them to approve."),
            actions("infra_card", *view, reject, otherwise),
        ]
    return [actions("infra_card", approve, reject, otherwise, button(EDIT, "Edit", proposal.id), *view)]


def _metadata(approval: Approval) -> JsonObject:
    """Return flat metadata: Slack's own type of it takes no nested data, so the arguments are a JSON string."""
    proposal = approval.proposal
    args = json.dumps(proposal.args, sort_keys=True)  # half a character cannot be sent but as an escape
    payload: JsonObject = {
        "approval_id": proposal.id,
        "tool": proposal.tool,
        "args": args if len(args) < METADATA // 2 else "{}",
        "state": approval.state.value,
        "revision": approval.revision,
    }
    return {"event_type": EVENT, "event_payload": payload}


def _short(text: str) -> str:
    return cut(mrkdwn(_head(text, _WORDS)), _WORDS)


def _over(text: str, limit: int) -> bool:
    return len(text) > limit or len(code(text)) > limit


def _head(text: str, limit: int) -> str:
    """Return no more than has a chance to be shown, so that escaping 100 kB of hostile text costs nothing."""
    return text if len(text) <= limit else cut(text, limit)
