"""The web page, in a real browser, on a real sandbox workspace."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, ViewportSize, expect, sync_playwright
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from sandbox.slack.visitor import wait_for
from sandbox.slack.wire import Body
from tests.sandbox.slack_office import Office

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
INCIDENTS = "C0INCIDEN"
WIDE: ViewportSize = {"width": 1440, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}
HOSTILE = (
    "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    " [click](javascript:document.title='owned') <javascript:alert(1)|click>"
)

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="The page is tested in Chromium; install it: apt-get install chromium"),
]

PATIENCE_MS = 60_000  # a busy machine is not a slow page
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    """Start Chromium once; what it remembers is kept apart by each test's own port."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser.new_context(locale="en-US")
        browser.close()


@pytest.fixture
def page(browser: BrowserContext, office: Office) -> Iterator[Page]:
    """Open the page as a first-time visitor on a wide window; an error in its console fails the test."""
    complaints: list[str] = []
    page = browser.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.set_viewport_size(WIDE)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(office.url)
    page.wait_for_selector("body[data-ready]")
    yield page
    page.close()
    assert complaints == []


@pytest.fixture
def bot(office: Office) -> WebClient:
    """Speak as the bot, as fast as a test likes."""
    office.workspace.rates.multiplier = float("inf")
    return WebClient(office.workspace.bot_token, base_url=office.api)


def rows(page: Page, pane: str = "channel") -> Locator:
    """Return the messages of a pane."""
    return page.locator(f".pane.{pane} .message")


def composer(page: Page, pane: str = "channel") -> Locator:
    """Return the text field of a pane."""
    return page.locator(f".pane.{pane} textarea")


def card(action: str = "approve", **more: object) -> list[Body]:
    """Return the blocks of a small approval card."""
    button = {"type": "button", "action_id": action, "value": "a1", "text": {"type": "plain_text", "text": "Approve"}}
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": "Roll back *checkout*?"}},
        {"type": "actions", "block_id": "decide", "elements": [button | more]},
    ]


def start_stream(bot: WebClient, thread: str, *chunks: Body) -> str:
    """Open a stream in a thread and return its timestamp."""
    answer = bot.api_call(
        "chat.startStream",
        json={
            "channel": INCIDENTS,
            "thread_ts": thread,
            "recipient_user_id": "U0BEN0001",
            "recipient_team_id": "T0ACME001",
            "task_display_mode": "plan",
            "chunks": list(chunks),
        },
    )
    return str(answer["ts"])


def append(bot: WebClient, ts: str, *chunks: Body) -> None:
    """Add to a stream."""
    bot.api_call("chat.appendStream", json={"channel": INCIDENTS, "ts": ts, "chunks": list(chunks)})


