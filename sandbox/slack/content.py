"""What a message says: put into it, and checked for the lengths Slack allows.

https://docs.slack.dev/reference/block-kit/blocks
"""

import copy
import json
from typing import Any

from sandbox.slack.messages import Message
from sandbox.slack.wire import Body, Refused

PARTS = frozenset({"text", "blocks", "attachments", "markdown_text", "file_ids"})
TEXT = 40_000
ATTACHMENTS = 100
MARKDOWN = 12_000  # all markdown blocks of a message together
MESSAGE = 13_200  # all words in blocks together; seen in the field, not documented
METADATA = 16_384  # the page names metadata_too_large but no size


def check(told: Body, *, empty_is_fine: bool = False) -> None:
    """Check a message's content.

    Raises:
        Refused: no_text, msg_too_long, invalid_blocks, …
    """
    if not (empty_is_fine or any(told.get(part) for part in PARTS)):
        raise Refused("no_text")
    if told.get("markdown_text") and (told.get("text") or told.get("blocks")):
        raise Refused("markdown_text_conflict", "markdown_text cannot be used with text or blocks")
    if len(told.get("text") or "") > TEXT or len(told.get("markdown_text") or "") > MARKDOWN:
        raise Refused("msg_too_long")
    if len(told.get("attachments") or []) > ATTACHMENTS:
        raise Refused("too_many_attachments")
    check_blocks(told.get("blocks") or [])
    check_metadata(told.get("metadata"))


def check_blocks(blocks: list[Body]) -> None:
    """Check what no single block shows: the words of all together, and ids used twice.

    Raises:
        Refused: msg_blocks_too_long, invalid_blocks.
    """
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if markdown > MARKDOWN or _words(blocks) > MESSAGE:
        raise Refused("msg_blocks_too_long")
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    if len(ids) != len(set(ids)):
        raise Refused("invalid_blocks", "block_id must be unique in a message")
    for block in blocks:
        actions = [element.get("action_id") for element in block.get("elements", []) if element.get("action_id")]
        if len(actions) != len(set(actions)):
            raise Refused("invalid_blocks", "action_id must be unique in a block")


def check_metadata(metadata: Body | None) -> None:
    """Check how much metadata a message carries.

    Raises:
        Refused: metadata_too_large.
    """
    if metadata and len(json.dumps(metadata, ensure_ascii=False).encode()) > METADATA:
        raise Refused("metadata_too_large")


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


def _words(part: Any) -> int:
    """Count the characters of every text in blocks; Any because blocks nest freely."""
    match part:
        case dict():
            own = len(part["text"]) if isinstance(part.get("text"), str) else 0
            return own + sum(_words(value) for value in part.values())
        case list():
            return sum(_words(item) for item in part)
        case _:
            return 0
