"""How a service's errors, latency or load stand against before: one number, and the picture of it."""

from __future__ import annotations

from config.settings import settings
from tools.aws.levels import Course, Level
from tools.aws.signal_names import Signal
from tools.aws.wording import ago, clock, number
from tools.contract import Chart, Finding, Observation, Role, Series, ToolError
from tools.declare import Minutes, reads
from tools.knowledge.services import Service
from tools.signals.cloudwatch import from_cloudwatch
from tools.signals.meant import Against, Moment, Stretch, Words, service_meant, stretch_meant
from tools.signals.prometheus import from_prometheus
from tools.signals.standing import Measured, is_worse, turned, usual_level

FINDINGS = {
    "signal_worse": "A service's signal stands clearly worse than before (4 times its usual scatter, and a quarter), "
    "or its last minutes do.",
    "signal_usual": "A service's signal is no worse than before.",
}


@reads(
    needs=(
        "cloudwatch:DescribeAlarms",
        "cloudwatch:ListMetrics",
        "cloudwatch:GetMetricData",
        "apps/deployments:get",
        "apps/replicasets:list",
        "prometheus:read",
    )
)
def service_signal(
    service: Words,
    signal: Signal,
    minutes: Minutes = 60,
    against: Against = "before",
    *,
    since: Moment = "",
    until: Moment = "",
) -> Observation:
    """Say how a service's errors, latency, traffic, CPU, memory or connections stand against before, with a chart.

    Without `since` and `until` it looks at the last minutes.
    """
    meant = service_meant(service)
    stretch = stretch_meant(meant, minutes, against, since, until)
    measured = _measured(meant, signal, stretch)
    if not measured.now and not measured.rate:
        raise ToolError(f"{measured.name} has no data {_when(stretch)}; that is not the same as zero.")
    return _told(meant.name, signal, measured, stretch)


def _measured(service: Service, signal: Signal, stretch: Stretch) -> Measured:
    """Return what the first source that has data says: CloudWatch first, because its alarms name what counts."""
    there = settings().prometheus_url
    try:
        found = from_cloudwatch(service, signal, stretch)
    except ToolError:
        if not there:
            raise
        found = None
    if there and not (found and found.now):
        found = from_prometheus(service, signal, stretch) or found
    if found:
        return found
    asked = "CloudWatch or Prometheus" if there else "CloudWatch"
    raise ToolError(f"No metric of {asked} tells the {signal} of {service.name}; an alarm on one, named for it, would.")


def _told(name: str, signal: Signal, measured: Measured, stretch: Stretch) -> Observation:
    now = usual_level(measured, measured.now, stretch.now) or 0.0
    then = usual_level(measured, measured.then, stretch.then)
    turn = turned(measured, stretch)
    risen = turn is not None and turn.course is Course.RISEN
    worse = signal != "traffic" and (risen or (then is not None and is_worse(now, then, measured.then)))
    said = " ".join(filter(None, (_headline(name, signal, measured, stretch, (now, then)), _turn(turn, measured.unit))))
    code, role = ("signal_worse", Role.SYMPTOM) if worse else ("signal_usual", Role.HEALTHY)
    pointer, sure = f"{measured.source}, {measured.name}", 0.85 if then is not None else 0.4
    found = Finding(code, f"service/{name}", said, pointer, sure, role, turn.since if turn and risen else None)
    head = "" if worse else said  # the finding itself says it otherwise
    return Observation(said, (found,), head, _chart(f"{signal.capitalize()} of {name}", measured, stretch, turn, said))


def _headline(name: str, signal: str, measured: Measured, stretch: Stretch, levels: tuple[float, float | None]) -> str:
    now, then = levels
    between = f"{clock(stretch.then.start)} to {clock(stretch.then.end)}"
    was = f"{number(then)} from {between}" if then is not None else f"no data from {between}"
    head = f"{signal.capitalize()} of {name}: {number(now)} {measured.unit} {_when(stretch)}, against {was}"
    return f"{' '.join(head.split())} ({measured.source}: {measured.name})."


def _when(stretch: Stretch) -> str:
    if stretch.deployed:
        return f"since the deploy ({ago(stretch.deployed, stretch.now.end)})"
    return f"from {clock(stretch.now.start)} to {clock(stretch.now.end)}"


def _turn(turn: Level | None, unit: str) -> str:
    """Say what the last minutes do that the level of the whole stretch does not show."""
    if turn is None or turn.since is None:
        return ""
    verb = "rose" if turn.course is Course.RISEN else "fell"
    moved = f"{number(turn.now)} {unit} last, {number(turn.before)} until then"
    return f"It {verb} at {clock(turn.since)}: {' '.join(moved.split())}."


def _chart(title: str, measured: Measured, stretch: Stretch, turn: Level | None, alt: str) -> Chart:
    """Return the picture: one line where the times adjoin, else the earlier day's hours under today's."""
    now, then = tuple(measured.now), tuple(measured.then)
    change = ((turn.since, "change"),) if turn and turn.since else ()
    if stretch.deployed or stretch.adjoins:
        mark = (stretch.deployed, "deploy") if stretch.deployed else (stretch.now.start, "compared from here")
        return Chart(title, measured.unit, (Series("measured", (*then, *now)),), marks=(mark, *change), alt=alt)
    back = stretch.now.end - stretch.then.end
    shifted = tuple((at + back, value) for at, value in then)
    return Chart(title, measured.unit, (Series("now", now), Series("before", shifted)), marks=change, alt=alt)
