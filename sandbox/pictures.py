"""The pictures of the docs, drawn by the product itself on a world: a cost chart, and its digest on a phone."""

import shutil
from pathlib import Path

from sandbox.company import Company, running
from sandbox.conversation import NAMES
from sandbox.demo import WORLDS
from sandbox.product import product
from sandbox.slack.visitor import Visitor, wait_for
from sandbox.slack.wire import Body

CHANNEL = "C0PLATFOR"
PHONE, LONG = 390, 1800
"""Width of a phone in CSS pixels, and a height at which a digest needs no scrolling."""
SHARPNESS = 2.0
"""Device pixels a pixel, as on the phones that most people have."""
SCHEDULE = {"name": "cost-weekly", "what": "cost", "when": "30 9 * * mon", "zone": "UTC", "audience": ""}


def draw(folder: Path) -> list[Path]:
    """Draw the pictures into a folder; return their files.

    Raises:
        TimeoutError: The product did not get there, or no browser is on the PATH.
    """
    with running(WORLDS / "cost-spike") as company, product(company):
        ben = Visitor(company.urls["slack"], NAMES["ben"])
        digest = _digest(company, ben)
        chart = next(block["slack_file"]["id"] for block in digest["blocks"] if block["type"] == "image")
        picture = company.workspace.files.get(chart)
        return [
            _kept(folder / "cost.png", (picture and picture.content) or b""),
            _kept(folder / "digest.png", _seen(company, digest["ts"])),
        ]


def _digest(company: Company, ben: Visitor) -> Body:
    """Add a schedule, have it run, and wait until its digest has its chart."""
    _confirmed(company, ben, "add cost", SCHEDULE)
    _confirmed(company, ben, f"run {SCHEDULE['name']}", {})
    return wait_for(lambda: [one for one in ben.messages(CHANNEL) if "slack_file" in str(one["blocks"])])[0]


def _confirmed(company: Company, ben: Visitor, words: str, values: dict[str, str]) -> None:
    ben.slash(CHANNEL, f"/infra schedule {words}")
    view = wait_for(lambda: company.workspace.modals.shown(NAMES["ben"]))[-1]
    filled = {name: {name: {"type": "plain_text_input", "value": value}} for name, value in values.items()}
    ben.submit(str(view["id"]), filled)


def _seen(company: Company, ts: str) -> bytes:
    """Return what somebody sees of a message who reads it on a phone."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - for pictures only

    browser_at = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_at, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(
            viewport={"width": PHONE, "height": LONG}, device_scale_factor=SHARPNESS, locale="en-US"
        )
        page.goto(f"{company.urls['slack']}/#as={NAMES['ben']}&channel={CHANNEL}")
        message = page.locator(f'.pane.channel .message[data-ts="{ts}"]')
        message.locator("img").last.wait_for()
        page.wait_for_load_state("networkidle")
        taken = message.screenshot(animations="disabled")
        browser.close()
    return taken


def _kept(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
