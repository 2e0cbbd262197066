"""Reports and digests for the tests of this room."""

from datetime import UTC, datetime

from agents.contract import Ask, AskKind, Cited, Ending, Report, ThreadRef
from agents.events import Ended, Usage
from bot.digests.frame import framed
from bot.store.digests import Digest
from tools.contract import Call, Finding, Role

NINE = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
PLACE = ThreadRef("T0ACME001", "C0PLATFOR", "1780000000.000100")


def found(*subjects: str, remedy: str = "github_pull_request") -> tuple[Cited, ...]:
    """Return a finding for each subject; the healthy ones are called so."""
    call = Call(remedy, {"repository": "acme/infrastructure"}) if remedy else None
    return tuple(
        Cited(
            Finding(
                "S3.8",
                name,
                f"{name} is public.",
                "row 1",
                0.9,
                Role.HEALTHY if "fine" in name else Role.CAUSE,
                remedy=call,
            ),
            "E1",
        )
        for name in subjects
    )


def ended(*subjects: str, ending: Ending = Ending.ANSWERED, unknowns: tuple[str, ...] = ()) -> Ended:
    """Return the end of a run that found something of these."""
    report = Report(f"**{len(subjects)} things** are open [E1].\n\n1. …", findings=found(*subjects), unknowns=unknowns)
    return Ended(ending, report, Usage("runbook"))


def asked(slot: str = "1", thread: ThreadRef = PLACE) -> Ask:
    """Return what the schedule asks in a slot."""
    return Ask(f"schedule:posture:{slot}", AskKind.SCHEDULE, "posture", thread, "", NINE, agent="security")


def digest(*subjects: str, last: Digest | None = None, slot: str = "1", thread: ThreadRef = PLACE) -> Digest:
    """Return a digest of these."""
    return framed(asked(slot, thread), "security", ended(*subjects), last)
