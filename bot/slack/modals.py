"""The "View all" window: everything an approval binds, uncut, with the buttons to decide on it; pure."""

import json
from collections.abc import Iterator
from itertools import islice

from bot.approvals.model import Approval, State
from bot.slack.blocks import FENCE, actions, context, fenced, header, section
from bot.slack.cards import ballot, exact, spoken, standing
from bot.slack.escape import code, mrkdwn, plain
from bot.slack.limits import MODAL_BLOCKS, MODAL_TITLE, SECTION
from tools.contract import JsonObject
from tools.proposal import Proposal

TITLE = "Everything it would do"[:MODAL_TITLE]
_ROOM = SECTION - 2 * len(FENCE) - 2
_TOO_MUCH = "… (cut) It does not fit into Slack, so it cannot be approved here."
_SPARE = 8  # blocks that are not slices of text


def loading() -> JsonObject:
    """Return the window to open at once; a trigger lives three seconds."""
    return _view([section("Fetching it …")])


def gone() -> JsonObject:
    """Return the window for an approval that is no longer there."""
    return _view([section("This approval is not stored any more. Ask again to get a new proposal.")])


def refused(words: str) -> JsonObject:
    """Return the window for somebody who may not look."""
    return _view([section(words or "This is not for you to see.")])


def everything(approval: Approval, words: str = "") -> JsonObject:
    """Return the whole approval; if even a window cannot hold it, it says so and cannot be approved."""
    told = [section(f"*{spoken(words)}*")] if words else []
    blocks = [header(plain(approval.proposal.preview.summary)), *told, section(standing(approval))]
    parts = (block for title, text in _parts(approval.proposal) if text.strip() for block in _part(title, text))
    blocks += islice(parts, MODAL_BLOCKS)  # enough to tell that it is too much
    complete = len(blocks) <= MODAL_BLOCKS - _SPARE
    if not complete:
        blocks = [*blocks[: MODAL_BLOCKS - _SPARE], context(_TOO_MUCH)]
    return _view([*blocks, *_decide(approval, complete=complete)])


def _parts(proposal: Proposal) -> list[tuple[str, str]]:
    preview = proposal.preview
    return [
        ("Exactly this would run", exact(proposal)),
        ("Dry run", preview.diff),
        ("Why", proposal.reason),
        ("Untrusted text that may have led to this", "\n".join(proposal.taint)),
        ("Who would notice", preview.blast_radius),
        ("Way back", preview.way_back),
        ("True when it was proposed", json.dumps(preview.observed, indent=1, ensure_ascii=False)),
    ]


def _decide(approval: Approval, *, complete: bool) -> list[JsonObject]:
    if approval.state is not State.OPEN:
        return []
    approve, reject = ballot(approval.proposal.id, approval.proposal.risk)
    return [actions("infra_window", *([approve] if complete else []), reject)]


def _part(title: str, text: str) -> Iterator[JsonObject]:
    yield section(f"*{mrkdwn(title)}*")
    for piece in pieces(text, _ROOM):
        yield fenced(piece)


def pieces(text: str, room: int) -> Iterator[str]:
    """Yield the text escaped for a fence, in slices that fit, each character escaped once and never torn."""
    slice_: list[str] = []
    size = 0
    for character in code(text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"):
        escaped = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}.get(character, character)
        if size + len(escaped) > room:
            yield "".join(slice_)
            slice_, size = [], 0
        slice_.append(escaped)
        size += len(escaped)
    yield "".join(slice_)


def _view(blocks: list[JsonObject]) -> JsonObject:
    return {
        "type": "modal",
        "callback_id": "infra_everything",
        "title": {"type": "plain_text", "text": TITLE},
        "close": {"type": "plain_text", "text": "Close"},
        "blocks": blocks,
    }
