"""Where and as whom the app is installed, and what it may do there."""

from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.calls import DeclinedError
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class Installation:
    """The app in a workspace."""

    user: str
    team: str
    scopes: frozenset[str]


async def installation(settings: Settings) -> Installation:
    """Ask Slack about the bot token; the granted scopes come in a header of every answer.

    Raises:
        DeclinedError: Slack does not take the token.
        OSError: Slack could not be reached.
    """
    client = AsyncWebClient(token=settings.slack_bot_token.get_secret_value(), base_url=settings.slack_api_url)
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        raise DeclinedError("auth.test", str(error.response["error"])) from error
    granted = str(answer.headers.get("x-oauth-scopes", ""))
    return Installation(str(answer["user"]), str(answer["team"]), frozenset(filter(None, granted.split(","))))
