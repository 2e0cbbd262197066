"""Slack's rate limits: so many calls a minute for each method, and about one post a second in a channel.

https://docs.slack.dev/apis/web-api/rate-limits
"""

import math
from collections import defaultdict, deque

MINUTE = 60.0
POSTS_AT_ONCE = 5


class Rates:
    """Counts calls. `multiplier` widens every limit; `math.inf` switches them off."""

    def __init__(self, multiplier: float = 1.0) -> None:
        self.multiplier = multiplier
        self._calls: dict[str, deque[float]] = defaultdict(deque)
        self._posts: dict[str, float] = {}
        self._blocked: dict[str, float] = {}

    def wait(self, method: str, per_minute: int, at: float) -> int:
        """Count a call; return 0 if it may pass, else the whole seconds to stay away."""
        calls = self._calls[method]
        while calls and calls[0] <= at - MINUTE:
            calls.popleft()
        if len(calls) >= per_minute * self.multiplier:
            return self._block(method, at, calls[0] + MINUTE - at)
        calls.append(at)
        return 0

    def wait_to_post(self, channel: str, at: float) -> int:
        """Count a post in a channel: one a second, a few at once."""
        if math.isinf(self.multiplier):
            return 0
        gap = 1 / self.multiplier
        free_at = max(self._posts.get(channel, 0.0), at - (POSTS_AT_ONCE - 1) * gap)
        if free_at > at:
            return self._block(f"post {channel}", at, free_at - at)
        self._posts[channel] = free_at + gap
        return 0

    def early(self, key: str, at: float) -> bool:
        """Tell whether a call comes before the time it was told to wait for."""
        return at < self._blocked.get(key, 0.0)

    def block(self, key: str, at: float, seconds: float) -> int:
        """Remember that calls were told to stay away, as an injected 429 does."""
        return self._block(key, at, seconds)

    def _block(self, key: str, at: float, seconds: float) -> int:
        whole = max(1, math.ceil(seconds))
        self._blocked[key] = at + whole
        return whole
