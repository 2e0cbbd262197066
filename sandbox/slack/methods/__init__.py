"""The Web API's methods: what each does, the scopes it needs and how often it may be called.

Rates are the tiers of each method's page: https://docs.slack.dev/apis/web-api/rate-limits
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.slack.methods import app, chat, conversations, files, groups, people, reactions, sessions, streams, views
from sandbox.slack.wire import Body
from sandbox.slack.workspace import Workspace

TIER_2, TIER_3, TIER_4, SPECIAL = 20, 50, 100, 600


@dataclass(frozen=True)
class Method:
    """A method.

    Attributes:
        call: Does it; raises `Refused`.
        per_minute: Calls a minute.
        scope: Scope of the bot token it needs, empty for none; `{kind}` stands for channels or im.
        caller: Whose token it takes, the `bot` or the `app`.
        posts: Whether it counts against the channel's one post a second.
    """

    call: Callable[[Workspace, Body], Body]
    per_minute: int
    scope: str = ""
    caller: str = "bot"
    posts: bool = False

    def needs(self, args: Body) -> str:
        """Return the scope a call needs; what is read in a direct message needs another than in a channel."""
        kind = "im" if str(args.get("channel", "")).startswith("D") else "channels"
        return self.scope.format(kind=kind)


METHODS: Mapping[str, Method] = {
    "agents.sessions.setStatus": Method(sessions.set_status, TIER_3, "chat:write"),
    "api.test": Method(app.api_test, TIER_4),
    "apps.connections.open": Method(app.connections_open, SPECIAL, caller="app"),
    "assistant.threads.setStatus": Method(sessions.set_line, SPECIAL, "chat:write"),
    "auth.test": Method(app.auth_test, SPECIAL),
    "bots.info": Method(people.bots_info, TIER_3, "users:read"),
    "chat.appendStream": Method(streams.append, TIER_4, "chat:write"),
    "chat.delete": Method(chat.delete, TIER_3, "chat:write"),
    "chat.getPermalink": Method(chat.get_permalink, SPECIAL),
    "chat.postEphemeral": Method(chat.post_ephemeral, TIER_4, "chat:write"),
    "chat.postMessage": Method(chat.post_message, SPECIAL, "chat:write", posts=True),
    "chat.startStream": Method(streams.start, TIER_2, "chat:write"),
    "chat.stopStream": Method(streams.stop, TIER_2, "chat:write"),
    "chat.update": Method(chat.update, TIER_3, "chat:write"),
    "conversations.history": Method(conversations.history, TIER_3, "{kind}:history"),
    "conversations.info": Method(conversations.info, TIER_3, "{kind}:read"),
    "conversations.list": Method(conversations.list_all, TIER_2, "{kind}:read"),
    "conversations.members": Method(conversations.members, TIER_4, "{kind}:read"),
    "conversations.open": Method(conversations.open_direct, TIER_3, "im:write"),
    "conversations.replies": Method(conversations.replies, TIER_3, "{kind}:history"),
    "files.completeUploadExternal": Method(files.complete_upload, TIER_4, "files:write"),
    "files.getUploadURLExternal": Method(files.get_upload_url, TIER_4, "files:write"),
    "reactions.add": Method(reactions.add, TIER_3, "reactions:write"),
    "reactions.get": Method(reactions.get, TIER_3, "reactions:read"),
    "reactions.remove": Method(reactions.remove, TIER_2, "reactions:write"),
    "team.info": Method(people.team_info, TIER_3, "team:read"),
    "usergroups.list": Method(groups.list_all, TIER_2, "usergroups:read"),
    "usergroups.users.list": Method(groups.users, TIER_2, "usergroups:read"),
    "users.info": Method(people.users_info, TIER_4, "users:read"),
    "users.list": Method(people.users_list, TIER_2, "users:read"),
    "views.open": Method(views.open_modal, TIER_4),
    "views.push": Method(views.push, TIER_4),
    "views.update": Method(views.update, TIER_4),
}
