"""Who is who, as the workspace says, remembered for a few minutes; where it cannot be asked, nobody is anybody."""

import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from bot.people import LookupDownError, Person
from bot.slack.calls import Calls, DeclinedError, LostError
from tools.contract import JsonObject

T = TypeVar("T")
MINUTES = 3.0


class Remembered(Generic[T]):
    """Answers by key, asked again when they are older than some minutes; failures are not remembered."""

    def __init__(self, ask: Callable[[str], Awaitable[T]], minutes: float = MINUTES) -> None:
        self._ask = ask
        self._seconds = minutes * 60
        self._known: dict[str, tuple[float, T]] = {}

    async def get(self, key: str) -> T:
        """Return the answer for a key."""
        asked_at, answer = self._known.get(key, (0.0, None))
        if answer is None or time.monotonic() - asked_at > self._seconds:
            answer = await self._ask(key)
            self._known[key] = (time.monotonic(), answer)
        return answer

    def forget(self) -> None:
        """Ask everything again."""
        self._known.clear()


class Sharing:
    """Tells which channels are shared with other organizations."""

    def __init__(self, calls: Calls, minutes: float = MINUTES) -> None:
        self._calls = calls
        self._known = Remembered(self._asked, minutes)

    async def of(self, channel: str) -> bool:
        """Tell whether people of other organizations are in a channel; a direct message is between two of us.

        Raises:
            LookupDownError: Slack could not be asked.
        """
        return not channel.startswith("D") and await self._known.get(channel)

    async def _asked(self, channel: str) -> bool:
        try:
            told = (await self._calls.call("conversations.info", {"channel": channel})).get("channel")
        except DeclinedError as error:
            if error.error == "channel_not_found":  # we are not in there, so nothing of ours can be said there
                return False
            raise LookupDownError("Slack did not say who is in this channel; try again in a minute.") from error
        except LostError as error:
            raise LookupDownError("Slack could not be asked who is in this channel; try again in a minute.") from error
        marks = ("is_ext_shared", "is_pending_ext_shared")
        return not isinstance(told, dict) or any(told.get(mark) for mark in marks)


class SlackDirectory:
    """Implements `bot.people.Directory` over users.info and the user groups."""

    def __init__(self, calls: Calls, minutes: float = MINUTES) -> None:
        self._calls = calls
        self._people = Remembered(self._person, minutes)
        self._groups = Remembered(self._members, minutes)

    async def person(self, user: str) -> Person:
        """Look a person up.

        Raises:
            LookupDownError: Slack could not be asked, or does not know them.
        """
        return await self._people.get(user)

    async def members(self, group: str) -> frozenset[str]:
        """Return the Slack ids in a user group, by handle without the @; nobody if there is no such group.

        Raises:
            LookupDownError: Slack could not be asked.
        """
        return await self._groups.get(group)

    def forget(self) -> None:
        """Ask again: a group or a person changed."""
        self._people.forget()
        self._groups.forget()

    async def _person(self, user: str) -> Person:
        told = (await self._asked("users.info", {"user": user})).get("user")
        if not isinstance(told, dict) or told.get("id") != user:
            raise LookupDownError("Slack's answer does not say who this is; try again in a minute.")
        guest = any(told.get(mark) for mark in ("is_restricted", "is_ultra_restricted", "is_stranger"))
        return Person(
            id=user,
            team=str(told.get("team_id", "")),
            name=str(told.get("real_name") or told.get("name") or user),
            bot=bool(told.get("is_bot")),
            guest=guest,
            deactivated=bool(told.get("deleted")),
            zone=str(told.get("tz") or ""),
        )

    async def _members(self, group: str) -> frozenset[str]:
        groups = (await self._asked("usergroups.list", {"include_disabled": False})).get("usergroups")
        known = [one for one in groups if isinstance(one, dict)] if isinstance(groups, list) else []
        ids = [str(one["id"]) for one in known if one.get("handle") == group and not one.get("date_delete")]
        if not ids:
            return frozenset()
        users = (await self._asked("usergroups.users.list", {"usergroup": ids[0]})).get("users")
        return frozenset(map(str, users)) if isinstance(users, list) else frozenset()

    async def _asked(self, method: str, body: JsonObject) -> JsonObject:
        try:
            return await self._calls.call(method, body)
        except (DeclinedError, LostError) as error:
            raise LookupDownError("Slack could not be asked who this is; try again in a minute.") from error
