"""The windows behind "Request changes" and "Edit": opened at once, taken as a vote when they come back filled in."""

import asyncio
from collections.abc import Awaitable
from typing import Protocol

from bot.approvals.model import Answer, Approval, State, Vote
from bot.flow import Ruling
from bot.listeners.asks import when
from bot.listeners.desk import IN_TIME, Desk
from bot.slack import fields, forms, modals
from tools.contract import JsonObject
from tools.declare import schema_of


class Ack(Protocol):
    """Answers Slack."""

    async def __call__(
        self,
        *,
        response_action: str | None = None,
        view: JsonObject | None = None,
        errors: dict[str, str] | None = None,
    ) -> object:
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


async def on_edit(desk: Desk, body: JsonObject) -> None:
    """Show the arguments to change; what is there to see is looked up behind the open window."""
    opened = await desk.calls.call("views.open", {"trigger_id": body.get("trigger_id"), "view": modals.loading()})
    await desk.in_time(_fill(desk, _value(body), part(opened, "view"), part(body, "user")))


async def on_edited(desk: Desk, body: JsonObject, ack: Ack) -> None:
    """Have the arguments proposed instead; what does not fit a field is said beside it."""
    view, vote = part(body, "view"), vote_of(body, Answer.EDIT)
    approval = await desk.memory.approval(vote.approval_id)
    if approval is None:
        await ack(response_action="update", view=modals.gone())
        return
    schema = _schema(desk, approval)
    try:
        args = fields.arguments(schema, view)
    except fields.MisfilledError as wrong:
        await ack(response_action="errors", errors={wrong.field: str(wrong)})
        return
    await answered(desk, ack, view, desk.flow.edit(vote, args))


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


async def _fill(desk: Desk, approval_id: str, window: JsonObject, user: JsonObject) -> None:
    refusal = await desk.refuses(str(user.get("id") or ""), str(user.get("team_id") or ""), "D")
    approval = None if refusal else await desk.memory.approval(approval_id)
    view = modals.refused(refusal.words) if refusal else _editor(desk, approval) if approval else modals.gone()
    await desk.calls.call("views.update", {"view_id": window.get("id"), "view": view})


def _editor(desk: Desk, approval: Approval) -> JsonObject:
    proposal, schema = approval.proposal, _schema(desk, approval)
    if approval.state is not State.OPEN:
        return forms.told("This is decided already, so there is nothing to edit; ask again for a new card.")
    if not schema or not fields.editable(schema, proposal.args):
        return forms.told("This cannot be edited here; request changes instead, and say what should be different.")
    return forms.edit(proposal.id, proposal.tool, fields.inputs(schema, proposal.args))


def _schema(desk: Desk, approval: Approval) -> JsonObject:
    tool = desk.tools.get(approval.proposal.tool)
    return schema_of(tool) if tool else {}


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
