"""The app as the workspace knows it: tokens, scopes, subscriptions, commands and addresses, from its manifest."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.wire import Body

SUBCOMMANDS = (
    ("help", "what I can do"),
    ("status", "runs under way and approvals waiting"),
    ("stop", "stop what is running here"),
    ("why is checkout slow?", "ask anything about the systems"),
)


@dataclass(frozen=True)
class Application:
    """An installed app.

    Attributes:
        bot_token: Token of the bot, for the Web API.
        app_token: App-level token, for Socket Mode.
        signing_secret: Key of the request signatures.
        scopes: Scopes the bot token has; None means all.
        events: Event types the app subscribed to; None means all.
        commands: Slash commands as the page lists them.
        urls: Request addresses by kind: events_api, interactive, slash_commands.
    """

    bot_token: str
    app_token: str
    signing_secret: str
    scopes: frozenset[str] | None = None
    events: frozenset[str] | None = None
    commands: tuple[Body, ...] = ()
    urls: dict[str, str] = field(default_factory=dict)


def installed(manifest: Body | None) -> Application:
    """Install the app a manifest describes; without one, an app that may do everything over Socket Mode.

    https://docs.slack.dev/reference/app-manifest
    """
    told = manifest or {}
    bot = _at(told, "oauth_config", "scopes", "bot")
    events = _at(told, "settings", "event_subscriptions", "bot_events")
    commands = _at(told, "features", "slash_commands") or [_default_command()]
    return Application(
        bot_token=f"xoxb-0000000000-{_token('bot')}",
        app_token=f"xapp-1-A0INFRA01-{_token('app')}",
        signing_secret=_token("signing")[:32],
        scopes=frozenset(bot) if bot else None,
        events=frozenset(events) if events else None,
        commands=tuple(_command(command) for command in commands),
        urls={} if _at(told, "settings", "socket_mode_enabled") else _urls(told),
    )


def _token(purpose: str) -> str:
    """Make a token that is the same every time: the sandbox guards nothing, and a bot may outlive it."""
    return hashlib.sha256(f"infra sandbox {purpose}".encode()).hexdigest()


def _urls(manifest: Body) -> dict[str, str]:
    commands = _at(manifest, "features", "slash_commands") or [{}]
    urls = {
        "events_api": _at(manifest, "settings", "event_subscriptions", "request_url"),
        "interactive": _at(manifest, "settings", "interactivity", "request_url"),
        "slash_commands": commands[0].get("url"),
    }
    return {kind: url for kind, url in urls.items() if url}


def _default_command() -> Body:
    return {"command": "/infra", "description": "Ask Infra", "usage_hint": "why is checkout slow?"}


def _command(command: Body) -> Body:
    """Return a slash command for the page; Slack knows no sub-commands, so the page's completion lists ours."""
    return {
        "command": command["command"],
        "description": command.get("description", ""),
        "usage_hint": command.get("usage_hint", ""),
        "should_escape": bool(command.get("should_escape")),
        "subcommands": [{"name": name, "hint": hint} for name, hint in SUBCOMMANDS],
    }


def _at(body: Body, *path: str) -> Any:
    """Return what is at a path of a manifest, None if it is not there; Any because a manifest is."""
    for step in path:
        body = body.get(step) or {}
    return body or None
