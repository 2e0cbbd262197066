"""Methods about modals: views.open, views.push and views.update."""

from sandbox.slack.interactions import show_modal
from sandbox.slack.wire import Body, Refused
from sandbox.slack.workspace import Workspace


def open_modal(workspace: Workspace, args: Body) -> Body:
    """Open a modal for the person whose doing made the trigger id (views.open)."""
    return _shown(workspace, *workspace.modals.open(_trigger(args), args["view"]))


def push(workspace: Workspace, args: Body) -> Body:
    """Put a view on top of the open one (views.push)."""
    return _shown(workspace, *workspace.modals.open(_trigger(args), args["view"], push=True))


def update(workspace: Workspace, args: Body) -> Body:
    """Replace an open view (views.update)."""
    person, known = workspace.modals.find(args.get("view_id") or args.get("external_id") or "")
    if args.get("hash") and args["hash"] != known["hash"]:
        raise Refused("hash_conflict")
    return _shown(workspace, person, workspace.modals.replace(person, known, args["view"]))


def _trigger(args: Body) -> str:
    """Return the trigger; an interactivity pointer is the same thing by another name."""
    return str(args.get("trigger_id") or args.get("interactivity_pointer") or "")


def _shown(workspace: Workspace, person: str, view: Body) -> Body:
    show_modal(workspace, person, view)
    return {"view": view}
