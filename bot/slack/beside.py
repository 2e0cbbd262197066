"""What a run shows beside its words: charts as pictures, and a page that it proposes as a file to read and download."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from agents.contract import ThreadRef
from agents.events import Charted, Proposed, RunEvent
from bot.slack.calls import Calls, DeclinedError, LostError
from bot.slack.captions import described
from bot.slack.escape import markdown
from bot.slack.pictures import share
from bot.slack.uploads import shared, uploaded
from tools.contract import Chart
from tools.proposal import Proposal

log = logging.getLogger(__name__)
PULL_REQUEST = "github_pull_request"


@dataclass(frozen=True, slots=True)
class Page:
    """A page that a pull request would write; a card has no room for it."""

    name: str
    text: str


def beside(event: RunEvent) -> Iterator[Chart | Page]:
    """Yield what an event shows beside the words."""
    match event:
        case Charted(chart):
            yield chart
        case Proposed(proposal):
            yield from _page(proposal)
        case _:
            return


async def shown(calls: Calls, ref: ThreadRef, what: Chart | Page) -> str:
    """Share it in a thread; return what to say instead where Slack takes no file, empty if nothing."""
    try:
        await (share(calls, ref, what) if isinstance(what, Chart) else _shared(calls, ref, what))
    except DeclinedError:
        log.warning("No file is shown in %s.", ref.key, exc_info=True)
        return f"📈 {markdown(described(what))}" if isinstance(what, Chart) else ""
    except LostError:
        log.warning("A file may not be shown in %s.", ref.key, exc_info=True)
    return ""


async def _shared(calls: Calls, ref: ThreadRef, page: Page) -> None:
    await shared(calls, await uploaded(calls, page.name, page.text.encode()), page.name, ref)


def _page(proposal: Proposal) -> Iterator[Page]:
    """Yield the one page of Markdown that a pull request is about; several belong in the pull request."""
    files = proposal.args.get("files") if proposal.tool == PULL_REQUEST else None
    if not isinstance(files, dict) or len(files) != 1:
        return
    [(path, text)] = files.items()
    if path.endswith(".md") and isinstance(text, str) and text:
        yield Page(path.rpartition("/")[2], text)
