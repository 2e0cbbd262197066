"""Secrets that people paste are masked before anything keeps them, and log lines before they are written."""

import io
import logging
from dataclasses import replace

from agents.contract import Alert
from bot.masking import MaskedLines, masked, warning
from tests.bot.conftest import Stage
from tests.bot.flow_fakes import THREAD, make_ask

PASTED = "why does postgres://shop:hunter2hunter2@orders-db:5432/orders fail?"


def test_an_ask_is_masked_with_its_alert() -> None:
    """Words and alert lose their secrets and keep the rest."""
    ask = replace(make_ask(), text=PASTED, alert=Alert("cloudwatch", "password=hunter2hunter2", "firing", "P1"))

    safe = masked(ask)

    assert "hunter2" not in repr(safe)
    assert safe.text.endswith("@orders-db:5432/orders fail?")
    assert safe.alert
    assert safe.alert.severity == "P1"


async def test_what_is_kept_of_an_ask_holds_no_secret(stage: Stage) -> None:
    """Run record, transcript and answer never see it."""
    await stage.flow.hear(replace(make_ask(), text=PASTED), ("Ev1",))

    await stage.flow.work(THREAD.key)

    kept = await stage.ports.store.transcripts.of(THREAD.key)
    assert "[masked: password]" in repr(kept)
    assert "hunter2" not in repr(kept)


def test_people_are_told_how_much_was_masked() -> None:
    """Whoever pastes a secret is told to replace it; nobody else is bothered."""
    assert warning(PASTED).startswith("I masked a secret in what you wrote")
    assert warning("why is checkout slow?") == ""


def test_log_lines_and_tracebacks_are_masked() -> None:
    """Neither a message nor the text of an exception brings a secret into the log."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(MaskedLines("%(levelname)s %(message)s"))
    failure = RuntimeError(PASTED)
    told = ("connecting", logging.ERROR, __file__, 1, "could not connect with %s", ("password=hunter2hunter2",))

    handler.handle(logging.LogRecord(*told, (RuntimeError, failure, None)))

    assert "could not connect" in out.getvalue()
    assert "hunter2" not in out.getvalue()
