"""Who and where: the fixed people, channels and user groups of Acme Shop."""

from dataclasses import dataclass, field

from sandbox.slack.wire import Body

TEAM = "T0ACME001"
TEAM_NAME = "Acme Shop"
BOT_USER = "U0INFRA01"
BOT_ID = "B0INFRA01"
APP_ID = "A0INFRA01"
ALERT_BOT = "B0CLOUDW1"
ALERT_APP = "A0CLOUDW1"
ALERT_NAME = "CloudWatch"


@dataclass(frozen=True)
class Person:
    """A member of the workspace, or of a foreign one when `team` differs."""

    id: str
    name: str
    real_name: str
    title: str
    color: str
    guest: bool = False
    bot: bool = False
    deleted: bool = False
    team: str = TEAM
    tz: str = "Etc/UTC"

    def page(self) -> Body:
        """Return the person as the page shows them."""
        return {
            "id": self.id,
            "name": self.name,
            "real_name": self.real_name,
            "title": self.title,
            "color": self.color,
            "guest": self.guest,
            "bot": self.bot,
        }

    def api(self) -> Body:
        """Return the person as users.info does."""
        return {
            "id": self.id,
            "team_id": self.team,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": self.deleted,
            "color": self.color.lstrip("#"),
            "tz": self.tz,
            "is_bot": self.bot,
            "is_app_user": False,
            "is_admin": False,
            "is_owner": False,
            "is_restricted": self.guest,
            "is_ultra_restricted": self.guest,
            "is_stranger": self.team != TEAM,
            "profile": self._profile(),
        }

    def _profile(self) -> Body:
        own = {"bot_id": BOT_ID, "api_app_id": APP_ID} if self.bot else {}
        shown = {"display_name": self.name, "real_name": self.real_name}
        return {**shown, "title": self.title, "team": self.team, **own}


@dataclass
class Channel:
    """A channel, or a direct message when `person` is set."""

    id: str
    name: str
    topic: str = ""
    members: set[str] = field(default_factory=set)
    person: str = ""

    @property
    def direct(self) -> bool:
        """Tell whether this is a direct message with the bot."""
        return bool(self.person)

    def page(self) -> Body:
        """Return the channel as the page shows it."""
        kind = {"kind": "dm", "with": self.person} if self.direct else {"kind": "channel"}
        return {"id": self.id, "name": self.name, "topic": self.topic, **kind}

    def api(self) -> Body:
        """Return the channel as conversations.info does."""
        shared = {"id": self.id, "is_im": self.direct, "is_mpim": False, "is_archived": False}
        if self.direct:
            return {**shared, "user": self.person, "is_open": True}
        topic = {"value": self.topic, "creator": "U0BEN0001", "last_set": 0}
        return {
            **shared,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": True,
            "is_group": False,
            "is_private": False,
            "is_general": self.name == "general",
            "is_member": BOT_USER in self.members,
            "num_members": len(self.members),
            "topic": topic,
            "purpose": topic,
            "context_team_id": TEAM,
        }


@dataclass
class Group:
    """A user group."""

    id: str
    handle: str
    name: str
    members: list[str]

    def page(self) -> Body:
        """Return the group as the page shows it."""
        return {"id": self.id, "handle": self.handle, "members": list(self.members)}

    def api(self) -> Body:
        """Return the group as usergroups.list does."""
        return {
            "id": self.id,
            "team_id": TEAM,
            "is_usergroup": True,
            "handle": self.handle,
            "name": self.name,
            "description": self.name,
            "user_count": len(self.members),
            "users": list(self.members),
            "date_delete": 0,
        }


def people() -> dict[str, Person]:
    """Return everybody, by id."""
    everybody = (
        Person("U0ANA0001", "ana", "Ana Duarte", "Developer, checkout", "#2f6f9f", tz="Europe/Berlin"),
        Person("U0BEN0001", "ben", "Ben Okafor", "On-call engineer", "#2c7a4b"),
        Person("U0CARA001", "cara", "Cara Lindqvist", "On-call engineer, security", "#8a4fbf"),
        Person("U0GUS0001", "gus", "Gus Moreau", "Guest, agency", "#a0522d", guest=True),
        Person(BOT_USER, "infra", "Infra", "Assistant", "#3d4a5c", bot=True),
    )
    return {person.id: person for person in everybody}


def channels() -> dict[str, Channel]:
    """Return the public channels, by id; the guest is in #general only."""
    team = {"U0ANA0001", "U0BEN0001", "U0CARA001", BOT_USER}
    rooms = (
        Channel("C0INCIDEN", "incidents", "Alarms land here", set(team)),
        Channel("C0GENERAL", "general", "Company-wide", team | {"U0GUS0001"}),
        Channel("C0PLATFOR", "platform", "The platform team", set(team)),
    )
    return {room.id: room for room in rooms}


def groups() -> dict[str, Group]:
    """Return the user groups, by id."""
    return {
        "S0ONCALL1": Group("S0ONCALL1", "oncall", "On call", ["U0BEN0001", "U0CARA001"]),
        "S0SECUR01": Group("S0SECUR01", "security", "Security", ["U0CARA001"]),
    }
