"""Whether going back a revision would end an ailment, and what else would; pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import yaml

from tools.kube.containers import Ailment
from tools.kube.fields import plural, some, within
from tools.kube.revisions import Revision, began, differences, gone_back, good

RELEVANT = {
    "image_pull": ("image",),
    "missing_config": ("env", "volumes", "config", "secret"),
    "bad_settings": ("security", "image", "env", "volume", "config", "host"),
    "bad_command": ("command", "args", "image"),
    "oom_killed": ("image", "resources", "env", "args", "command"),
    "probe_killed": ("probe", "image", "ports", "command", "args", "env", "resources"),
    "init_stuck": ("initcontainers", "env", "config"),
    "not_ready": ("probe", "image", "ports", "command", "args", "env", "resources"),
    "unschedulable": ("resources", "nodeselector", "affinity", "tolerations", "topology", "volumes"),
}
"""Which parts of a template can bring an ailment about; a crash can come from any."""
ADVICE = {
    "image_pull": "Push the image, or correct its name or the pull secret.",
    "missing_config": "Create what is missing, or remove the reference to it.",
    "bad_settings": "Correct the setting that the message names: often the user to run as, or a volume's path.",
    "bad_command": "Correct the command or the image.",
    "init_stuck": "Find out what the init container waits for: its log says, or its command.",
    "oom_killed": "Raise the memory limit in the manifest, or find what uses the memory.",
    "probe_killed": "Correct the probe, or find out why the program answers it too slowly.",
    "crash_loop": "Read the last lines of the previous container's log.",
    "unschedulable": "Do what the scheduler's words ask for: room for the requests, a node that is not cordoned, or "
    "other taints, affinity or volumes.",
    "volume_unavailable": "Check the claim, its volume and where it is attached.",
    "no_sandbox": "Check the network plugin and its addresses on that node.",
    "stuck_terminating": "Find what holds the finalizer, or whether its node is gone.",
    "evicted": "Check the node's memory and disk, and the pod's requests.",
    "not_ready": "Find out what the readiness probe waits for.",
}
"""What a person can do where no change of ours helps."""
DAY, SOON = timedelta(days=1), timedelta(hours=1)


def cure(ails: Ailment, history: Sequence[Revision], now: datetime, *, alone: bool) -> tuple[int, str]:
    """Return the revision that would end an ailment of the current one (0 for none), and why or why not.

    Args:
        ails: What is wrong, and since when.
        history: Revisions, newest first.
        now: The time.
        alone: Whether only pods of the current revision have the ailment.
    """
    before = good(history)
    if before is None:
        return 0, "There is no earlier revision to go back to."
    if not alone:
        return 0, "Pods of earlier revisions have it too, so rolling back would not help."
    current = history[0]
    changed = differences(before.template, current.template)
    relevant = [line for line in changed if any(word in line.lower() for word in RELEVANT.get(ails.code, ("",)))]
    if not relevant or (ails.needle and ails.needle in yaml.safe_dump(before.template)):
        return 0, f"Revision {before.number} has the same in this respect, so rolling back would not help."
    if not (before.ready or gone_back(history) or _came_with(ails, history, now)):
        return 0, f"Revision {current.number} has run for over a day, so it is not the change that broke it."
    serving = f" and has {plural(before.ready, 'ready pod')}" if before.ready else ""
    return before.number, f"Revision {before.number} differs in {some(relevant, 3)}{serving}."


def _came_with(ails: Ailment, history: Sequence[Revision], now: datetime) -> bool:
    """Tell whether the ailment came with the rollout: the rollout is recent, or the ailment is as old."""
    since = began(history)
    return within(since, now, DAY) or (ails.since is not None and since is not None and ails.since - since < SOON)
