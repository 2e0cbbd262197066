"""A GitHub App's own token: made of its key, good for an hour, renewed before it ends."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from config.settings import Settings
from tools.contract import ToolError

EARLY = timedelta(minutes=5)
"""Before its end a token is renewed: https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app."""

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def token(settings: Settings) -> str:
    """Return the App's token, empty if no App is set.

    Raises:
        ToolError: GitHub does not know the App or the installation, the key is not its, or it cannot be reached.
    """
    key = settings.github_app_key.get_secret_value()
    if not settings.github_app_id or not key:
        return ""
    if not settings.github_app_installation:
        raise ToolError(
            "GITHUB_APP_INSTALLATION is not set; it is the number at the end of the installation's address."
        )
    return _installation(settings.github_api_url, settings.github_app_id, settings.github_app_installation, key).token()


@cache
def _installation(url: str, app: str, number: int, key: str) -> _Installation:
    return _Installation(url, app, number, key)


@dataclass
class _Installation:
    url: str
    app: str
    number: int
    key: str = field(repr=False)
    _held: str = field(default="", repr=False)
    _until: datetime = _NEVER
    _alone: threading.Lock = field(default_factory=threading.Lock)

    def token(self) -> str:
        with self._alone:
            if datetime.now(UTC) > self._until - EARLY:
                self._held, self._until = self._made()
            return self._held

    def _made(self) -> tuple[str, datetime]:
        import github  # noqa: PLC0415  a third of a second, paid by the first reading only
        import requests  # noqa: PLC0415  as above

        try:
            auth = github.Auth.AppAuth(self.app, self.key.replace("\\n", "\n"))
            hub = github.GithubIntegration(auth=auth, base_url=self.url.rstrip("/"), timeout=8, retry=None)
            made = hub.get_access_token(self.number)
        except (github.GithubException, requests.exceptions.RequestException, ValueError, TypeError) as error:
            raise ToolError(
                f"GitHub gave no token to the App {self.app} ({type(error).__name__}); check GITHUB_APP_ID, "
                "GITHUB_APP_INSTALLATION and GITHUB_APP_KEY."
            ) from error
        return made.token, made.expires_at
