"""The windows that ask somebody something about an item of a digest; each carries where the item is."""

from bot.slack.forms import MOST_WORDS, WORDS, form
from tools.contract import JsonObject

NOT_OURS = "infra_not_ours_form"
ASK = "infra_ask_form"
ACCEPT = "infra_accept_form"
UNTIL = "infra_until"


def not_ours(carried: str) -> JsonObject:
    """Return the window that asks why an item is not ours."""
    hint = "It is not listed in this digest any more; your words are kept, and shown below it."
    return form(NOT_OURS, "Not ours", "Hide it", carried, [_words("Why is this not ours?", hint)])


def ask(carried: str) -> JsonObject:
    """Return the window that asks what to look into."""
    hint = "I answer in the thread of the digest, where everybody can read it."
    return form(ASK, "Ask about it", "Ask", carried, [_words("What do you want to know?", hint)])


def accept(carried: str) -> JsonObject:
    """Return the window that asks why a risk is accepted, and until when."""
    hint = "Kept as the finding's note in Security Hub. Two people have to agree, and you are none of them."
    until: JsonObject = {
        "type": "input",
        "block_id": UNTIL,
        "label": {"type": "plain_text", "text": "Until"},
        "hint": {"type": "plain_text", "text": "At most 180 days ahead; on that day it counts as open again."},
        "element": {"type": "datepicker", "action_id": UNTIL},
    }
    return form(ACCEPT, "Accept the risk", "Propose it", carried, [_words("Why is this no risk here?", hint), until])


def _words(label: str, hint: str) -> JsonObject:
    field = {"type": "plain_text_input", "action_id": WORDS, "multiline": True, "max_length": MOST_WORDS}
    return {
        "type": "input",
        "block_id": WORDS,
        "label": {"type": "plain_text", "text": label},
        "hint": {"type": "plain_text", "text": hint},
        "element": field | {"focus_on_load": True},
    }
