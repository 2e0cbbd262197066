"""The windows that ask somebody something about a card; each carries the approval's id and nothing else."""

from bot.slack.blocks import section
from bot.slack.cards import spoken
from bot.slack.escape import plain
from bot.slack.limits import MODAL_TITLE
from tools.contract import JsonObject

CHANGES = "infra_changes_form"
EDIT = "infra_edit_form"
WORDS = "infra_words"
MOST_WORDS = 2000
"""Characters; enough for a review, and far below what a plain-text input takes:
https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element"""
WORKING = "Working on it …"


def changes(approval_id: str) -> JsonObject:
    """Return the window that asks what should be different."""
    words: JsonObject = {
        "type": "plain_text_input",
        "action_id": WORDS,
        "multiline": True,
        "max_length": MOST_WORDS,
        "focus_on_load": True,
    }
    asking: JsonObject = {
        "type": "input",
        "block_id": WORDS,
        "label": _plain("What should be different?"),
        "hint": _plain("This proposal is closed, and I look into what you write. Somebody else approves what comes."),
        "element": words,
    }
    return form(CHANGES, "Request changes", "Request", approval_id, [asking])


def edit(approval_id: str, tool: str, fields: list[JsonObject]) -> JsonObject:
    """Return the window with a proposal's arguments to change."""
    hint = section(f"`{plain(tool)}` with these arguments becomes a proposal of yours; somebody else approves it.")
    return form(EDIT, "Edit the proposal", "Propose this", approval_id, [hint, *fields])


def words_of(view: JsonObject) -> str:
    """Return what somebody wrote into the window that asks for changes."""
    return str(filled(view, WORDS).get("value") or "").strip()


def filled(view: JsonObject, block: str) -> JsonObject:
    """Return what somebody filled into a window's block, as Slack tells it."""
    state = view.get("state")
    values = state.get("values") if isinstance(state, dict) else None
    found = values.get(block) if isinstance(values, dict) else None
    inside = found.get(block) if isinstance(found, dict) else None
    return inside if isinstance(inside, dict) else {}


def told(words: str) -> JsonObject:
    """Return a window that only says something."""
    return {
        "type": "modal",
        "callback_id": "infra_told",
        "title": _plain("Infra"),
        "close": _plain("Close"),
        "blocks": [section(spoken(words))],
    }


def form(callback: str, title: str, submit: str, approval_id: str, blocks: list[JsonObject]) -> JsonObject:
    """Return a window to fill in."""
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": approval_id,
        "title": _plain(title[:MODAL_TITLE]),
        "submit": _plain(submit),
        "close": _plain("Cancel"),
        "blocks": blocks,
    }


def _plain(text: str) -> JsonObject:
    return {"type": "plain_text", "text": text}
