"""Methods about user groups: usergroups.*."""

from sandbox.slack.wire import Body, Refused
from sandbox.slack.workspace import Workspace


def list_all(workspace: Workspace, args: Body) -> Body:
    """List the user groups (usergroups.list)."""
    groups = [group.api() for group in workspace.groups.values()]
    if not args.get("include_users"):
        groups = [{key: value for key, value in group.items() if key != "users"} for group in groups]
    return {"usergroups": groups}


def users(workspace: Workspace, args: Body) -> Body:
    """List who is in a user group (usergroups.users.list)."""
    if args["usergroup"] not in workspace.groups:
        raise Refused("no_such_subteam")
    return {"users": list(workspace.groups[args["usergroup"]].members)}
