"""What changes about people while the bot runs: who is on call, who became a guest, who left, who came."""

from dataclasses import fields, replace

from sandbox.slack import events
from sandbox.slack.directory import BOT_USER, Person
from sandbox.slack.wire import Body, Unusable
from sandbox.slack.workspace import Workspace

CHANGEABLE = {field.name for field in fields(Person)} - {"id", "bot"}


def regroup(workspace: Workspace, handle: str, members: list[str]) -> None:
    """Give a user group other members, and tell the bot."""
    group = next((group for group in workspace.groups.values() if group.handle == handle), None)
    if group is None:
        raise Unusable(f"There is no user group @{handle}.")
    before, group.members = group.members, list(members)
    events.group_changed(workspace, group.id, before, group.members)


def change(workspace: Workspace, person: str, changes: Body) -> None:
    """Change somebody, and tell the bot; an unknown id is a newcomer, put into `channels`.

    Raises:
        Unusable: For what people do not have, and for the bot.
    """
    channels = changes.pop("channels", [])
    if person == BOT_USER or not changes.keys() <= CHANGEABLE:
        raise Unusable(f"Of people, these can be changed: {', '.join(sorted(CHANGEABLE))}.")
    newcomer = Person(person, person.lower(), person, "", "#666666")
    workspace.people[person] = replace(workspace.people.get(person, newcomer), **changes)
    for channel in channels:
        workspace.channels[channel].members.add(person)
    events.person_changed(workspace, person)
