"""The windows behind "Request changes": opened at once, and taken as a vote when they come back filled in."""

import asyncio
from collections.abc import Awaitable
from typing import Protocol

from bot.approvals.model import Answer, Vote
from bot.flow import Ruling
from bot.listeners.asks import when
from bot.listeners.desk import IN_TIME, Desk
from bot.slack import forms
from tools.contract import JsonObject


class Ack(Protocol):
    """Answers Slack."""

    async def __call__(self, *, response_action: str | None = None, view: JsonObject | None = None) -> object:
        """Close the window, or do with it what the action says."""
        ...


async def on_request(desk: Desk, body: JsonObject) -> None:
    """Ask what should be different; a trigger lives three seconds, so the window opens before anything is looked up."""
    view = forms.changes(_value(body))
    await desk.calls.call("views.open", {"trigger_id": body.get("trigger_id"), "view": view})


async def on_changes(desk: Desk, body: JsonObject, ack: Ack) -> None:
    """Count the wish for changes."""
    view = part(body, "view")
    await answered(desk, ack, view, desk.flow.rule(vote_of(body, Answer.CHANGES, forms.words_of(view))))


def vote_of(body: JsonObject, answer: Answer, words: str = "") -> Vote:
    """Return a filled-in window as a vote; the voter is who Slack's signed payload says."""
    user = part(body, "user")
    return Vote(
        approval_id=str(part(body, "view").get("private_metadata") or ""),
        voter=str(user.get("id") or ""),
        team=str(user.get("team_id") or ""),
        answer=answer,
        via="button",
        at=when(""),
        words=words,
    )


async def answered(desk: Desk, ack: Ack, view: JsonObject, work: Awaitable[Ruling]) -> None:
    """Close the window on what counts, say in it why something does not; what takes longer is told when it is known."""
    task = desk.begin(_ruled(work))
    done, _ = await asyncio.wait({task}, timeout=IN_TIME)
    if not done:
        desk.begin(_late(desk, view, task))
        await ack(response_action="update", view=forms.told(forms.WORKING))
    elif (ruling := task.result()).counted:
        await ack()
    else:
        await ack(response_action="update", view=forms.told(ruling.words))


async def _late(desk: Desk, view: JsonObject, task: asyncio.Task[Ruling]) -> None:
    ruling = await task
    await desk.calls.call("views.update", {"view_id": view.get("id"), "view": forms.told(ruling.words)})


async def _ruled(work: Awaitable[Ruling]) -> Ruling:
    return await work


def _value(body: JsonObject) -> str:
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions else {}
    return str(first.get("value") or "") if isinstance(first, dict) else ""


def part(body: JsonObject, name: str) -> JsonObject:
    """Return an object inside a payload, empty if there is none."""
    found = body.get(name)
    return found if isinstance(found, dict) else {}
