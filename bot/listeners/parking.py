"""`/infra alerts parked` and `/infra alerts release`: look at what could not be taken in, and have it tried again."""

from collections.abc import Sequence

from bot.intake.parking import INCIDENT, Parked
from bot.listeners import words
from bot.listeners.desk import Desk
from bot.slack.escape import cut, mrkdwn, plain

NONE = "Nothing is put aside: every alert that came was taken in."
_LINES, _LONGEST = 10, 160


async def put_aside(desk: Desk, asked: words.Aside, channel: str, user: str) -> str:
    """List what is put aside, or try it again; return what the person who asked is told."""
    seen = await desk.flow.status_for(channel, user)
    if desk.alerts is None or not seen.parked:
        return NONE
    if asked.do == "parked":
        found = await desk.alerts.parked()
        return f"*{len(found)} put aside*, the newest first; `/infra alerts release` tries them again\n{_listed(found)}"
    released = await desk.alerts.release(user)
    still = f" These failed again and stay:\n{_listed(released.left)}" if released.left else ""
    return f"{released.taken} taken in.{still}"


def _listed(found: Sequence[Parked]) -> str:
    more = [f"… and {len(found) - _LINES} more"] if len(found) > _LINES else []
    return "\n".join([*map(_line, found[:_LINES]), *more])


def _line(one: Parked) -> str:
    what = f"incident `{mrkdwn(one.body)}`" if one.source == INCIDENT else f"`{_short(one.body)}`"
    return f"• {mrkdwn(one.source)}: {_short(one.why)}: {what}"


def _short(text: str) -> str:
    return cut(mrkdwn(plain(" ".join(text.split())).replace("`", "'")), _LONGEST)
