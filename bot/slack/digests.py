"""Digests in a channel: one message each, with buttons for its items, and more of the same in its thread."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

from bot.firsthand import TELLERS
from bot.slack.blocks import actions, button, context, header, image, moment, section
from bot.slack.calls import Calls, DeclinedError, LostError
from bot.slack.captions import described
from bot.slack.cards import mention
from bot.slack.escape import cut, markdown, mrkdwn, plain
from bot.slack.limits import TEXT, MalformedError, checked
from bot.slack.pictures import keep
from bot.slack.posting import Identity, Poster
from bot.store.digests import Digest, Item, Mark, Picture, Said, Stir
from bot.thread import NotShownError
from tools.contract import Chart, JsonObject

log = logging.getLogger(__name__)
EVENT = "infra_digest"
ITEM = "infra_item:"
PROPOSE, SNOOZE, ASSIGN = "infra_item_propose", "infra_item_snooze", "infra_item_assign"
NOT_OURS, ASK, AGAIN, ALL = "infra_item_not_ours", "infra_item_ask", "infra_item_again", "infra_digest_all"
ACCEPT = "infra_item_accept"
ACCEPTABLE = "control_failed:"
"""Begins the key of an item that is a finding of Security Hub's, which keeps what is accepted and until when."""
TOP, PAGE = 5, 10
"""Items in the message, and in each message of all of them: two blocks and about 700 characters an item stay within
a message's 50 blocks and 13,000 characters."""
NAMED = 3
DAYS = {"1": "1 day", "7": "7 days", "30": "30 days"}
_OPENING = frozenset({"github_pull_request", "security_remediate"})
"""Changes that open a pull request."""
_LONGEST, _UNREAD = 600, 300
SOON = (0.5, 1.0, 2.0, 4.0)
"""Seconds between the tries to show a picture: Slack scans what is uploaded, and until then says invalid_blocks
(https://github.com/slackapi/python-slack-sdk/issues/1521)."""

Marks: TypeAlias = Mapping[tuple[Said, str], Mark]


class SlackDigests:
    """Posts and updates digests."""

    def __init__(self, calls: Calls, identity: Identity) -> None:
        self._calls = calls
        self._poster = Poster(calls, identity)

    async def picture(self, chart: Chart) -> Picture:
        """Upload a chart for a digest's message; where Slack takes none, its words are shown."""
        told = Picture(plain(described(chart)))
        try:
            return replace(told, file=await keep(self._calls, chart))
        except (DeclinedError, LostError):
            log.warning("The chart %s is told in words.", chart.title, exc_info=True)
            return told

    async def show(self, digest: Digest, marks: Marks, page: int = 0, ts: str = "") -> None:
        """Bring a digest's message up to date, or a page of its items in its thread; post the page if `ts` is empty.

        Raises:
            NotShownError: Slack declined, or cannot be reached.
        """
        try:
            if page == 0:
                await self._show(digest, marks)
            elif ts:
                await self._poster.update(digest.thread.channel, ts, pages(digest, marks, page))
            else:
                made = pages(digest, marks, page)
                await self._poster.post(digest.thread, made, EVENT, schedule=digest.schedule, page=page)
        except (DeclinedError, LostError, MalformedError) as error:
            raise NotShownError(str(error)) from error

    async def _show(self, digest: Digest, marks: Marks) -> None:
        """Show the digest with its picture, as soon as Slack has it; if that does not come, with the words for it."""
        for pause in SOON if digest.picture and digest.picture.file else ():
            try:
                return await self._update(digest, marks)
            except DeclinedError as declined:
                if declined.error != "invalid_blocks":
                    raise
                await asyncio.sleep(pause)
        bare = replace(digest, picture=replace(digest.picture, file="")) if digest.picture else digest
        return await self._update(bare, marks)

    async def _update(self, digest: Digest, marks: Marks) -> None:
        await self._poster.update(digest.thread.channel, digest.thread.ts, message(digest, marks))


def open_items(digest: Digest, marks: Marks) -> list[Item]:
    """Return the items that nobody hid."""
    return [item for item in digest.items if (Said.HIDDEN, item.ref) not in marks]


def message(digest: Digest, marks: Marks) -> JsonObject:
    """Return a digest's message: what it comes to, the first items, and what became of the others."""
    items = open_items(digest, marks)
    blocks = [header(f"🗓️ {plain(digest.schedule)}"), section(_spoken(digest.headline))]
    blocks += [] if digest.agent in TELLERS else [context(_delta(digest, marks))]
    blocks += [_pictured(digest.picture)] if digest.picture else []
    blocks += [block for number, item in enumerate(items[:TOP], 1) for block in _item(number, item, marks)]
    blocks += [context(line) for line in (_fixed(digest), _unread(digest), *_hidden(digest, marks)) if line]
    rest = [button(ALL, f"Show all {len(items)}", "1")] if len(items) > TOP else []
    blocks += [actions("infra_digest_end", *rest)] if rest else []
    whose = f"For {', '.join(f'@{mrkdwn(group)}' for group in digest.audience)} · " if digest.audience else ""
    blocks += [context(f"{whose}Ask in the thread to know more. {_HOW}")]
    return _made(digest, blocks, 0)


