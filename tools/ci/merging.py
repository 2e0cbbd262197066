"""Merge a pull request of low risk: judged again when it is shown and when it is done, so a policy may allow it."""

from tools.ci.readings import risk_of_pull
from tools.contract import Preview, Risk, Settlement, ToolError
from tools.declare import changes
from tools.github.checks import NEEDS, checks_of
from tools.github.client import reader
from tools.github.merge import github_merge, preview_merge, settle_merge
from tools.github.names import Number, Repository
from tools.kube.fields import text


def preview_low(repository: Repository, pull: Number) -> Preview:
    """Say what `github_merge_low_risk` would do.

    Raises:
        ToolError: Its risk is not low, no check looked at it, or it cannot be merged.
    """
    told, judged = risk_of_pull(reader(), repository, pull)
    if judged.level != "low":
        raise ToolError(f"The risk of pull request {pull} is {judged.level}, so people decide: {judged.concerns[0]}")
    if not checks_of(reader(), repository, text(told, "head", "sha")):
        raise ToolError(f"No check looked at pull request {pull}, so it is not merged as one of low risk.")
    return preview_merge(repository, pull)


def settle_low(repository: Repository, pull: Number) -> Settlement:
    """Read back whether exactly the head that was shown is merged."""
    return settle_merge(repository, pull)


@changes(
    risk=Risk.LOW,
    needs=("actions:read", *NEEDS, "contents:write", "pull_requests:read"),
    preview=preview_low,
    settle=settle_low,
)
def github_merge_low_risk(repository: Repository, pull: Number) -> str:
    """Merge a pull request whose risk is low and whose checks are green; anything else is refused.

    Low risk: its diff and its plans are judged again at the moment of the merge, and the head has to be the one shown.
    """
    return str(github_merge.apply(repository, pull))
