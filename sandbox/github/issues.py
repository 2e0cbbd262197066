"""Comments and labels; a pull request is an issue here too."""

from __future__ import annotations

from sandbox.github.refusals import invalid, unprocessable
from sandbox.github.requests import Answer, Here
from sandbox.github.shapes import told, user
from sandbox.github.state import BOT

BODY = 65_536
"""Characters of a comment: what GitHub's own refusal names."""


def comments(here: Here) -> Answer:
    """Answer with the comments on a pull request."""
    return Answer(here.repository.pull(here.parts["number"]).comments)


def create_comment(here: Here) -> Answer:
    """Add a comment."""
    pull, body = here.repository.pull(here.parts["number"]), here.text("body")
    if not body.strip():
        raise invalid("IssueComment", "body", "missing_field")
    if len(body) > BODY:
        raise unprocessable(f"Body is too long (maximum is {BODY} characters)")
    number = next(here.hub.ids)
    url = f"{here.hub.url}/{here.repository.full_name}/pull/{pull.number}#issuecomment-{number}"
    about = {"id": number, "user": user(BOT), "created_at": told(here.hub.now()), "html_url": url}
    pull.comments.append({**about, "body": body})
    return Answer(pull.comments[-1], 201)


def add_labels(here: Here) -> Answer:
    """Put labels on a pull request; GitHub makes those that do not exist."""
    pull, labels = here.repository.pull(here.parts["number"]), here.texts("labels")
    pull.labels += [name for name in labels if name not in pull.labels]
    here.repository.labels += [name for name in labels if name not in here.repository.labels]
    return Answer([{"name": name} for name in pull.labels])


def labels(here: Here) -> Answer:
    """Answer with the labels of the repository."""
    return Answer([{"name": name} for name in here.repository.labels])
