"""What people do with the app's own parts: slash commands, buttons and modals, as the payloads Slack sends for them.

https://docs.slack.dev/reference/interaction-payloads
"""

from sandbox.slack import schema
from sandbox.slack.directory import APP_ID, TEAM
from sandbox.slack.messages import Message
from sandbox.slack.responding import respond
from sandbox.slack.responses import ResponseUrl
from sandbox.slack.talk import composed, enter
from sandbox.slack.wire import Body, Unusable
from sandbox.slack.workspace import Workspace, interactive


async def slash(workspace: Workspace, person: str, channel: str, text: str) -> Body | None:
    """Run a slash command; return what the bot answered at once, None if it did not.

    Raises:
        Unusable: When the app has no such command.
    """
    enter(workspace, person, channel)
    if workspace.people[person].team != TEAM:
        raise Unusable("The app is not installed in this person's workspace.")
    command, _, rest = text.strip().partition(" ")
    if command not in {known["command"] for known in workspace.app.commands}:
        raise Unusable(f"{command} is not a command of the app.")
    answer = await workspace.deliveries.now("slash_commands", _command(workspace, person, channel, command, rest))
    if answer:
        respond(workspace, ResponseUrl(channel, person, workspace.clock.time()), answer)
    return answer


async def click(workspace: Workspace, person: str, message: Message, wanted: Body) -> Body | None:
    """Use an interactive element; `wanted` names it by action_id and, where that is not enough, block_id and value."""
    enter(workspace, person, message.channel)
    block, element = _element(_blocks(message), wanted, "message")
    secret = workspace.responses.make(message.channel, person, message.ts, message.thread_ts)
    payload = {
        "type": "block_actions",
        **_who(workspace, person),
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": message.ephemeral_to is not None,
            **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
        },
        "channel": _place(workspace, message.channel),
        "message": message.api(workspace.replies(message), metadata=True),
        "state": {"values": wanted.get("state") or {}},
        "response_url": f"{workspace.origin}/hooks/{secret}",
        "actions": [_action(block, element, wanted, workspace.ts())],
    }
    return await workspace.deliveries.now("interactive", payload)


async def press(workspace: Workspace, person: str, view: Body, wanted: Body) -> Body | None:
    """Use an interactive element of a modal; such a click has no channel and no message."""
    block, element = _element(view["blocks"], wanted, "window")
    payload = {
        "type": "block_actions",
        **_who(workspace, person),
        "container": {"type": "view", "view_id": view["id"]},
        "view": view,
        "actions": [_action(block, element, wanted, workspace.ts())],
    }
    return await workspace.deliveries.now("interactive", payload)


async def submit(workspace: Workspace, person: str, view: Body, values: Body) -> dict[str, str]:
    """Submit a modal; return the bot's complaints by block, empty if the modal closed or changed."""
    view["state"] = {"values": values}
    payload = {"type": "view_submission", **_who(workspace, person), "view": view, "response_urls": []}
    answer = await workspace.deliveries.now("interactive", payload)
    if answer is None:
        raise Unusable("The app did not answer within three seconds.")
    return _follow(workspace, person, view, answer)


async def dismiss(workspace: Workspace, person: str, view: Body) -> None:
    """Close a modal; the bot hears of it if the view asks for that."""
    _close(workspace, person, view)
    if view["notify_on_close"]:
        payload = {"type": "view_closed", **_who(workspace, person), "view": view, "is_cleared": False}
        await workspace.deliveries.now("interactive", payload)


def show_modal(workspace: Workspace, person: str, view: Body) -> None:
    """Put a view in front of a person."""
    workspace.audience.tell({person}, {"type": "modal", "view": view})


def _follow(workspace: Workspace, person: str, view: Body, answer: Body) -> dict[str, str]:
    match answer.get("response_action"):
        case "errors":
            return dict(answer["errors"])
        case "update":
            show_modal(workspace, person, workspace.modals.replace(person, view, _view(answer)))
        case "push":
            show_modal(workspace, person, workspace.modals.stack(person, _view(answer)))
        case "clear":
            _close(workspace, person, view, everything=True)
        case _:
            _close(workspace, person, view)
    return {}


def _view(answer: Body) -> Body:
    """Return the view of an answer, checked as views.update would."""
    return dict(schema.understood("views.update", {"view": answer["view"]})["view"])


def _close(workspace: Workspace, person: str, view: Body, *, everything: bool = False) -> None:
    for gone in workspace.modals.close(person, view, everything=everything):
        workspace.audience.tell({person}, {"type": "modal_closed", "view_id": gone["id"]})


def _command(workspace: Workspace, person: str, channel: str, command: str, text: str) -> Body:
    who = workspace.people[person]
    return {
        "token": "sandbox",
        "team_id": who.team,
        "team_domain": "acme-shop",
        "channel_id": channel,
        "channel_name": workspace.channels[channel].name or "directmessage",
        "user_id": person,
        "user_name": who.name,
        "command": command,
        "text": _escaped(workspace, command, text.strip()),
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": f"{workspace.origin}/hooks/{workspace.responses.make(channel, person)}",
        "trigger_id": workspace.modals.trigger(person),
    }


def _escaped(workspace: Workspace, command: str, text: str) -> str:
    """Return a command's text as the app asked for it: mentions as ids where `should_escape` is set."""
    wanted = any(known["command"] == command and known["should_escape"] for known in workspace.app.commands)
    return composed(workspace, text) if wanted else text


def _who(workspace: Workspace, person: str) -> Body:
    who = workspace.people[person]
    return {
        "user": {"id": who.id, "username": who.name, "name": who.name, "team_id": who.team},
        "team": {"id": TEAM, "domain": "acme-shop"},
        "enterprise": None,
        "is_enterprise_install": False,
        "api_app_id": APP_ID,
        "token": "sandbox",
        "trigger_id": workspace.modals.trigger(person),
    }


def _place(workspace: Workspace, channel: str) -> Body:
    return {"id": channel, "name": workspace.channels[channel].name or "directmessage"}


def _blocks(message: Message) -> list[Body]:
    return [*message.blocks, *(block for a in message.attachments for block in a.get("blocks", []))]


def _element(blocks: list[Body], wanted: Body, where: str) -> tuple[Body, Body]:
    """Find the element a person means; buttons are told apart by value where they share an action_id."""
    for block in blocks:
        for element in interactive(block):
            if element["action_id"] == wanted.get("action_id") and _fits(block, element, wanted):
                return block, element
    raise Unusable(f"This {where} has no element {wanted.get('action_id')!r} any more.")


def _fits(block: Body, element: Body, wanted: Body) -> bool:
    block_fits = wanted.get("block_id") in {None, "", block["block_id"]}
    value = wanted.get("value")
    return block_fits and (element["type"] != "button" or value is None or value == element.get("value", ""))


def _action(block: Body, element: Body, wanted: Body, now: str) -> Body:
    kept: Body = {key: element[key] for key in ("type", "text", "value", "style", "placeholder") if key in element}
    action: Body = {"action_id": element["action_id"], "block_id": block["block_id"], **kept, "action_ts": now}
    if element["type"] == "users_select":
        action["selected_user"] = wanted.get("value")
    for option in element.get("options", []):
        if option["value"] == wanted.get("value"):
            action["selected_option"] = option
    return action
