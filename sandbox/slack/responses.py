"""Response addresses: five uses within thirty minutes of the interaction they belong to.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

import secrets
from dataclasses import dataclass

from sandbox.clock import Clock
from sandbox.slack.wire import Refused

USES = 5
SECONDS = 30 * 60


@dataclass
class ResponseUrl:
    """Where an answer to one interaction may go; `message_ts` is the message it came from, if it did."""

    channel: str
    person: str
    made_at: float
    message_ts: str = ""
    thread_ts: str | None = None
    uses: int = 0


class ResponseUrls:
    """Hands out response addresses and counts their uses."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._urls: dict[str, ResponseUrl] = {}

    def make(self, channel: str, person: str, message_ts: str = "", thread_ts: str | None = None) -> str:
        """Return the secret part of a new address."""
        secret = secrets.token_urlsafe(16)
        self._urls[secret] = ResponseUrl(channel, person, self._clock.time(), message_ts, thread_ts)
        return secret

    def use(self, secret: str) -> ResponseUrl:
        """Use an address once.

        Raises:
            Refused: used_url or expired_url, as Slack words them.
        """
        url = self._urls.get(secret)
        if url is None or self._clock.time() - url.made_at > SECONDS:
            raise Refused("expired_url")
        if url.uses >= USES:
            raise Refused("used_url")
        url.uses += 1
        return url
