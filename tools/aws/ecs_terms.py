"""Bounds and spellings that readings of ECS share."""

from datetime import timedelta

from tools.aws.wording import shortened

DAY, RECENT = timedelta(days=1), timedelta(hours=1)
_LONGEST = 240


def short(text: str) -> str:
    """Return ECS's words on one line, ending as a sentence does where they are one."""
    return shortened(text, _LONGEST)
