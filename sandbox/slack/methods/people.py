"""Methods about people, bots and the team: users.*, bots.info, team.info."""

from sandbox.slack.directory import ALERT_APP, ALERT_BOT, ALERT_NAME, APP_ID, BOT_ID, BOT_USER, TEAM, TEAM_NAME
from sandbox.slack.methods.paging import page
from sandbox.slack.wire import Body, Refused
from sandbox.slack.workspace import Workspace


def users_info(workspace: Workspace, args: Body) -> Body:
    """Describe a person (users.info)."""
    if args["user"] not in workspace.people:
        raise Refused("user_not_found")
    return {"user": workspace.people[args["user"]].api()}


def users_list(workspace: Workspace, args: Body) -> Body:
    """List everybody (users.list)."""
    shown, more = page(list(workspace.people.values()), args)
    return {"members": [person.api() for person in shown], "cache_ts": int(workspace.clock.time()), **more}


def bots_info(_workspace: Workspace, args: Body) -> Body:
    """Describe a bot (bots.info)."""
    match args.get("bot"):
        case str(bot) if bot == BOT_ID:
            return {"bot": {"id": BOT_ID, "app_id": APP_ID, "user_id": BOT_USER, "name": "infra", "deleted": False}}
        case str(bot) if bot == ALERT_BOT:
            return {"bot": {"id": ALERT_BOT, "app_id": ALERT_APP, "name": ALERT_NAME, "deleted": False}}
        case _:
            raise Refused("bot_not_found")


def team_info(_workspace: Workspace, _args: Body) -> Body:
    """Describe the workspace (team.info)."""
    return {"team": {"id": TEAM, "name": TEAM_NAME, "domain": "acme-shop", "email_domain": "acme.example", "icon": {}}}
