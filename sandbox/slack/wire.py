"""The words every part of the sandbox Slack shares: a JSON body, and a refusal in Slack's shape."""

import json
from typing import Any, TypeAlias

Body: TypeAlias = dict[str, Any]
"""A JSON object on Slack's wire; its shape is checked by `schema`, not by Python's types."""


def parsed(text: str | bytes) -> Any:
    """Read JSON, and nothing Python alone would take for it; Any because that is what JSON is.

    Raises:
        ValueError: When it is not JSON.
    """
    return json.loads(text, parse_constant=_no_number)


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is not JSON.")


class Refused(Exception):
    """Slack says no: `error` is its code, `messages` its explanation.

    Attributes:
        error: Slack's error code, such as `channel_not_found`.
        messages: Lines for `response_metadata.messages`.
        more: Further members of the answer, such as `needed` and `provided`.
    """

    def __init__(self, error: str, *messages: str, **more: str) -> None:
        super().__init__(error, *messages)
        self.error = error
        self.messages = messages
        self.more = more

    def body(self) -> Body:
        """Return the answer as Slack words it."""
        answer: Body = {"ok": False, "error": self.error, **self.more}
        if self.messages:
            answer["response_metadata"] = {"messages": [f"[ERROR] {line}" for line in self.messages]}
        return answer


class Unusable(Exception):
    """The page, or a test, asked for something that cannot be; the sentence says what to do."""
