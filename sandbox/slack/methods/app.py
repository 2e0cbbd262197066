"""Methods about the app itself: auth, api and apps."""

from sandbox.slack.directory import APP_ID, BOT_ID, BOT_USER, TEAM, TEAM_NAME
from sandbox.slack.wire import Body, Refused
from sandbox.slack.workspace import Workspace


def auth_test(workspace: Workspace, _args: Body) -> Body:
    """Say who the token is (auth.test)."""
    return {
        "url": f"{workspace.origin}/",
        "team": TEAM_NAME,
        "user": "infra",
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "is_enterprise_install": False,
    }


def api_test(_workspace: Workspace, args: Body) -> Body:
    """Answer, with the error asked for if there is one (api.test)."""
    if args.get("error"):
        raise Refused(str(args["error"]))
    return {"args": args}


def connections_open(workspace: Workspace, _args: Body) -> Body:
    """Return the address of a new Socket Mode connection (apps.connections.open)."""
    ticket = workspace.deliveries.sockets.ticket()
    return {"url": f"{workspace.origin.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={APP_ID}"}
