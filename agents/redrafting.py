"""A person's edit of a proposal becomes a proposal of its own: previewed again, and theirs."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from agents.offering import Placement, fit_to_show
from tools.canonical import canonical
from tools.contract import Change, JsonObject, Tool, ToolError
from tools.declare import checked
from tools.proposal import Proposal


@dataclass(frozen=True)
class Redrafting:
    """Redrafts proposals.

    Attributes:
        tools: What can be proposed.
        placed: Where a target belongs.
    """

    tools: Mapping[str, Tool]
    placed: Callable[[JsonObject], Placement]

    def __call__(self, old: Proposal, args: JsonObject, editor: str, at: datetime) -> Proposal:
        """Return the proposal with other arguments, asked for by its editor; what tainted the old one taints this one.

        Raises:
            ToolError: The arguments do not fit the tool, change nothing, or what they ask for cannot be done.
        """
        change = self.tools.get(old.tool)
        if not isinstance(change, Change):
            raise ToolError(f"{old.tool} is not a change this version knows; ask again.")
        fit = checked(change, args)
        if _same(fit, old.args):
            raise ToolError("Nothing is different from what is proposed already; approve that, or change a value.")
        placement = self.placed(fit)
        mine = replace(old, id=secrets.token_urlsafe(18), asker=editor, at=at)
        return replace(
            mine,
            version=change.version,
            args=fit,
            risk=change.risk,
            needs=change.needs,
            preview=fit_to_show(change.preview(**fit)),
            reason=f"Edited by hand. The reason for what it was before: {old.reason}",
            environment=placement.environment,
            service=placement.service,
        )


def _same(fit: JsonObject, old: JsonObject) -> bool:
    try:
        return canonical(fit) == canonical(old)
    except ValueError as error:
        raise ToolError(str(error)) from error
