"""What Prometheus measures of a service, where a setting says where it is."""

from __future__ import annotations

from tools.aws.signal_names import Signal
from tools.aws.windows import Window
from tools.knowledge.services import Service
from tools.prometheus.red import asked_over, queries
from tools.signals.meant import Stretch
from tools.signals.standing import Measured


def from_prometheus(service: Service, signal: Signal, stretch: Stretch) -> Measured | None:
    """Return what Prometheus measured; None where no series tells it."""
    every = Window(stretch.then.before, stretch.then.start, stretch.now.end)
    asked = queries(service.name, service.namespace or "", service.deployment or "", every).get(signal)
    if asked is None:
        return None
    now, then = (asked_over(asked, part).points for part in (stretch.now, stretch.then))
    return Measured("Prometheus", f"`{asked.query}`", asked.unit, now, then) if now or then else None
