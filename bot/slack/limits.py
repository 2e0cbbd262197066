"""Slack's limits, each with the page that states it, and the checks we make before sending."""

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from tools.contract import JsonObject

BLOCKS = 50
"""Blocks in a message: https://docs.slack.dev/reference/block-kit/blocks"""
MODAL_BLOCKS = 100
"""Blocks in a modal: https://docs.slack.dev/reference/views/modal-views"""
SECTION = 3000
"""Characters of a section's text: https://docs.slack.dev/reference/block-kit/blocks/section-block"""
FIELD = 2000
"""Characters of one field of a section; same page."""
IMAGE = 2000
"""Characters of an image's words: https://docs.slack.dev/reference/block-kit/blocks/image-block"""
HEADER = 150
"""Characters of a header: https://docs.slack.dev/reference/block-kit/blocks/header-block"""
MARKDOWN = 12_000
"""Characters of all markdown blocks of a message: https://docs.slack.dev/reference/block-kit/blocks/markdown-block"""
MESSAGE = 13_000
"""Characters of all blocks of a message before `msg_blocks_too_long`: 13,172 in slackapi/bolt-js issue 2509."""
TEXT = 4000
"""Characters of a message's text: https://docs.slack.dev/reference/methods/chat.postMessage"""
MODAL_TITLE = 24
"""Characters of a modal's title: https://docs.slack.dev/reference/views/modal-views"""
METADATA = 12_000
"""Bytes of JSON we put into a message's metadata; Slack states no figure, so we stay below a message's own size."""


class MalformedError(ValueError):
    """Blocks Slack would refuse; it is our mistake, found before sending."""


def checked(blocks: list[JsonObject], most: int = BLOCKS) -> list[JsonObject]:
    """Return the blocks as they came.

    Raises:
        MalformedError: Names the block that Slack would refuse, and why.
    """
    if len(blocks) > most:
        raise MalformedError(f"{len(blocks)} blocks are more than the {most} Slack takes; split the message.")
    for block in blocks:
        _parse(block)
    return blocks


def _parse(block: JsonObject) -> None:
    try:
        parsed = Block.parse(block)
        if parsed is None:
            raise MalformedError(f"Slack knows no block of type {block.get('type')!r}; use one it knows.")
        parsed.to_dict()
    except SlackObjectFormationError as error:
        raise MalformedError(f"A {block.get('type')} block does not fit: {error}") from error
