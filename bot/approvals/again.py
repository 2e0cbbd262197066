"""Whether what was decided before is still enough: a freeze may have begun since."""

from bot.approvals.model import Decision, Effect


def tightened(then: Decision, now: Decision) -> str:
    """Return why a yes under `then` is not enough under `now`, in one sentence; empty if it is."""
    rule = f"rule “{now.rule}”"
    match now.effect:
        case Effect.DENY:
            return f"By now the policy does not allow this, so nothing was done ({rule}). {now.why}".strip()
        case Effect.ASK if then.effect is Effect.ALLOW:
            return f"By now people have to say yes to this, so nothing was done; ask again ({rule})."
        case Effect.ASK if now.quorum > then.quorum or not set(then.groups) <= set(now.groups):
            return f"By now the policy asks others, or more people, so nothing was done; ask again ({rule})."
        case _:
            return ""