@contextmanager
def listening(office: Office, bot: WebClient, view: Body | None = None) -> Iterator[list[Body]]:
    """Connect a bot that acknowledges everything, opens `view` on a click, and keeps what people did with it."""
    heard: list[Body] = []

    def hear(client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
        if request.type != "events_api":
            heard.append(request.payload)
        if view and request.payload.get("type") == "block_actions":
            bot.views_open(trigger_id=request.payload["trigger_id"], view=view)

    client = SocketModeClient(app_token=office.workspace.app.app_token, web_client=bot)
    client.socket_mode_request_listeners.append(hear)
    client.connect()
    try:
        wait_for(lambda: office.workspace.deliveries.connected)
        yield heard
    finally:
        client.close()


def test_opens_as_ben_in_incidents(page: Page) -> None:
    """A first visitor is Ben, looking at #incidents."""
    expect(page.get_by_role("radio", name="Ben")).to_be_checked()
    expect(page.locator(".pane.channel h2")).to_have_text("incidents")


def test_person_can_be_switched(page: Page) -> None:
    """One click makes you somebody else, and the guest sees only #general."""
    page.get_by_role("radio", name="Gus").click()

    expect(page.get_by_role("radio", name="Gus")).to_be_checked()
    expect(page.locator(".sidebar .place:has(.icon-hash)")).to_have_text(["general"])
    expect(composer(page)).to_have_attribute("placeholder", "Message #general as Gus")


def test_typed_message_is_posted_as_the_person(page: Page, office: Office) -> None:
    """Enter posts what was typed, in the name of who one is, with names as mentions."""
    composer(page).fill("look @ana: 5 < 6")
    composer(page).press("Enter")

    expect(rows(page).first).to_contain_text("Ben Okafor")
    expect(rows(page).first.locator(".prose")).to_have_text("look @Ana: 5 < 6")
    assert office.ben.messages(INCIDENTS)[0]["text"] == "look <@U0ANA0001>: 5 &lt; 6"


def test_message_of_another_person_appears_by_itself(page: Page, office: Office) -> None:
    """What others say appears without reloading, and other channels show a dot."""
    office.ana.post(INCIDENTS, "checkout is slow")
    office.ana.post("C0PLATFOR", "new cluster")

    expect(rows(page)).to_have_count(1)
    expect(page.get_by_role("button", name="platform unread")).to_be_visible()


def test_reply_goes_to_the_thread(page: Page, office: Office) -> None:
    """Replying opens the thread beside the channel, and the channel counts the reply."""
    office.ana.post(INCIDENTS, "checkout is slow")
    rows(page).first.hover()
    page.get_by_role("button", name="Reply in thread").click()

    composer(page, "thread").fill("since when?")
    composer(page, "thread").press("Enter")

    expect(rows(page, "thread").last).to_contain_text("since when?")
    expect(rows(page)).to_have_count(1)
    expect(page.locator(".thread-line")).to_contain_text("1 reply")


def test_newest_thread_opens_by_address(page: Page, office: Office, bot: WebClient) -> None:
    """#thread=latest opens the newest thread that was answered."""
    root = office.ana.post(INCIDENTS, "checkout is slow")
    bot.chat_postMessage(channel=INCIDENTS, thread_ts=root, text="looking")

    page.goto(f"{office.url}/#thread=latest")
    page.reload()

    expect(rows(page, "thread").last).to_contain_text("looking")
    assert f"thread={root}" in page.url


def test_stream_grows_from_spinner_to_check(page: Page, office: Office, bot: WebClient) -> None:
    """A streaming message shows its plan, its task cards as they finish, and its words."""
    root = office.ana.post(INCIDENTS, "checkout is slow")
    page.goto(f"{office.url}/#thread={root}")
    task = {"type": "task_update", "id": "t1", "title": "Rollout of checkout"}

    ts = start_stream(bot, root, {"type": "plan_update", "title": "Looking"}, {**task, "status": "in_progress"})
    expect(page.locator(".plan-title")).to_have_text("Looking")
    expect(page.locator(".task.in_progress .icon-spinner")).to_be_visible()
    append(bot, ts, {**task, "status": "complete", "output": "2 of 3 pods crash"})
    append(bot, ts, {"type": "markdown_text", "text": "**Cause:** a bad "})
    append(bot, ts, {"type": "markdown_text", "text": "deploy"})

    expect(page.locator(".task.complete")).to_contain_text("2 of 3 pods crash")
    expect(rows(page, "thread").last.locator(".words")).to_have_text("Cause: a bad deploy")
    expect(rows(page, "thread").last.locator(".words strong")).to_have_text("Cause:")


def test_stop_button_is_there_while_streaming(page: Page, office: Office, bot: WebClient) -> None:
    """The stop button ends the stream and goes away with it."""
    root = office.ana.post(INCIDENTS, "checkout is slow")
    page.goto(f"{office.url}/#thread={root}")
    bot.api_call("agents.sessions.setStatus", json=_session(root))
    start_stream(bot, root, {"type": "markdown_text", "text": "Looking"})

    page.get_by_role("button", name="Stop").click()

    expect(page.get_by_role("button", name="Stop")).to_have_count(0)


def _session(root: str) -> Body:
    return {"channel_id": INCIDENTS, "thread_ts": root, "status": "processing"}


def test_status_line_tells_what_the_bot_does(page: Page, office: Office, bot: WebClient) -> None:
    """The thread says what the bot is doing until it is done."""
    root = office.ana.post(INCIDENTS, "checkout is slow")
    page.goto(f"{office.url}/#thread={root}")
    status = page.locator(".pane.thread .status")

    bot.assistant_threads_setStatus(channel_id=INCIDENTS, thread_ts=root, status="is reading logs")
    expect(status).to_contain_text("Infra is reading logs")
    bot.assistant_threads_setStatus(channel_id=INCIDENTS, thread_ts=root, status="")

    expect(status).to_be_empty()


def test_click_on_a_card_reaches_the_bot(page: Page, office: Office, bot: WebClient) -> None:
    """A button asks for confirmation where the card says so, and tells the bot who clicked."""
    confirm = {"title": {"type": "plain_text", "text": "Sure?"}, "text": {"type": "plain_text", "text": "Now."}}
    labels = {"confirm": {"type": "plain_text", "text": "Do it"}, "deny": {"type": "plain_text", "text": "No"}}
    bot.chat_postMessage(channel=INCIDENTS, text="card", blocks=card(confirm=confirm | labels))

    with listening(office, bot) as heard:
        page.get_by_role("button", name="Approve").click()
        page.get_by_role("button", name="Do it").click()
        wait_for(lambda: heard)

    assert [(said["user"]["id"], said["actions"][0]["value"]) for said in heard] == [("U0BEN0001", "a1")]


def test_denied_confirmation_sends_nothing(page: Page, bot: WebClient) -> None:
    """Saying no to a confirmation leaves everything as it was."""
    confirm = {"title": {"type": "plain_text", "text": "Sure?"}, "text": {"type": "plain_text", "text": "Now."}}
    labels = {"confirm": {"type": "plain_text", "text": "Do it"}, "deny": {"type": "plain_text", "text": "No"}}
    bot.chat_postMessage(channel=INCIDENTS, text="card", blocks=card(confirm=confirm | labels))
    clicks: list[str] = []
    page.on("request", lambda request: clicks.append(request.url) if "/_page/click" in request.url else None)

    page.get_by_role("button", name="Approve").click()
    page.get_by_role("button", name="No", exact=True).click()

    expect(page.get_by_role("dialog")).to_have_count(0)
    assert clicks == []


def test_modal_is_filled_in_and_sent(page: Page, office: Office, bot: WebClient) -> None:
    """A modal the bot opens shows its inputs, and what is filled in reaches the bot."""
    text = {"type": "plain_text_input", "action_id": "why", "multiline": True}
    title = {"type": "plain_text", "text": "Reject"}
    field = {"type": "input", "block_id": "reason", "label": {"type": "plain_text", "text": "Reason"}, "element": text}
    view = {"type": "modal", "callback_id": "reject", "title": title, "submit": title, "blocks": [field]}
    bot.chat_postMessage(channel=INCIDENTS, text="card", blocks=card())

    with listening(office, bot, view) as heard:
        page.get_by_role("button", name="Approve").click()
        page.get_by_label("Reason").fill("too risky")
        page.get_by_role("dialog").get_by_role("button", name="Reject").click()
        expect(page.get_by_role("dialog")).to_have_count(0)

    assert heard[-1]["view"]["state"]["values"]["reason"]["why"]["value"] == "too risky"


def test_reaction_is_added_and_taken_back(page: Page, office: Office) -> None:
    """The bar over a message adds a reaction; a click on one's own takes it back."""
    office.ana.post(INCIDENTS, "shall I?")
    rows(page).first.hover()
    page.get_by_role("button", name="React with white check mark").click()
    mine = page.locator(".reaction.mine")
    expect(mine).to_contain_text("1")
    assert office.ben.messages(INCIDENTS)[0]["reactions"] == [{"name": "white_check_mark", "users": ["U0BEN0001"]}]

    mine.click()

    expect(page.locator(".reaction")).to_have_count(0)


def test_slash_command_is_completed_and_sent(page: Page, office: Office, bot: WebClient) -> None:
    """Typing offers the command, then its sub-commands; Tab and Enter complete and send."""
    with listening(office, bot) as heard:
        composer(page).press_sequentially("/in")
        expect(page.get_by_role("option")).to_contain_text(["/infra"])
        composer(page).press("Tab")
        composer(page).press_sequentially("st")
        composer(page).press("ArrowDown")
        composer(page).press("Enter")
        expect(composer(page)).to_have_value("/infra stop ")
        composer(page).press("Enter")
        wait_for(lambda: heard)

    assert [(said["command"], said["text"]) for said in heard] == [("/infra", "stop")]


def test_slash_command_in_a_thread_is_explained(page: Page, office: Office) -> None:
    """In a thread, as in Slack, a slash command does not work; the page says so and keeps the text."""
    root = office.ana.post(INCIDENTS, "checkout is slow")
    page.goto(f"{office.url}/#thread={root}")

    composer(page, "thread").fill("/infra stop")
    composer(page, "thread").press("Enter")

    expect(page.get_by_role("alert").first).to_contain_text("do not work in threads")
    expect(composer(page, "thread")).to_have_value("/infra stop")


def test_ephemeral_is_marked_and_private(page: Page, bot: WebClient) -> None:
    """What only one person may see says so, and nobody else sees it."""
    bot.chat_postEphemeral(channel=INCIDENTS, user="U0BEN0001", text="you may approve")

    expect(rows(page).first).to_contain_text("Only visible to you")
    page.get_by_role("radio", name="Cara").click()

    expect(rows(page)).to_have_count(0)


def test_narrow_window_shows_one_pane_at_a_time(page: Page, office: Office) -> None:
    """On a phone one goes from channels to channel to thread, and back."""
    office.ana.post(INCIDENTS, "checkout is slow")
    page.set_viewport_size(NARROW)
    expect(page.locator(".sidebar")).to_be_hidden()

    rows(page).first.focus()
    page.get_by_role("button", name="Reply in thread").click()
    expect(page.locator(".pane.channel")).to_be_hidden()
    page.get_by_role("button", name="Back to the channel", exact=True).click()
    page.get_by_role("button", name="Back to the channels").click()

    expect(page.locator(".sidebar")).to_be_visible()
    expect(page.locator(".pane.channel")).to_be_hidden()


@pytest.mark.parametrize("form", ["text", "markdown", "attachment", "task", "table"])
def test_hostile_text_makes_no_live_markup(page: Page, office: Office, bot: WebClient, form: str) -> None:
    """Markup and script addresses stay words wherever they come from."""
    match form:
        case "text":
            bot.chat_postMessage(channel=INCIDENTS, text=HOSTILE)
        case "markdown":
            bot.chat_postMessage(channel=INCIDENTS, text="x", blocks=[{"type": "markdown", "text": HOSTILE}])
        case "attachment":
            office.ana.alert(INCIDENTS, "", [{"title": HOSTILE, "title_link": "javascript:alert(1)", "text": HOSTILE}])
        case "task":
            root = office.ana.post(INCIDENTS, "x")
            start_stream(bot, root, {"type": "task_update", "id": "t", "title": HOSTILE, "status": "complete"})
            page.goto(f"{office.url}/#thread={root}")
        case _:
            cell = {"type": "raw_text", "text": HOSTILE}
            bot.chat_postMessage(channel=INCIDENTS, text="x", blocks=[{"type": "table", "rows": [[cell], [cell]]}])

    expect(page.get_by_text(re.compile("onerror")).first).to_be_visible()
    assert page.locator(".content img, .content script, a[href^=javascript]").count() == 0
    assert page.title() == "#incidents, Acme Shop"


def test_enormous_text_does_not_widen_or_freeze_the_page(page: Page, office: Office) -> None:
    """100 kB of one word, unmatched marks and brackets stays inside its column and is drawn quickly."""
    office.ana.post(INCIDENTS, "a" * 40_000 + " " + "*_~`[(<" * 8_000 + " \u202e reversed")

    expect(rows(page)).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.querySelector('.pane.channel .scroller').scrollWidth") <= WIDE["width"]


def test_page_reconnects_and_catches_up(page: Page, office: Office) -> None:
    """After a lost connection the page shows what it missed."""
    office.close_pages()
    office.ana.post(INCIDENTS, "said meanwhile")

    expect(rows(page)).to_have_count(1)


def test_the_lines_of_a_diff_are_equally_high(page: Page, bot: WebClient) -> None:
    """Where a change is shown, its head takes no more room than its lines."""
    diff = "```\n--- now\n+++ after\n@@ -1,2 +1,2 @@\n-replicas: 24\n+replicas: 3\n```"
    bot.chat_postMessage(
        channel=INCIDENTS, text=diff, blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": diff}}]
    )

    lines = page.get_by_label("Diff").locator(".line")
    expect(lines).to_have_count(5)

    assert len(set(lines.evaluate_all("lines => lines.map((line) => line.offsetHeight)"))) == 1
