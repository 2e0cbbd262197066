"""Modals: trigger ids that live three seconds, and each person's stack of views.

https://docs.slack.dev/surfaces/modals
"""

import secrets
from dataclasses import dataclass

from sandbox.clock import Clock
from sandbox.slack.directory import APP_ID, BOT_ID, TEAM
from sandbox.slack.wire import Body, Refused

TRIGGER_SECONDS = 3.0
VIEWS_ON_TOP = 3


@dataclass
class Trigger:
    """Permission to open one view in front of a person."""

    person: str
    made_at: float
    used: bool = False


class Modals:
    """Everybody's open views."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._triggers: dict[str, Trigger] = {}
        self._stacks: dict[str, list[Body]] = {}

    def trigger(self, person: str) -> str:
        """Return a new trigger id for something a person just did."""
        name = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**13)}.{secrets.token_hex(16)}"
        self._triggers[name] = Trigger(person, self._clock.time())
        return name

    def open(self, trigger: str, view: Body, *, push: bool = False) -> tuple[str, Body]:
        """Put a view in front of the person of a trigger; return both.

        Raises:
            Refused: For a trigger that is unknown, used or too old, and for too tall a stack.
        """
        person = self._exchange(trigger)
        stack = self._stacks.setdefault(person, [])
        if len(stack) >= (VIEWS_ON_TOP if push else VIEWS_ON_TOP + 1):
            raise Refused("push_limit_reached")
        if not push:
            stack.clear()
        return person, self.stack(person, view)

    def stack(self, person: str, view: Body) -> Body:
        """Put a view on top of a person's stack."""
        stack = self._stacks.setdefault(person, [])
        stack.append(_made(view, f"V{secrets.token_hex(5).upper()}", stack))
        return stack[-1]

    def replace(self, person: str, known: Body, view: Body) -> Body:
        """Replace a view by another in its place."""
        stack = self._stacks[person]
        at = stack.index(known)
        stack[at] = _made(view, known["id"], stack[:at])
        return stack[at]

    def shown(self, person: str) -> list[Body]:
        """Return the views a person has open, the topmost last."""
        return list(self._stacks.get(person, []))

    def find(self, view: str) -> tuple[str, Body]:
        """Return an open view, by id or external id, and whose it is.

        Raises:
            Refused: not_found.
        """
        for person, stack in self._stacks.items():
            for known in stack:
                if view and view in {known["id"], known.get("external_id")}:
                    return person, known
        raise Refused("not_found")

    def close(self, person: str, view: Body, *, everything: bool = False) -> list[Body]:
        """Take a view off the stack, or the whole stack; return what went."""
        stack = self._stacks[person]
        gone = list(stack) if everything else [view]
        self._stacks[person] = [known for known in stack if known not in gone]
        return gone

    def _exchange(self, trigger: str) -> str:
        known = self._triggers.get(trigger)
        if known is None:
            raise Refused("invalid_trigger_id")
        if known.used:
            raise Refused("exchanged_trigger_id")
        if self._clock.time() - known.made_at > TRIGGER_SECONDS:
            raise Refused("expired_trigger_id")
        known.used = True
        return known.person


def _made(view: Body, name: str, below: list[Body]) -> Body:
    """Return a view as Slack gives it back."""
    return {
        "callback_id": "",
        "external_id": "",
        "private_metadata": "",
        "clear_on_close": False,
        "notify_on_close": False,
        "close": None,
        "submit": None,
        **view,
        "id": name,
        "team_id": TEAM,
        "app_id": APP_ID,
        "bot_id": BOT_ID,
        "hash": f"{secrets.randbelow(10**10)}.{secrets.token_hex(4)}",
        "state": {"values": {}},
        "root_view_id": below[0]["id"] if below else name,
        "previous_view_id": below[-1]["id"] if below else None,
    }
