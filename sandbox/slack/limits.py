"""Slack's lengths and counts, as JSON Schemas that tighten the ones made from its types.

https://docs.slack.dev/reference/block-kit/blocks and the page of each block, element and object.
"""

from collections.abc import Mapping

from sandbox.slack.wire import Body


def _chars(most: int, least: int = 0) -> Body:
    return {"minLength": least, "maxLength": most}


def _items(most: int, **each: Body) -> Body:
    return {"maxItems": most, **each}


def _has(**properties: Body) -> Body:
    return {"properties": properties}


def _text(most: int) -> Body:
    """Return the limit of a text object; an empty one is refused."""
    return _has(text=_chars(most, 1))


def _block(**properties: Body) -> Body:
    return _has(block_id=_chars(255), **properties)


def _element(**properties: Body) -> Body:
    return _has(action_id=_chars(255), placeholder=_text(150), **properties)


_OPTION = _has(text=_text(75), value=_chars(150), description=_text(75), url=_chars(3000))
_SELECT = _element(options=_items(100), option_groups=_items(100))
_IMAGE = _block(image_url=_chars(3000), alt_text=_chars(2000), title=_text(2000))

DEFINITIONS: Mapping[str, Body] = {
    "ActionsBlock": _block(elements=_items(25)),
    "Button": _element(text=_text(75), value=_chars(2000), url=_chars(3000), accessibility_label=_chars(75)),
    "ChannelsSelect": _SELECT,
    "Checkboxes": _element(options=_items(10)),
    "ConfirmationDialog": _has(title=_text(100), text=_text(300), confirm=_text(30), deny=_text(30)),
    "ContextBlock": _block(elements=_items(10)),
    "ConversationsSelect": _SELECT,
    "DividerBlock": _block(),
    "FileBlock": _block(external_id=_chars(255)),
    "HeaderBlock": _block(text=_text(150)),
    "ImageBlock": _IMAGE,
    "ImageElement": _has(image_url=_chars(3000), alt_text=_chars(2000)),
    "InputBlock": _block(label=_text(2000), hint=_text(2000)),
    "MarkdownBlock": _block(text=_chars(12_000, 1)),
    "ModalView": _has(
        title=_text(24),
        submit=_text(24),
        close=_text(24),
        blocks=_items(100),
        private_metadata=_chars(3000),
        callback_id=_chars(255),
        external_id=_chars(255),
    ),
    "MrkdwnOption": _OPTION,
    "MultiStaticSelect": _SELECT,
    "Overflow": _element(options=_items(5)),
    "PlainTextInput": _element(initial_value=_chars(3000)),
    "PlainTextOption": _OPTION,
    "RadioButtons": _element(options=_items(10)),
    "SectionBlock": _block(text=_text(3000), fields=_items(10, items=_text(2000)))
    | {"anyOf": [{"required": ["text"]}, {"required": ["fields"]}]},
    "StaticSelect": _SELECT,
    "TableBlock": _block(rows=_items(100, items=_items(20))),
    "UsersSelect": _SELECT,
    "VideoBlock": _block(title=_text(200), alt_text=_chars(2000)),
}
"""Limits by the name of Slack's type."""

_MESSAGE = _has(blocks=_items(50))

METHODS: Mapping[str, Body] = {
    "chat.postEphemeral": _MESSAGE,
    "chat.postMessage": _MESSAGE,
    "chat.stopStream": _MESSAGE,
    "chat.update": _MESSAGE,
    "response": _MESSAGE,
}
"""Limits of what one call takes."""
