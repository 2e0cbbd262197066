"""What answers without looking would score: everything is healthy, or the alarm says it all."""

from collections.abc import Callable

from sandbox.play import Played


def always_healthy(_alert: str) -> Played:
    """Answer that nothing is wrong."""
    return _blind("Nothing is wrong; this is normal.", "healthy")


def always_first_alarm(alert: str) -> Played:
    """Answer that what the alert says is the cause."""
    return _blind(alert, "unhealthy", alert)


FLOORS: dict[str, Callable[[str], Played]] = {
    "always-healthy": always_healthy,
    "always-first-alarm": always_first_alarm,
}


def _blind(answer: str, health: str, cause: str = "") -> Played:
    confidence = 1.0 if cause else 0.0
    return Played(answer, health, cause, confidence, [], [], [], [], [], 0.0)