def pages(digest: Digest, marks: Marks, page: int) -> JsonObject:
    """Return a page of all items; counted from 1."""
    items, start = open_items(digest, marks), (page - 1) * PAGE
    here = list(enumerate(items, 1))[start : start + PAGE]
    blocks = [context(f"{start + 1} to {start + len(here)} of {len(items)}" if here else "There are no more.")]
    blocks += [block for number, item in here for block in _item(number, item, marks)]
    if start + PAGE < len(items):
        blocks.append(actions("infra_digest_end", button(ALL, "Show more", str(page + 1))))
    return _made(digest, blocks, page)


_HOW = "Every change still needs a yes."


def _made(digest: Digest, blocks: list[JsonObject], page: int) -> JsonObject:
    carried: JsonObject = {"schedule": digest.schedule, "page": page, "run": digest.run}
    return {
        "text": cut(f"{plain(digest.schedule)}: {_spoken(digest.headline)}", TEXT),
        "blocks": checked(blocks),
        "metadata": {"event_type": EVENT, "event_payload": carried},
    }


def _spoken(text: str) -> str:
    """Return Markdown of an agent as mrkdwn: one kind of bold, everything else as it is written."""
    return mrkdwn(markdown(text).replace("**", "*"))


def _delta(digest: Digest, marks: Marks) -> str:
    new = sum(item.new for item in digest.items)
    told = digest.stir or Stir(len(digest.seen), new, len(digest.fixed), 0)
    snoozed = sum(one.until is not None for item in digest.items if (one := marks.get((Said.HIDDEN, item.ref))))
    quiet = [f"💤 {snoozed:,} snoozed"] if snoozed else []
    if digest.since is None:
        return " · ".join([f"*{told.open:,} open*", *quiet, "the first digest: nothing to compare with yet"])
    counts = [f"*{told.open:,} open*", f"🆕 {told.new:,} new", f"✅ {told.fixed:,} fixed"]
    counts += [f"🔁 {told.reopened:,} reopened"] if told.reopened else []
    return " · ".join([*counts, *quiet, f"since {moment(digest.since, '{date_short_pretty}')}"])


def _pictured(picture: Picture) -> JsonObject:
    if picture.file:
        return image(picture.file, picture.words)
    return context(f"📈 {mrkdwn(picture.words)}")


def _item(number: int, item: Item, marks: Marks) -> list[JsonObject]:
    taken = marks.get((Said.ASSIGNED, item.ref))
    who = f" · 👤 {mention(taken.words)}" if taken else ""
    new = "🆕 " if item.new else ""
    where = f"{mrkdwn(plain(item.subject))} [{mrkdwn(plain(item.evidence))}]"
    words = f"*{number}.* {new}{cut(mrkdwn(item.words), _LONGEST)}\n_{cut(where, 200)}_{who}"
    return [section(words), actions(f"{ITEM}{item.ref}", *_buttons(item, taken))]


def _buttons(item: Item, taken: Mark | None) -> list[JsonObject]:
    label = "Open the pull request" if item.remedy in _OPENING else "Propose the fix"
    propose = [button(PROPOSE, label, item.ref, "primary")] if item.remedy else []
    accept = [button(ACCEPT, "Accept the risk", item.ref)] if item.key.startswith(ACCEPTABLE) else []
    last = [button(NOT_OURS, "Not ours", item.ref), button(ASK, "Ask", item.ref)]
    return [*propose, _snooze(), _assign(taken), *accept, *last]


def _snooze() -> JsonObject:
    options = [{"text": _plain(label), "value": days} for days, label in DAYS.items()]
    return {"type": "static_select", "action_id": SNOOZE, "placeholder": _plain("Snooze"), "options": options}


def _assign(taken: Mark | None) -> JsonObject:
    chosen = {"initial_user": taken.words} if taken else {}
    return {"type": "users_select", "action_id": ASSIGN, "placeholder": _plain("Assign"), **chosen}


def _fixed(digest: Digest) -> str:
    left = (digest.stir.fixed if digest.stir else len(digest.fixed)) - NAMED
    more = f" and {left:,} more" if left > 0 else ""
    names = ", ".join(cut(mrkdwn(plain(one)), 120) for one in digest.fixed[:NAMED])
    return f"✅ Fixed: {names}{more}" if names else ""


def _unread(digest: Digest) -> str:
    told = " ".join(cut(mrkdwn(plain(one)), _UNREAD) for one in digest.unknowns[:NAMED])
    counted = "what it said last time is taken to be so still" if digest.since else ""
    return f"⚠️ {told}{f' ({counted})' if counted else ''}" if told else ""


def _hidden(digest: Digest, marks: Marks) -> list[str]:
    """Return a line for what people hid and is still found."""
    found = [(item, marks[Said.HIDDEN, item.ref]) for item in digest.items if (Said.HIDDEN, item.ref) in marks]
    more = [f"… and {len(found) - NAMED} more hidden"] if len(found) > NAMED else []
    return [*(_quiet(mark) for _, mark in found[:NAMED]), *more]


def _quiet(mark: Mark) -> str:
    name, who = cut(mrkdwn(plain(mark.subject)), 120), mention(mark.by)
    if mark.until:
        return f"💤 {name}: snoozed until {moment(mark.until, '{date_short_pretty}')} by {who}"
    return f"🙈 {name}: not ours, says {who}: {cut(mrkdwn(plain(mark.words)), 200)}"


def _plain(text: str) -> JsonObject:
    return {"type": "plain_text", "text": text}
