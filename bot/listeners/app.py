"""The Bolt app: which payload goes to which listener; Slack is acked only once a listener has done its part durably."""

import logging
import re
from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.listeners import afterwards, items, messages, reviews, scheduling, slash, stops, votes
from bot.listeners.asks import heard
from bot.listeners.desk import Desk
from bot.slack import cards, digests, forms, planner, report
from bot.slack.directory import SlackDirectory
from config.settings import Settings
from tools.contract import JsonObject

log = logging.getLogger(__name__)
Listener = Callable[[Desk, JsonObject], Awaitable[None]]
_ANY = re.compile(".*", re.DOTALL)
_UNKNOWN_BUTTON = "That button is not one I know any more; ask again for a new card."


def make_app(settings: Settings, client: AsyncWebClient, desk: Desk) -> AsyncApp:
    """Return the app; its listeners run before the response, so no ack goes out for what a crash would lose."""
    app = AsyncApp(
        name="infra",  # else Bolt walks the stack to find one, a quarter of a second
        client=client,
        signing_secret=settings.slack_signing_secret.get_secret_value(),
        process_before_response=True,
        raise_error_for_unhandled_request=False,
    )
    app.error(_not_acked)
    _events(app, desk)
    _people(app, desk)
    _command(app, desk)
    _buttons(app, desk)
    _forms(app, desk)
    _schedules(app, desk)
    _rest(app)
    return app


def _events(app: AsyncApp, desk: Desk) -> None:
    async def mention(body: JsonObject) -> None:
        await messages.on_mention(desk, heard(body))

    async def message(body: JsonObject) -> None:
        await messages.on_message(desk, heard(body))

    async def reaction(body: JsonObject) -> None:
        await votes.on_reaction(desk, body)

    async def stopped(body: JsonObject) -> None:
        await stops.on_session_stopped(desk, body)

    app.event("app_mention")(mention)
    app.event({"type": "message", "subtype": _ANY_SUBTYPE})(message)
    app.event("reaction_added")(reaction)
    app.event("agent_session_stopped")(stopped)


def _people(app: AsyncApp, desk: Desk) -> None:
    async def people_changed() -> None:
        if isinstance(desk.directory, SlackDirectory):
            desk.directory.forget()

    app.event("subteam_members_changed")(people_changed)
    app.event("user_change")(people_changed)


_ANY_SUBTYPE = (None, _ANY)
"""With a subtype and without."""


def _command(app: AsyncApp, desk: Desk) -> None:
    async def command(body: JsonObject, ack: AsyncAck) -> None:
        words = await slash.on_command(desk, slash.read(body))
        await (ack(response_type="ephemeral", text=words) if words else ack())

    app.command("/infra")(command)


def _buttons(app: AsyncApp, desk: Desk) -> None:
    def acked(listener: Listener) -> Callable[[JsonObject, AsyncAck], Awaitable[None]]:
        async def listen(body: JsonObject, ack: AsyncAck) -> None:
            await listener(desk, body)
            await ack()

        return listen

    app.action(cards.APPROVE)(acked(votes.on_button))
    app.action(cards.REJECT)(acked(votes.on_button))
    app.action(cards.REVOKE)(acked(votes.on_button))
    app.action(cards.VIEW)(acked(votes.on_view))
    app.action(cards.CHANGES)(acked(reviews.on_request))
    app.action(cards.EDIT)(acked(reviews.on_edit))
    app.action(report.POSTMORTEM)(acked(afterwards.on_postmortem))
    for action in items.DOINGS:
        app.action(action)(acked(items.on_item))
    for action in items.WINDOWS:
        app.action(action)(acked(items.on_question))
    app.action(digests.ALL)(acked(items.on_all))


def _forms(app: AsyncApp, desk: Desk) -> None:
    async def changes(body: JsonObject, ack: AsyncAck) -> None:
        await reviews.on_changes(desk, body, ack)

    async def edited(body: JsonObject, ack: AsyncAck) -> None:
        await reviews.on_edited(desk, body, ack)

    async def answered(body: JsonObject, ack: AsyncAck) -> None:
        await items.on_answer(desk, body, ack)

    app.view(forms.CHANGES)(changes)
    app.view(forms.EDIT)(edited)
    for window in items.ANSWERS:
        app.view(window)(answered)


def _schedules(app: AsyncApp, desk: Desk) -> None:
    async def confirmed(body: JsonObject, ack: AsyncAck) -> None:
        await scheduling.on_confirmed(desk, body, ack)

    async def added(body: JsonObject, ack: AsyncAck) -> None:
        await scheduling.on_added(desk, body, ack)

    app.view(planner.CONFIRM)(confirmed)
    app.view(planner.ADD)(added)


def _rest(app: AsyncApp) -> None:
    """Ack everything else: Slack sends what is not acked again and again."""

    async def ignored(ack: AsyncAck) -> None:
        await ack()

    async def unknown_command(ack: AsyncAck) -> None:
        await ack(response_type="ephemeral", text="I only know `/infra`. Try `/infra help`.")

    app.event(_ANY)(ignored)
    app.command(_ANY)(unknown_command)
    app.action(_ANY)(ignored)
    app.view(_ANY)(ignored)
    app.view_closed(_ANY)(ignored)
    app.shortcut(_ANY)(ignored)
    app.options(_ANY)(ignored)


async def _not_acked(error: Exception, body: JsonObject) -> BoltResponse:
    """Answer 503 instead of an ack: whatever failed, Slack will deliver it again."""
    log.error("A %s was not taken in and will come again.", body.get("type", "payload"), exc_info=error)
    return BoltResponse(status=503, body="")
