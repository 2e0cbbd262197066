"""A request to the API taken apart, and an answer not yet written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.github.refusals import unprocessable
from sandbox.github.state import Hub, Json, Repository


@dataclass(frozen=True)
class Answer:
    """What to answer; a list (or the list under `key`) goes out in pages."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    media: str = "application/json"
    key: str = ""


@dataclass(frozen=True)
class Here:
    """What a request is about.

    Attributes:
        hub: The company's GitHub.
        repository: The repository in the path.
        parts: Named parts of the path.
        query: The query.
        body: The JSON body, an object.
        accept: The media type asked for, its version left out, such as `diff`.
    """

    hub: Hub
    repository: Repository
    parts: Mapping[str, str]
    query: Mapping[str, str]
    body: Json
    accept: str = "json"

    def text(self, name: str) -> str:
        """Return a text of the body that has to be there.

        Raises:
            GitHubError: It is not, or is no text.
        """
        value = self.body.get(name)
        if not isinstance(value, str):
            raise unprocessable(f'Invalid request.\n\n"{name}" wasn\'t supplied.')
        return value

    def texts(self, name: str) -> list[str]:
        """Return a list of texts in the body, empty where there is none.

        Raises:
            GitHubError: It is something else.
        """
        value = self.body.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise unprocessable(f"Invalid request.\n\nFor 'properties/{name}', it is not an array of strings.")
        return value
