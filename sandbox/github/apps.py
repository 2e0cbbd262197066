"""A GitHub App: it shows that it has its key, and gets a token for its installation."""

from __future__ import annotations

import re
from datetime import timedelta

import jwt

from sandbox.github.refusals import bad_credentials, not_found
from sandbox.github.requests import Answer
from sandbox.github.state import TOKEN, Hub

INSTALLATION = re.compile(r"/app/installations/(?P<number>\d{1,18})/access_tokens")
HOUR = timedelta(hours=1)


def app_token(hub: Hub, number: int, shown: str) -> Answer:
    """Answer with a token if the request is signed with the App's key."""
    try:
        claims = jwt.decode(shown, hub.app_key, algorithms=["RS256"], options={"verify_iat": False})
    except (jwt.InvalidTokenError, ValueError) as error:
        raise bad_credentials() from error
    if number != hub.installation or str(claims.get("iss")) != hub.app:
        raise not_found()
    hub.tokens_given += 1
    return Answer({"token": TOKEN, "expires_at": (hub.now() + HOUR).strftime("%Y-%m-%dT%H:%M:%SZ")}, 201)
