"""What a message says: put into it, and checked for the lengths Slack allows.

https://docs.slack.dev/reference/block-kit/blocks
"""

import copy

from sandbox.slack.messages import Message
from sandbox.slack.wire import Body, Refused

PARTS = frozenset({"text", "blocks", "attachments", "markdown_text", "metadata", "file_ids"})
TEXT = 40_000
BLOCKS = 50
ATTACHMENTS = 100
MARKDOWN = 12_000


def check(told: Body, *, empty_is_fine: bool = False) -> None:
    """Check a message's content.

    Raises:
        Refused: no_text, msg_too_long, invalid_blocks, …
    """
    if not (empty_is_fine or any(told.get(part) for part in PARTS - {"metadata"})):
        raise Refused("no_text")
    if told.get("markdown_text") and (told.get("text") or told.get("blocks")):
        raise Refused("markdown_text_conflict", "markdown_text cannot be used with text or blocks")
    if len(told.get("text") or "") > TEXT or len(told.get("markdown_text") or "") > MARKDOWN:
        raise Refused("msg_too_long")
    if len(told.get("attachments") or []) > ATTACHMENTS:
        raise Refused("too_many_attachments")


def fill(message: Message, told: Body) -> None:
    """Replace a message's content; what was streamed into it goes too."""
    message.text = told.get("text") or told.get("markdown_text") or ""
    message.blocks = copy.deepcopy(told.get("blocks") or [])
    if told.get("markdown_text"):
        message.blocks = [{"type": "markdown", "text": told["markdown_text"]}]
    message.attachments = copy.deepcopy(told.get("attachments") or [])
    message.stream = None
    if "metadata" in told:
        message.metadata = told["metadata"] or None
