"""Keep secrets out of what is kept and logged: asks are masked as they are heard, log lines as they are written."""

import logging
from dataclasses import replace

from agents.contract import Alert, Ask
from tools.redact import redact

TOLD = "I masked {count} in what you wrote before I kept it. Slack still shows it: delete the message and replace it."


def masked(ask: Ask) -> Ask:
    """Return the ask without the secrets somebody pasted into it."""
    return replace(ask, text=redact(ask.text).text, alert=masked_alert(ask.alert) if ask.alert else None)


def warning(text: str) -> str:
    """Return what to tell somebody who pasted secrets; empty if there are none."""
    count = redact(text).masked
    return TOLD.format(count="a secret" if count == 1 else f"{count} secrets") if count else ""


class MaskedLines(logging.Formatter):
    """Writes log lines without secrets, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, masked."""
        return redact(super().format(record)).text


def log_to_stderr(level: str) -> None:
    """Have the root logger write masked lines; like `logging.basicConfig`, it leaves handlers that exist alone."""
    if logging.root.handlers:
        return
    handler = logging.StreamHandler()
    handler.setFormatter(MaskedLines("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.root.addHandler(handler)
    logging.root.setLevel(level)


def masked_alert(alert: Alert) -> Alert:
    """Return the alert without secrets in what it says."""
    name, resource, link = (redact(text).text for text in (alert.name, alert.resource, alert.link))
    return replace(alert, name=name, resource=resource, link=link)
