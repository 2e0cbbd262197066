"""Which changes can have set a cause off, by what each touches, so that nothing is undone that would not help."""

import re
from collections.abc import Iterable

from agents.contract import Cited
from agents.weighing import subject
from tools.contract import Call, Finding

WEIGHED = frozenset(
    {
        *("image_pull", "missing_config", "bad_command", "oom_killed", "probe_killed", "crash_loop", "unschedulable"),
        *("port_mismatch", "selector_mismatch", "bad_settings"),
    }
)
"""Causes whose reading has compared the revisions: where going back would end them, it names that as their remedy."""

UNTOUCHED = ("node/", "dns/", "certificate/", "networkpolicy/", "ingress/", "httproute/", "claim/")
"""Subjects that no rollout of a deployment breaks."""

OTHERWISE = frozenset({"certificate_refused", "webhook_unreachable"})
"""Causes that lie outside of any pod template."""

STARTING = frozenset(
    {
        *("image_pull", "missing_config", "bad_settings", "bad_command", "crash_loop", "config_missing"),
        "port_mismatch",
    }
)
"""Causes that hold for one pod as for ten, so that no scaling brings them about."""

OVERLOAD = frozenset({"oom_killed", "probe_killed", "memory_exhausted"})
"""Causes that fewer pods bring about, and more pods do not."""

_SCALED = re.compile(r"from (\d{1,6}) to (\d{1,6})")


def beside(change: Cited, root: Cited, every: Iterable[Cited] = ()) -> bool:
    """Tell whether a change cannot have set the cause off.

    Args:
        change: Of what may be anything.
        root: The cause.
        every: What else was found: a reading that weighed the rollout against what ails the same workload is believed.
    """
    match change.finding.code:
        case "recent_rollout":
            return _rolled_beside(change, root, every)
        case "scaled_recently":
            return _scaled_beside(change.finding, root.finding)
        case code:
            return root.finding.code == "db_top_sql" and code.startswith("rds_")


def _rolled_beside(change: Cited, root: Cited, every: Iterable[Cited]) -> bool:
    """Tell whether a rollout left the cause alone.

    What a reading weighed is as it says; a webhook that is down, say, refuses any revision alike.
    """
    foreign = root.finding.code in WEIGHED and subject(root) != subject(change)
    if foreign or subject(root).startswith(UNTOUCHED) or root.finding.code in OTHERWISE:
        return True
    weighed = [one.finding for one in (root, *every) if one.finding.code in WEIGHED and subject(one) == subject(change)]
    return bool(weighed) and not any(_same(one.remedy, change.finding.remedy) for one in weighed)


def _scaled_beside(change: Finding, root: Finding) -> bool:
    steps = _SCALED.search(change.observed)
    more = steps is not None and int(steps[2]) > int(steps[1])
    return root.code in STARTING or (root.code in OVERLOAD and more)


def _same(one: Call | None, other: Call | None) -> bool:
    """Tell whether two remedies change the same thing in the same way, to whatever revision."""
    if one is None or other is None:
        return False
    return one.tool == other.tool and one.args.get("deployment") == other.args.get("deployment")
